"""A plan that was written down: read back, told from one that was edited, compared with a new one.

What is compared is the plan, never the file: a file that names other changes than its checksum
stands for is refused before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import plain
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.model import Stage
from odoo_seed.core.plan import Change, FieldChange, Plan, StageChange, StageToAdd
from odoo_seed.core.values import canonical
from odoo_seed.core.words import say
from odoo_seed.errors import PlanChangedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.model import Kind

REMEDY = "Make it anew: `odoo-seed plan --out FILE`."

_LISTED = 50
"""Differences that are told one by one; of more, only the number."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as its file has it.

    Attributes:
        plan: Without its reading of Odoo and without what the seed wants, so it cannot be applied.
        seed_checksum: Of the seed that it was made for.
    """

    plan: Plan
    seed_checksum: str


def planned(data: Mapping[str, Any]) -> Planned:
    """Return the plan of a JSON document that keeps to `schemas/plan.schema.json`.

    Raises:
        UsageError: Its values are of no use, or are not those that its checksum stands for.
    """
    projects = data["projects"]
    plan = Plan(
        target=data["target"],
        changes=tuple(_change(item) for item in data["changes"]),
        new_tags=tuple(data["new_tags"]),
        new_stages=tuple(
            StageToAdd(
                item["project_external_ref"],
                Stage(item["name"], fold=item["fold"]),
                item["sequence"],
            )
            for item in data["new_stages"]
        ),
        changed_stages=tuple(
            StageChange(
                item["project_external_ref"],
                0,
                Stage(item["name"], fold=item["fold"]),
                item["sequence"],
            )
            for item in data["changed_stages"]
        ),
        unprotected=tuple((item["kind"], item["external_ref"]) for item in data["unprotected"]),
        only=None if projects is None else tuple(projects),
    )
    if plan.checksum != data["checksum"]:
        raise UsageError(
            "The plan file was edited: its changes are not those that its checksum stands for.",
            remedy=REMEDY,
        )
    return Planned(plan, data["seed_checksum"])


def _change(item: Mapping[str, Any]) -> Change:
    kind: Kind = item["kind"]
    return Change(
        item["action"],
        kind,
        item["external_ref"],
        item["project_external_ref"],
        item["name"],
        tuple(_field(kind, field) for field in item["fields"]),
        item["odoo_id"],
    )


_NO_FIELDS: dict[str, tuple[type, ...]] = {
    "external_ref": (str,), "stages": (list,), "protected": (bool,),
}  # fmt: skip
"""What a plan has besides managed fields: a new ref, and what a new project brings along."""


def _field(kind: Kind, item: Mapping[str, Any]) -> FieldChange:
    name = item["field"]
    known = BY_KIND.get(kind, {})
    if name not in known and name not in _NO_FIELDS:
        raise UsageError(
            f"The plan file names the field {plain(name)} of a {kind}, which there is not.",
            remedy=REMEDY,
        )
    old, new, applied = (_value(kind, name, item[key]) for key in ("old", "new", "applied"))
    return FieldChange(name, old, new, applied, item["cause"], item["news"])


def _value(kind: Kind, name: str, value: object) -> Value:
    """Return the canonical value, of the type that the field has."""
    if value is None:
        return None
    field = BY_KIND[kind].get(name)
    shape = field.shape if field else ""
    expected: dict[str, tuple[type, ...]] = {
        "names": (list,), "refs": (list,), "hours": (int, float), "integer": (int,),
        "boolean": (bool,),
    }  # fmt: skip
    right = isinstance(value, expected.get(shape, _NO_FIELDS.get(name, (str,))))
    if shape in {"hours", "integer"} and isinstance(value, bool):
        right = False
    if right and shape in {"date", "deadline"}:
        try:
            datetime.fromisoformat(str(value))
        except ValueError:
            right = False
    if not right:
        raise UsageError(
            f"The plan file has {plain(repr(value))} for the field {name}, which it cannot hold.",
            remedy=REMEDY,
        )
    if field is not None:
        return canonical(field, value)
    if isinstance(value, list):
        return tuple(map(str, value))
    return value if isinstance(value, bool) else str(value)


def refuse_other_target(before: Planned, target: str) -> None:
    """Raise UsageError when the plan is for another Odoo database."""
    if before.plan.target != target:
        planned_for = plain(before.plan.target)
        raise UsageError(
            f"The plan is for target {planned_for}, not for {target}.",
            remedy=f"Plan again for this one, or apply it there: --target {planned_for}.",
        )


def refuse_other(made: Plan, before: Planned) -> None:
    """Raise PlanChangedError, with each difference, unless a new plan is the planned one."""
    other = differences(before.plan, made)
    if not other and before.plan.checksum == made.checksum:
        return
    if before.seed_checksum != made.seed_checksum:
        why = "the seed has changed since it was planned"
    else:
        why = "Odoo or policy.yaml has changed since it was planned, the seed has not"
    raise PlanChangedError(
        f"Nothing was written: the plan is now {made.checksum}, not {before.plan.checksum}: {why}.",
        remedy="Look at the new plan, and approve that one: `odoo-seed plan --out FILE`.",
        details=other,
    )


def differences(before: Plan, now: Plan) -> list[str]:
    """What a new plan would do otherwise than the one before, a line each; none when nothing."""
    old = {(change.key, change.action): change for change in before.changes}
    new = {(change.key, change.action): change for change in now.changes}
    lines = [f"new: {_told(new[key])}" for key in sorted(new.keys() - old.keys())]
    lines += [f"gone: {_told(old[key])}" for key in sorted(old.keys() - new.keys())]
    for key in sorted(old.keys() & new.keys()):
        if told := "; ".join(_otherwise(old[key], new[key])):
            lines.append(f"different: {_title(new[key])}: {told}")
    for what, was, comes in (
        ("tag", set(before.new_tags), set(now.new_tags)),
        ("stage", set(_stages(before)), set(_stages(now))),
    ):
        lines += [f"new: {what} {plain(name)}" for name in sorted(comes - was)]
        lines += [f"gone: {what} {plain(name)}" for name in sorted(was - comes)]
    more = len(lines) - _LISTED
    return lines if more <= 0 else [*lines[:_LISTED], f"… and {more} more"]


def _stages(plan: Plan) -> Iterator[str]:
    boards: list[StageToAdd | StageChange] = [*plan.new_stages, *plan.changed_stages]
    for item in boards:
        fold = ", folded" if item.stage.fold else ""
        yield f"{item.stage.name} of {item.project_ref} at place {item.sequence}{fold}"


def _title(change: Change) -> str:
    return f"{change.kind} {plain(change.external_ref)} “{plain(change.name, 70)}”"


def _told(change: Change) -> str:
    if change.action == "update":
        words = "; ".join(say(change.kind, item) for item in change.fields)
    else:
        words = f"{change.action}d"
    return f"{_title(change)}: {plain(words, 300)}"


def _otherwise(old: Change, new: Change) -> Iterator[str]:
    """Each field in which two changes of one record differ."""
    was = {item.name: item for item in old.fields}
    comes = {item.name: item for item in new.fields}
    for name in [*comes, *(name for name in was if name not in comes)]:
        before, now = was.get(name), comes.get(name)
        if before and now and (before.old, before.new) == (now.old, now.new):
            continue
        planned_words = say(old.kind, before) if before else f"{name} as it is"
        now_words = say(new.kind, now) if now else f"{name} as it is"
        if planned_words == now_words:
            yield f"{name}, in another way than planned"
        else:
            yield f"planned: {plain(planned_words, 200)}; now: {plain(now_words, 200)}"
