"""Records that people made in Odoo, as records of the seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.markdown import to_markdown
from odoo_seed.core.model import Milestone, Project, Stage, Task
from odoo_seed.core.plan import Change, FieldChange, Plan
from odoo_seed.core.planning import ordered
from odoo_seed.core.record_keys import DERIVED, written
from odoo_seed.core.values import BARE_DATE_TIME, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.live import Key, Live, LiveRecord
    from odoo_seed.core.model import Kind, Program, Seed

    Allows = Callable[[Kind, str, Any], bool]
    """Whether the YAML may have a value for a key of a kind."""

Mark = tuple["Kind", int]
"""Kind and Odoo id."""

_DEFAULT_SEQUENCE = 10
_FOREIGN = "odoo:"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A project, milestone or task as it lives in Odoo, as far as choosing it needs.

    Attributes:
        external_ref: Empty when it has none.
        project_id: Of a milestone or task.
        parent_id: Of a subtask.
        company_name: Of a project; empty when it has none.
        left_out: Why it cannot be the seed's, in words; empty when it can.
    """

    kind: Kind
    odoo_id: int
    name: str
    external_ref: str = ""
    project_id: int | None = None
    parent_id: int | None = None
    company_name: str = ""
    active: bool = True
    left_out: str = ""

    @property
    def mark(self) -> Mark:
        """Kind and Odoo id."""
        return (self.kind, self.odoo_id)


@dataclass(frozen=True, slots=True)
class Left:
    """What stays in Odoo alone.

    Attributes:
        what: The field's label; empty for the whole record.
        external_ref: Of a record whose other fields are adopted.
    """

    kind: Kind
    name: str
    reason: str
    what: str = ""
    odoo_id: int | None = None
    external_ref: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption would do.

    Attributes:
        refs: By kind and Odoo id, of every record that is adopted.
        unset: Those of them whose ref is still to be set in Odoo.
        wanted: The whole seed with them.
        projects: Refs of the adopted projects.
        left: What is left out.
        live: The reading, in which they have their refs.
    """

    refs: Mapping[Mark, str]
    unset: frozenset[Mark]
    wanted: Seed
    projects: tuple[str, ...]
    left: tuple[Left, ...]
    live: Live = field(repr=False)

    @property
    def halfway(self) -> Seed:
        """The seed while the refs are being set: nothing of what is adopted is synced.

        A seed that is loaded then makes nothing a second time in Odoo.
        """
        projects = tuple(
            replace(item, sync_enabled=False) if item.external_ref in self.projects else item
            for item in self.wanted.projects
        )
        return replace(self.wanted, projects=projects)


class Reading:
    """Makes records of what was read, and notes what it cannot say."""

    def __init__(self, live: Live, allows: Allows) -> None:
        self._live, self._allows = live, allows
        self.left: list[Left] = []

    def project(self, ref: str, program: Program | None) -> Project | None:
        """Return a project; None when the YAML cannot hold it."""
        found = self._live.records["project", ref]
        said = self._said(found)
        if said is None:
            return None
        stages = tuple(
            Stage(stage.name, stage.fold)
            for (project, _), stage in self._live.directory.stages.items()
            if project == ref
        )
        if stages and self._allows("project", "stages", written(stages)):
            said["stages"] = stages
        tags = said.get("tag_names")
        if program is not None and tags and program.name in tags:
            said["program_slug"] = program.slug
            said["tag_names"] = tuple(tag for tag in tags if tag != program.name) or None
        elif program is not None:
            reason = (
                f"the project does not have the program's tag “{program.name}” in Odoo; once it"
                f" has, or when the next seed may add it, write program_slug: {program.slug}"
            )
            self._leave(found, "program", reason)
        return Project(external_ref=ref, **said)

    def milestone(self, ref: str) -> Milestone | None:
        """Return a milestone; None when the YAML cannot hold it."""
        found = self._live.records.get(("milestone", ref))
        said = self._said(found) if found else None
        return Milestone(external_ref=ref, **said) if said else None

    def task(self, ref: str, project: Project) -> Task | None:
        """Return a task; None when the YAML cannot hold it."""
        found = self._live.records["task", ref]
        said = self._said(found)
        if said is None:
            return None
        names = [stage.name for stage in project.stages or ()]
        if names and said.get("stage_name") not in names:
            said["stage_name"] = names[0]
        elif not names:
            said.pop("stage_name", None)
        return Task(external_ref=ref, **said)

    def _said(self, found: LiveRecord) -> dict[str, Any] | None:
        said: dict[str, Any] = {}
        for name, one in BY_KIND[found.kind].items():
            if name in DERIVED:
                continue
            value = found.values.get(name)
            if value is None or value == empty(one):
                if one.always and name != "stage_name":
                    reason = f"it has no {one.label} in Odoo; give it one there"
                    self._leave(found, "", reason)
                    return None
                continue
            if name == "sequence" and value == _DEFAULT_SEQUENCE:
                continue
            converted, reason = self._converted(one, value)
            if converted is None and one.always and name != "stage_name":
                self._leave(found, "", f"its {one.label} {reason}")
                return None
            if converted is None:
                self._leave(found, one.label, f"it {reason}")
            else:
                said[name] = converted
        return said

    def _converted(self, one: Field, value: Value) -> tuple[Any, str]:
        """A field's attribute, or None and why there is none."""
        converted = as_attribute(one, value)
        if converted is None and one.shape == "html":
            return None, "has what Markdown cannot say, and stays in Odoo as it is"
        if points_away(value):
            return None, "names a record that has no ref"
        if one.name == "project_external_ref":
            return converted, ""
        if not self._allows(one.kind, one.name, written(converted)):
            return None, f"is {_shown(converted)} there, which the YAML may not hold"
        return converted, ""

    def _leave(self, found: LiveRecord, what: str, reason: str) -> None:
        name = str(found.values.get("name") or "")
        self.left.append(
            Left(found.kind, name, reason, what, found.odoo_id, found.external_ref * bool(what))
        )


def as_attribute(one: Field, value: Value) -> Any:
    """Return a live value as the attribute of a record; None when there is no such.

    Dates become days, Odoo's HTML Markdown, and a deadline at the hour that a bare date has a
    bare date.
    """
    if value is None:
        return None
    if one.shape == "html":
        return to_markdown(str(value))
    if one.shape == "date":
        return date.fromisoformat(str(value))
    if one.shape == "deadline":
        day, _, time = str(value).partition("T")
        return day if time in {f"{BARE_DATE_TIME:%H:%M}", "00:00", ""} else str(value)
    return value


def _shown(value: object) -> str:
    return f"“{', '.join(map(str, value))}”" if isinstance(value, tuple) else f"“{value}”"


def points_away(value: Value) -> bool:
    """Whether a live value names a record that has no ref."""
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, str) and item.startswith(_FOREIGN) for item in items)


def plan_refs(adoption: Adoption, target: str) -> Plan:
    """Plan to set the refs and nothing else.

    Nothing of it counts as applied: while no seed has these records, another seed that is loaded
    would take them for removed from git, and archive them.
    """
    changes = []
    for mark in adoption.unset:
        kind, ref = mark[0], adoption.refs[mark]
        found = adoption.live.records[kind, ref]
        project = str(found.values.get("project_external_ref") or ref)
        ref_change = FieldChange("external_ref", old=None, new=ref, applied=None, cause="git")
        name = str(found.values["name"])
        changes.append(Change("update", kind, ref, project, name, (ref_change,), mark[1]))
    return Plan(
        target=target,
        changes=tuple(sorted(changes, key=ordered)),
        remember={},
        live=adoption.live,
    )


def counted(records: Iterable[Key]) -> dict[str, int]:
    """How many records of each kind there are."""
    kinds: Sequence[Kind] = ("project", "milestone", "task")
    found = [kind for kind, _ in records]
    return {kind: found.count(kind) for kind in kinds}
