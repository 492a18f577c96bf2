"""What `doctor` learns of an Odoo before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.targets import DEFAULT_TARGET, variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.doctor import Fact
    from odoo_seed.core.live import Key, Named


@dataclass(frozen=True, slots=True)
class Field:
    """x_external_ref of one model. `copied` is None when the user may not know."""

    type: str
    copied: bool | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company that the user sees; `allowed` when they may work in it too."""

    odoo_id: int
    name: str
    active: bool
    allowed: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Odoo that the seed names. `internal` is False for portal users."""

    odoo_id: int
    active: bool
    internal: bool
    company_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Holder:
    """A record that carries a ref, and the ids of its assignees or its manager."""

    odoo_id: int
    user_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sought:
    """What Odoo has under the name of a customer or an analytic account.

    Attributes:
        ids: Those that the project may have.
        archived: Those that it could have if they were not archived.
        is_set: Whether the project has it already.
    """

    ids: tuple[int, ...]
    archived: tuple[int, ...]
    is_set: bool


@dataclass(slots=True)
class OdooFacts:
    """What was learned of one target.

    Attributes:
        settings: The variables are set and can be used.
        protocols: Those that this version of odoo-seed speaks.
        version: Such as ``18.0``.
        json2: Under ``auto``, where Odoo has JSON-2: whether it lets us in.
        skew: Seconds by which Odoo's clock is ahead of ours; None when it does not tell.
        uid: Id of the user that we log in as.
        internal: Whether that user is an internal one.
        english: Whether the language en_US is active.
        companies: All that the user sees, archived ones included.
        people: By lower-case login, those that the seed names and Odoo has.
        fields: By model; None where x_external_ref is missing. A Trouble when the app Project is.
        manager: Whether the user has the group Project / Administrator.
        access_rights: Whether the user has the group Access Rights, which `prepare` needs.
        features: By label of the setting: whether Odoo's users see it.
        lacking: Pairs of model and operation that the user may not do.
        holders: By kind and ref: the records that carry the ref.
        stages: By project ref: names of the stages of its board.
        bound: What Odoo has of the names that bindings give to projects.
    """

    settings: Fact[bool] = None
    target: str = DEFAULT_TARGET
    address: str = ""
    login: str = ""
    database: str = ""
    protocol: str = ""
    protocols: Sequence[str] = ()
    version: Fact[str] = None
    json2: Fact[bool] = None
    skew: float | None = None
    uid: Fact[int] = None
    internal: Fact[bool] = None
    english: Fact[bool] = None
    companies: Fact[tuple[Company, ...]] = None
    people: Fact[Mapping[str, Person]] = None
    fields: Fact[Mapping[str, Field | None]] = None
    manager: Fact[bool] = None
    access_rights: Fact[bool] = None
    features: Fact[Mapping[str, bool]] = None
    lacking: Fact[tuple[tuple[str, str], ...]] = None
    holders: Fact[Mapping[Key, tuple[Holder, ...]]] = None
    stages: Fact[Mapping[str, frozenset[str]]] = None
    bound: Fact[Mapping[Named, Sought]] = None

    def variable(self, name: str) -> str:
        """What a setting such as ``ODOO_URL`` is called for the target."""
        return variable(name, self.target)
