"""What people changed in Odoo, as a change to the seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.adoption import Left, as_attribute, points_away
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.fitting import Fitting
from odoo_seed.core.model import Project
from odoo_seed.core.planning import make_plan
from odoo_seed.core.record_keys import DERIVED, SETS, alike, written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from odoo_seed.core.adoption import Allows
    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import Kind, Record, Seed, SeedAndPolicy
    from odoo_seed.core.plan import Change, FieldChange

_NOT_IN_OVERRIDES = frozenset({"project_external_ref", "parent_external_ref"})


@dataclass(frozen=True, slots=True)
class Taken:
    """One field whose value in Odoo becomes the seed's.

    Attributes:
        change: From the seed's value to Odoo's.
    """

    kind: Kind
    external_ref: str
    name: str
    change: FieldChange


@dataclass(frozen=True, slots=True)
class DriftAdoption:
    """What of the drift is taken over, and what is not."""

    wanted: Seed
    taken: tuple[Taken, ...]
    left: tuple[Left, ...]


def take_drift(
    content: SeedAndPolicy,
    bind: Callable[[SeedAndPolicy], SeedAndPolicy],
    applied: Applied,
    live: Live,
    target: str,
    allows: Allows,
    only: Collection[str] | None = None,
) -> DriftAdoption:
    """Change the seed where live differs from what was applied and the seed did not change.

    Args:
        content: What the YAML says.
        bind: Gives it what bindings say, as a plan needs it.
        only: Refs of the projects that are meant; None for all.
    """
    made = make_plan(bind(content), applied, live, target, only)
    own = {
        (kind, record.external_ref): record
        for kind in ("project", "milestone", "task")
        for record in content.seed.of_kind(kind)
    }
    taking = _Taking(content, allows)
    for change in made.changes:
        if change.action == "update" and change.key in own:
            taking.add(change, own[change.key])
    fitting = Fitting(content, taking.records, taking.undo, bind, whole=False)
    wanted = fitting.run(live, applied, target)
    taken = [
        item
        for item in taking.taken
        if (record := fitting.records.get((item.kind, item.external_ref)))
        and _differs(record, item.change.name, taking.undo)
    ]
    return DriftAdoption(wanted, tuple(taken), (*taking.left, *fitting.left))


def _differs(record: Record, name: str, undo: Mapping[Key, Mapping[str, Any]]) -> bool:
    kind: Kind = type(record).__name__.lower()  # type: ignore[assignment]  # a Kind
    old = undo[kind, record.external_ref][name]
    return bool(alike(name, old) != alike(name, getattr(record, name)))


class _Taking:
    def __init__(self, content: SeedAndPolicy, allows: Allows) -> None:
        self._programs = {program.slug: program for program in content.seed.programs}
        self._projects = {project.external_ref for project in content.seed.projects}
        self._allows = allows
        self.records: dict[Key, Record] = {}
        self.undo: dict[Key, dict[str, Any]] = {}
        self.taken: list[Taken] = []
        self.left: list[Left] = []

    def add(self, change: Change, record: Record) -> None:
        """Take over the drifted fields of one record."""
        for item in change.fields:
            if item.cause == "git" or item.name not in BY_KIND[change.kind]:
                continue
            value, why_not = self._value(change, record, item)
            if why_not:
                label = BY_KIND[change.kind][item.name].label
                self.left.append(
                    Left(
                        change.kind, record.name, why_not, label,
                        change.odoo_id, change.external_ref,
                    )
                )  # fmt: skip
                continue
            now = self.records.get(change.key, record)
            self.undo.setdefault(change.key, {})[item.name] = getattr(record, item.name)
            self.records[change.key] = replace(now, **{item.name: value})
            said = replace(item, old=item.new, new=item.old)
            self.taken.append(Taken(change.kind, change.external_ref, record.name, said))

    def _value(self, change: Change, record: Record, item: FieldChange) -> tuple[Any, str]:
        """The attribute that says what Odoo holds; or why there is none."""
        one = BY_KIND[change.kind][item.name]
        if item.cause == "conflict":
            return None, "git changed it as well; settle it in the YAML"
        if item.name in DERIVED or (item.name == "company_name" and not _own(record, item.name)):
            return None, "a binding says it, not the YAML"
        live: Value = item.old
        if item.name == "tag_names" and isinstance(record, Project) and isinstance(live, tuple):
            program = self._programs.get(record.program_slug or "")
            live = tuple(tag for tag in live if program is None or tag != program.name)
        value = None if live == 0.0 and one.shape == "hours" else as_attribute(one, live)
        if value is None and live and one.shape == "html":
            return None, "Markdown cannot say what it has now"
        if value is None and item.name in SETS:
            value = ()
        if value is None and one.always:
            return None, f"it has no {one.label} any more"
        if points_away(live) or (
            item.name == "project_external_ref" and live not in self._projects
        ):
            return None, "it names a record that the seed does not have"
        made = record.source is not None and record.source.instance is not None
        if made and (change.kind != "task" or value is None or item.name in _NOT_IN_OVERRIDES):
            return None, f"the template in {record.source} says it; change it there"
        held = item.name == "project_external_ref" or value is None
        if not held and not self._allows(change.kind, item.name, written(value)):
            return None, "it is not what the YAML may hold"
        return value, ""


def _own(record: Record, name: str) -> bool:
    return getattr(record, name) is not None
