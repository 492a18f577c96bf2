"""Records cut down until the seed with them is valid, and its plan changes nothing of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.adoption import Left
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.model import KINDS, Milestone, Seed, Source, Task
from odoo_seed.core.planning import make_plan
from odoo_seed.core.record_keys import kind_of_record
from odoo_seed.core.rules import check_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from odoo_seed.core.documents import Position
    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import Pointer, Record, SeedAndPolicy

_PLACE = "adopt"
_SAME = "Odoo holds it in a way that the YAML cannot say"


@dataclass(slots=True)
class Fitting:
    """Records that are to join a seed, or to take the place of its own.

    Attributes:
        content: The seed, without them or with what they were.
        records: As they are to be; they shrink.
        undo: By key, the fields that may be given up, with what they are then. A record with
            another fault is given up as a whole.
        bind: Gives a seed what bindings say of it, as a plan needs it.
        whole: Whether the plan must change nothing at all of the records; else only nothing of
            the fields that may be given up.
    """

    content: SeedAndPolicy
    records: dict[Key, Record]
    undo: Mapping[Key, Mapping[str, Any]]
    bind: Callable[[SeedAndPolicy], SeedAndPolicy]
    left: list[Left] = field(default_factory=list)
    whole: bool = True

    def run(self, live: Live, applied: Applied, target: str) -> Seed:
        """Give up what does not fit, and return the whole seed."""
        while self._give_up_invalid() or self._give_up_changes(live, applied, target):
            pass
        return self.seed()

    def seed(self) -> Seed:
        """The whole seed; records keep their places, new ones come last."""
        found: dict[str, tuple[Any, ...]] = {}
        for kind in KINDS:
            own = {item.external_ref: item for item in self.content.seed.of_kind(kind)}
            own |= {ref: record for (of, ref), record in self.records.items() if of == kind}
            found[kind] = tuple(own.values())
        return Seed(found["program"], found["project"], found["milestone"], found["task"])

    def _give_up_invalid(self) -> bool:
        keys = list(self.records)
        marked = {
            key: replace(self.records[key], source=Source(_PLACE, place, 1, (_PLACE, place)))
            for place, key in enumerate(keys)
        }
        seed = replace(self, records=marked).seed()
        done = False
        for problem in check_seed(seed, self.content.policy, locate=_nowhere):
            if problem.severity == "error" and problem.path == _PLACE:
                key, name = keys[int(problem.pointer[1])], str((*problem.pointer, "", "")[2])
                done |= self._give_up(key, name, problem.found)
        return done

    def _give_up_changes(self, live: Live, applied: Applied, target: str) -> bool:
        content = self.bind(replace(self.content, seed=self.seed()))
        made = make_plan(
            content, applied, live, target, {self._project_of(k) for k in self.records}
        )
        done = False
        for change in made.changes:
            if change.key in self.records:
                names = [item.name for item in change.fields if change.action == "update"]
                for name in names or [""]:
                    if self.whole or name in self.undo[change.key]:
                        done |= self._give_up(change.key, name, _SAME)
        if not self.whole:
            return done
        for refusal in (*made.refusals, *made.blocked):
            if refusal.key in self.records:
                done |= self._give_up(refusal.key, "", refusal.message)
        for stage in made.new_stages:
            if ("project", stage.project_ref) in self.records:
                done |= self._give_up(("project", stage.project_ref), "stages", _SAME)
        return done

    def _project_of(self, key: Key) -> str:
        return str(getattr(self.records[key], "project_external_ref", key[1]))

    def _give_up(self, key: Key, name: str, reason: str) -> bool:
        """Let go of a field, or of a record; False when that was done before."""
        record = self.records.get(key)
        if record is None:
            return False
        undo = self.undo.get(key, {})
        if name in undo:
            if getattr(record, name) == undo[name]:
                return False
            self.records[key] = replace(record, **{name: undo[name]})
            label = BY_KIND[key[0]][name].label if name in BY_KIND[key[0]] else name
            self.left.append(Left(key[0], record.name, reason, label, external_ref=key[1]))
            return True
        if not self.whole:
            self.records[key] = replace(record, **undo)
            self.left.append(Left(key[0], record.name, reason, external_ref=key[1]))
            return bool(self.records[key] != record)
        del self.records[key]
        self.left.append(Left(key[0], record.name, reason, external_ref=key[1]))
        if key[0] == "project":
            for other, below in list(self.records.items()):
                if isinstance(below, Milestone | Task) and below.project_external_ref == key[1]:
                    del self.records[other]
        return True


def _nowhere(source: Source, pointer: Pointer, *, key: bool) -> Position:  # noqa: ARG001 - a Protocol
    return source.line, 1


def optional(record: Record) -> dict[str, Any]:
    """The fields of a record of which the YAML may say nothing."""
    kind = kind_of_record(record)
    names = [one.name for one in BY_KIND.get(kind, {}).values() if not one.always]
    more = ("stages", "program_slug") if kind == "project" else ()
    return dict.fromkeys((*names, *more))
