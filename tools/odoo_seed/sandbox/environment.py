"""One call's view of the sandbox: who calls, with which context, on which data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.access import GROUPS, INTERNAL
from odoo_seed.sandbox.exceptions import UserError

if TYPE_CHECKING:
    from odoo_seed.sandbox.database import Database
    from odoo_seed.sandbox.model import Model
    from odoo_seed.sandbox.schema import Field, ModelDef

_ENGLISH = "en_US"


@dataclass(slots=True)
class ServerState:
    """What outlives a call besides the data.

    Attributes:
        groups: Id by external name, such as ``base.group_user``.
        labels: What they are called, by external name.
        major: Odoo's major version.
        forgotten: (model, operation) pairs that nobody may do: a switch for tests.
        shown: Groups that every internal user has since some project needs them.
        types: Python class by model name.
    """

    models: dict[str, ModelDef]
    types: dict[str, type[Model]]
    major: int = 18
    groups: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    forgotten: set[tuple[str, str]] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)


class Env:
    """The counterpart of Odoo's environment."""

    def __init__(
        self,
        db: Database,
        state: ServerState,
        uid: int,
        context: dict[str, Any] | None = None,
        *,
        sudo_mode: bool = False,
    ) -> None:
        self.db = db
        self.server_state = state
        self.models = state.models
        self.uid = uid
        self.context = context or {}
        self.sudo_mode = sudo_mode
        self._cache: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the model of this name; which class it has depends on the name."""
        model: Model | None = self._cache.get(name)
        if model is None:
            model = self._cache[name] = self.server_state.types[name](self, self.models[name])
        return model

    @property
    def major(self) -> int:
        """Odoo's major version."""
        return self.server_state.major

    def with_context(self, **changes: Any) -> Env:
        """Return the same with some context keys changed."""
        context = {**self.context, **changes}
        return Env(self.db, self.server_state, self.uid, context, sudo_mode=self.sudo_mode)

    def sudo(self) -> Env:
        """Return the same without access checks."""
        if self.sudo_mode:
            return self
        if "sudo" not in self._cache:
            self._cache["sudo"] = Env(
                self.db, self.server_state, self.uid, self.context, sudo_mode=True
            )
        found: Env = self._cache["sudo"]
        return found

    def column(self, field: Field) -> str:
        """Return where a row keeps a field's value, for the language of this call."""
        lang = self.context.get("lang") or _ENGLISH
        if not field.translated or lang == _ENGLISH:
            return field.name
        if not any(
            row["code"] == lang and row["active"] for row in self.db.rows["res.lang"].values()
        ):
            raise UserError(f"Invalid language code: {lang}")
        return f"{field.name}@{lang}"

    @property
    def partner_id(self) -> int:
        """The caller's partner."""
        partner: int = self.db.rows["res.users"][self.uid]["partner_id"]
        return partner

    @property
    def groups(self) -> frozenset[str]:
        """External names of the caller's groups, implied ones included."""
        known: frozenset[str] | None = self._cache.get("groups")
        if known is None:
            held = self.db.links["res_groups_users_rel"].of(0, self.uid)
            names = [name for name, gid in self.server_state.groups.items() if gid in held]
            found: set[str] = set()
            while names:
                name = names.pop()
                found.add(name)
                implied = [*GROUPS[name][1], *(self.server_state.shown if name == INTERNAL else ())]
                names += [more for more in implied if more not in found]
            known = self._cache["groups"] = frozenset(found)
        return known

    @property
    def company_ids(self) -> set[int]:
        """Companies of this call: `allowed_company_ids`, else all of the user."""
        allowed = self.context.get("allowed_company_ids")
        own = self.db.links["res_company_users_rel"].of(0, self.uid)
        return own & set(allowed) if allowed else own

    def now(self) -> str:
        """UTC, as Odoo writes it; the same for the whole call, which is one transaction."""
        if "now" not in self._cache:
            self._cache["now"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return str(self._cache["now"])
