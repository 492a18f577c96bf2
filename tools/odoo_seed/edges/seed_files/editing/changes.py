"""What must be done to the files so that they hold other records."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from odoo_seed.core.model import KINDS, Milestone, Task
from odoo_seed.core.record_keys import KEYS, differences, keys_of
from odoo_seed.edges.seed_files.editing.cuts import change_keys
from odoo_seed.edges.seed_files.editing.overrides import new_entry, overrides_of
from odoo_seed.edges.seed_files.editing.records import add_records, lifted, put, remove_records
from odoo_seed.edges.seed_files.editing.writing import document
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from odoo_seed.core.live import Key
    from odoo_seed.core.model import Record, Seed
    from odoo_seed.edges.seed_files.editing.files import EditedFile

_LISTS = {"program": "programs", "project": "projects", "milestone": "milestones", "task": "tasks"}
_MODELINE = "# yaml-language-server:"


class Changes:
    """One round of changes, in texts.

    Keys first, then what is new, then what moves, then what goes: so a record can move into a new
    one, and out of one that goes.
    """

    def __init__(
        self,
        now: Seed,
        wanted: Seed,
        files: Mapping[str, EditedFile],
        new_file: Callable[[str, str], EditedFile],
    ) -> None:
        self.now = by_key(now)
        self.wanted = by_key(wanted)
        self.files = dict(files)
        self.new_file = new_file
        self.owners = {key: self._owner(record) for key, record in self.wanted.items()}
        self.below: defaultdict[Key | None, list[Key]] = defaultdict(list)
        for key, owner in self.owners.items():
            self.below[owner].append(key)

    def run(self) -> Sequence[EditedFile]:
        """Do everything, and return all files; raises SeedEditError for what cannot be done."""
        overrides = overrides_of(self.now, self.wanted, self.owners)
        self._change_keys()
        self._override(overrides)
        self._add()
        self._move()
        self._remove()
        return list(self.files.values())

    def _owner(self, record: Record) -> Key | None:
        """The record in whose list another stands when it is written anew."""
        match record:
            case Milestone():
                return ("project", record.project_external_ref)
            case Task(parent_external_ref=str(parent)):
                above = self.wanted.get(("task", parent))
                same = isinstance(above, Task) and (
                    above.project_external_ref == record.project_external_ref
                )
                return ("task", parent) if same else ("project", record.project_external_ref)
            case Task():
                return ("project", record.project_external_ref)
            case _:
                return None

    def _change_keys(self) -> None:
        for file in self.files.values():
            changed = {}
            for key, pointer in file.pointers().items():
                now, wanted = self.now.get(key), self.wanted.get(key)  # none that a template made
                if now is not None and wanted is not None:
                    found = differences(now, wanted)
                    if _is_nested(pointer):
                        found.pop("parent_external_ref", None)  # said by where it stands
                    if found:
                        changed[key] = found
            if not changed:
                continue
            file.end_line()
            text, pointers = file.places, file.pointers()
            file.cut(
                one
                for key, values in changed.items()
                for one in change_keys(
                    text, key[0], text.at(pointers[key]), _at(file.data, pointers[key]), values
                )
            )

    def _override(self, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Write what is otherwise in single tasks of templates; each has one entry at most."""
        for file in self.files.values():
            places = {
                entry["external_ref"]: ("overrides", number)
                for number, entry in enumerate(file.data.get("overrides", ()))
            }
            here = [ref for ref in changed if ref in places]
            if here:
                file.end_line()
                text, data = file.places, file.data
                file.cut(
                    one
                    for ref in here
                    for one in change_keys(
                        text, "task", text.at(places[ref]), _at(data, places[ref]), changed[ref]
                    )
                )
            changed = {ref: keys for ref, keys in changed.items() if ref not in here}
        self._add_at_top("overrides", [new_entry(ref, keys) for ref, keys in changed.items()])

    def _add(self) -> None:
        new = [key for key in self.wanted if key not in self.now]
        tops = [key for key in new if self.owners[key] is None or self.owners[key] in self.now]
        for key in tops:
            if key[0] == "project":
                self._add_file(key)
        programs = [self._data(key) for key in tops if key[0] == "program"]
        self._add_at_top("programs", programs)
        for file in list(self.files.values()):
            self._add_to(file, [key for key in tops if key[0] in {"milestone", "task"}])

    def _add_file(self, key: Key) -> None:
        file = self.new_file(key[1], "projects")
        file.text = document("projects", [self._data(key)], self._head(file))
        self.files[file.name] = file

    def _add_at_top(self, name: str, items: Sequence[dict[str, Any]]) -> None:
        """Add entries to a list that belongs to no project."""
        if not items:
            return
        file = next((file for file in self.files.values() if file.data.get(name)), None)
        if file is None:
            file = self.new_file(name, "")
            file.text = document(name, items, self._head(file))
            self.files[file.name] = file
            return
        file.end_line()
        text = file.places
        file.cut(add_records(text, "project", text.root, name, [(None, item) for item in items]))

    def _head(self, new: EditedFile) -> list[str]:
        """The line by which editors know the schema, as a file in the same folder has it."""
        here = PurePath(new.path).parent
        for file in self.files.values():
            if file.path.parent == here and file.text.startswith(_MODELINE):
                return [file.text.splitlines()[0]]
        return []

    def _add_to(self, file: EditedFile, new: Sequence[Key]) -> None:
        pointers = file.pointers()
        lists: defaultdict[tuple[Key, str], list[tuple[int | None, Any]]] = defaultdict(list)
        for key in new:
            owner = self.owners[key]
            assert owner is not None, "only programs and projects have none"  # noqa: S101 - not input
            if owner in pointers:
                place = self._follows(key, owner, pointers)
                lists[owner, _LISTS[key[0]]].append((place, self._data(key)))
        if not lists:
            return
        file.end_line()
        found = file.places
        file.cut(
            one
            for (owner, name), items in lists.items()
            for one in add_records(found, owner[0], found.at(pointers[owner]), name, items)
        )

    def _follows(self, key: Key, owner: Key, pointers: Mapping[Key, Any]) -> int | None:
        """The entry of the list behind which a new one is written: the one before it."""
        siblings = [other for other in self.below[owner] if other[0] == key[0]]
        listed = (*pointers[owner], _LISTS[key[0]])
        for other in reversed(siblings[: siblings.index(key)]):
            pointer = pointers.get(other)
            if pointer is not None and pointer[:-1] == listed:
                return int(pointer[-1])
        return None

    def _data(self, key: Key) -> dict[str, Any]:
        """A new record as YAML has it, with all that is new below it."""
        record = self.wanted[key]
        said: dict[str, Any] = keys_of(record)
        if isinstance(record, Task) and self.owners[key] == ("task", record.parent_external_ref):
            del said["parent_external_ref"]
        for below in self.below[key]:
            if below not in self.now:
                said.setdefault(_LISTS[below[0]], []).append(self._data(below))
        return {name: said[name] for name in KEYS[key[0]] if name in said}

    def _move(self) -> None:
        stands_in = {
            key: _owner_at(file.data, pointer)
            for file in self.files.values()
            for key, pointer in file.pointers().items()
            if key[0] == "task"
        }
        for key in self._from_above():
            record, owner = self.wanted[key], self.owners[key]
            if not isinstance(record, Task) or key not in stands_in or owner is None:
                continue
            if stands_in[key][0] == "project" and record.parent_external_ref:
                owner = ("project", record.project_external_ref)  # a key says its parent
            if stands_in[key] != owner:
                self._move_one(key, owner)
                if owner[0] == "project" and record.parent_external_ref:
                    self._say_parent(key, record.parent_external_ref)

    def _say_parent(self, key: Key, parent: str) -> None:
        """Write down what its place no longer says."""
        file, pointer = self._find(key)
        node, data = file.places.at(pointer), _at(file.data, pointer)
        added = {"parent_external_ref": parent}
        file.cut(change_keys(file.places, "task", node, data, added))

    def _move_one(self, key: Key, owner: Key) -> None:
        source, pointer = self._find(key)
        source.end_line()
        out, lines = lifted(source.places, pointer)
        refused = self._refused(key)
        source.cut([out])
        target, place = self._find(owner)  # what goes may have stood before it
        target.end_line()
        into = put(target.places, target.places.at(place), lines)
        if into is None:
            raise refused
        target.cut([into])

    def _refused(self, key: Key) -> SeedEditError:
        file, pointer = self._find(key)
        found = file.places
        line = found.text.count("\n", 0, found.at(pointer).start) + 1
        return SeedEditError(
            f"{file.name}:{line}: {key[0]} {key[1]} cannot be moved to another place in lists"
            " that stand in brackets. No file was changed.",
            remedy="Write these lists without brackets, each task on lines that begin with `- `, or"
            " move it by hand, and run the command again.",
        )

    def _from_above(self) -> Iterator[Key]:
        waiting = list(self.below[None])
        while waiting:
            key = waiting.pop(0)
            yield key
            waiting += self.below[key]

    def _find(self, key: Key) -> tuple[EditedFile, Any]:
        return next(
            (file, found[key]) for file in self.files.values() if key in (found := file.pointers())
        )

    def _remove(self) -> None:
        gone = {key for key in self.now if key not in self.wanted}  # none that a template made
        if not gone:
            return
        for file in self.files.values():
            pointers = [pointer for key, pointer in file.pointers().items() if key in gone]
            if pointers:
                file.end_line()
                file.cut(remove_records(file.places, pointers))


def by_key(seed: Seed) -> dict[Key, Record]:
    """Return all records by kind and ref."""
    return {(kind, record.external_ref): record for kind in KINDS for record in seed.of_kind(kind)}


def _is_nested(pointer: Sequence[str | int]) -> bool:
    return pointer.count("tasks") > 1


def _at(data: Any, pointer: Sequence[str | int]) -> Any:
    for step in pointer:
        data = data[step]
    return data


def _owner_at(data: Any, pointer: Sequence[str | int]) -> Key:
    return ("task" if _is_nested(pointer) else "project", _at(data, pointer[:-2])["external_ref"])
