"""The sandbox's database and the calls on it; no network here."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.access import SETTINGS
from odoo_seed.sandbox.base import Companies, Fields, Users, check_public, register
from odoo_seed.sandbox.database import Database
from odoo_seed.sandbox.environment import Env, ServerState
from odoo_seed.sandbox.exceptions import AccessDenied, SqlError, UserError, ValidationError
from odoo_seed.sandbox.importing import Import
from odoo_seed.sandbox.mail import SUBTYPES, Plain
from odoo_seed.sandbox.model import Model
from odoo_seed.sandbox.project import Milestone, Project, Stage, Tags
from odoo_seed.sandbox.schema_models import models
from odoo_seed.sandbox.series import adapt, group_labels, groups_field
from odoo_seed.sandbox.task import Task
from odoo_seed.sandbox.tracking import log_changes
from odoo_seed.sandbox.work import Timesheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ADMIN = 2
"""Id of the first user, as in Odoo; 1 is Odoo's own superuser."""

PUBLIC = frozenset(
    {
        "action_archive", "action_unarchive", "check_access_rights", "context_get", "copy",
        "create", "default_get", "execute_import", "fields_get", "has_access", "has_group",
        "message_post", "message_subscribe", "message_unsubscribe", "name_search", "read",
        "read_group", "search", "search_count", "search_read", "unlink", "write",
    }
)  # fmt: skip

_TYPES: dict[str, type[Model]] = {
    "res.users": Users,
    "res.company": Companies,
    "ir.model.fields": Fields,
    "base_import.import": Import,
    "project.project": Project,
    "project.task": Task,
    "project.task.type": Stage,
    "project.milestone": Milestone,
    "project.tags": Tags,
    "account.analytic.line": Timesheets,
    "mail.message": Plain,
    "mail.notification": Plain,
    "mail.mail": Plain,
    "mail.followers": Plain,
}
_REF = {"name": "x_external_ref", "ttype": "char", "field_description": "External Reference"}


class Service:
    """One database, one call at a time."""

    def __init__(
        self, database: str, login: str, password: str, *, prepared: bool, major: int = 18
    ) -> None:
        self.database = database
        self.db = Database()
        definitions = models()
        adapt(definitions, major)
        types = {name: _TYPES.get(name, Model) for name in definitions}
        self.state = ServerState(definitions, types, major, labels=group_labels(major))
        self._keys: dict[str, int] = {}
        self._lock = threading.Lock()
        self._watch()
        self._found(login, password)
        if prepared:
            self.prepare()

    def authenticate(self, database: str, login: str, password: str) -> int | bool:
        """Return the user's id, or False."""
        self.check_database(database)
        with self._lock:
            for uid, row in self.db.rows["res.users"].items():
                if row["login"] == login and row["active"] and self._is_secret(uid, password):
                    return int(uid)
        return False

    def add_key(self, login: str, *, lasting: bool = False) -> str:
        """Make an API key for a user and return it (res_users.py, _check_expiration_date)."""
        rows = self.db.rows["res.users"]
        (uid,) = (uid for uid, row in rows.items() if row["login"] == login)
        if lasting and SETTINGS not in Env(self.db, self.state, uid).groups:
            raise ValidationError("The API key must have an expiration date")
        key = secrets.token_hex(20)
        self._keys[key] = uid
        return key

    def drop_keys(self) -> None:
        """Take all API keys back."""
        self._keys.clear()

    def user_of_key(self, key: str) -> int | None:
        """Return whose API key this is."""
        uid = self._keys.get(key)
        return uid if uid and self.db.rows["res.users"][uid]["active"] else None

    def _is_secret(self, uid: int, given: object) -> bool:
        held = self.db.passwords.get(uid)
        return bool(held and held == given) or self.user_of_key(str(given)) == uid

    def check_database(self, database: str) -> None:
        """Raise as Odoo does when the database does not exist."""
        if database != self.database:
            raise SqlError(
                "psycopg2.OperationalError",
                'connection to server at "127.0.0.1", port 5432 failed: FATAL:  database '
                f'"{database}" does not exist\n',
            )

    def execute(
        self,
        database: str,
        uid: int,
        password: str,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Carry out `execute_kw`: one call, one transaction."""
        self.check_database(database)
        if not self._is_secret(uid, password):
            raise AccessDenied
        return self.call(uid, model, method, args, kwargs or {})

    def find_method(self, model: str, method: str) -> Callable[..., Any] | None:
        """Return a method that may be called from outside, unbound."""
        return getattr(self.state.types[model], method, None) if method in PUBLIC else None

    def call(
        self,
        uid: int,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a method as a user, in a transaction of its own."""
        options = dict(kwargs or {})
        context = dict(options.pop("context", None) or {})
        with self._lock, self.db.transaction():
            env = Env(self.db, self.state, uid, context)
            if model not in self.state.models:
                raise UserError(f"Object {model} doesn't exist")
            check_public(method, model)
            function = self.find_method(model, method)
            if function is None:
                raise AttributeError(f"The method '{model}.{method}' does not exist")
            result = function(env[model], *args, **options)
            log_changes(env)
            return result

    def prepare(self) -> None:
        """Create x_external_ref on projects and tasks, as `odoo-seed prepare` does."""
        for model in ("project.project", "project.task"):
            model_id = self.call(ADMIN, "ir.model", "search", [[("model", "=", model)]])[0]
            values = {**_REF, "model_id": model_id, "copied": False, "index": True}
            self.call(ADMIN, "ir.model.fields", "create", [values])

    def populate(
        self,
        companies: Sequence[str] = (),
        users: Sequence[tuple[str, str, Sequence[str]]] = (),
        *,
        password: str = "",
        groups: Sequence[str] = ("project.group_project_user",),
    ) -> dict[str, int]:
        """Add companies and users (name, login, company names); return the users' ids by login."""
        known = self.call(ADMIN, "res.company", "search_read", [[], ["name"]])
        ids = {row["name"]: row["id"] for row in known}
        for name in companies:
            if name not in ids:
                ids[name] = self.call(ADMIN, "res.company", "create", [{"name": name}])
        made = {}
        for name, login, allowed in users:
            own = [ids[company] for company in allowed]
            values = {
                "name": name,
                "login": login,
                groups_field(self.state.major): [
                    (6, 0, [self.state.groups[group] for group in groups])
                ],
                "company_ids": [(6, 0, own)],
                "company_id": own[0],
                "password": password or login,
            }
            made[login] = self.call(ADMIN, "res.users", "create", [values])
        return made

    def _watch(self) -> None:
        for definition in self.state.models.values():
            for field in definition.fields.values():
                if field.inverse:
                    self.db.watch(field.relation, field.inverse)
        self.db.watch("project.task.type", "user_id")

    def _found(self, login: str, password: str) -> None:
        """Found the company, its language, the groups and the two first users."""
        env = Env(self.db, self.state, 1, sudo_mode=True)
        with self.db.transaction():
            register(self.state, env["ir.model"], env["ir.model.fields"])
            for name, label in self.state.labels.items():
                values = {"name": label.rpartition(" / ")[2], "full_name": label}
                self.state.groups[name] = env["res.groups"].create_all([values])[0]
            for name, model, default, parent in SUBTYPES:
                env["mail.message.subtype"].create_all([{
                    "name": name, "res_model": model, "default": default, "parent_id": parent,
                }])  # fmt: skip
            for name, code in (("English (US)", "en_US"), ("French / Français", "fr_FR")):
                active = code == "en_US"
                env["res.lang"].create_all([{"name": name, "code": code, "active": active}])
            company = Model.create_all(env["res.company"], [{"name": "My Company"}])[0]
            rights = ("base.group_system", "project.group_project_manager")
            for name, user, secret, active in (
                ("OdooBot", "__system__", None, False),
                ("Administrator", login, password, True),
            ):
                env["res.users"].create_all([{
                    "name": name,
                    "login": user,
                    "password": secret,
                    "active": active,
                    "company_id": company,
                    groups_field(self.state.major): [
                        (6, 0, [self.state.groups[right] for right in rights])
                    ],
                }])  # fmt: skip
