"""Rows and links in memory, with transactions that can be undone."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
Undo = tuple["Callable[..., object]", tuple[Any, ...]]
Mark = tuple[int, dict[tuple[str, int], dict[str, Any]], set[tuple[str, int]]]


class Links:
    """The links of one many2many, seen from both ends."""

    def __init__(self) -> None:
        self.ends: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})

    def of(self, side: int, record_id: int) -> set[int]:
        """Return what a record is linked to; not to be changed."""
        return self.ends[side].get(record_id, set())

    def add(self, left: int, right: int) -> None:
        """Link two records."""
        self.ends[0].setdefault(left, set()).add(right)
        self.ends[1].setdefault(right, set()).add(left)

    def remove(self, left: int, right: int) -> None:
        """Unlink two records."""
        self.ends[0].get(left, set()).discard(right)
        self.ends[1].get(right, set()).discard(left)


class Database:
    """All data of one sandbox. Not thread-safe: the server lets one call in at a time.

    Attributes:
        rows: Rows by model and id.
        links: Links by table.
        pointers: By model and many2one: the ids of the records that point to an id.
        followers: By (model, id): follower row by partner.
        changed: By (model, id): the values that changed fields had before this transaction;
            records created in it are in `created` instead.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self.links: dict[str, Links] = defaultdict(Links)
        self.pointers: dict[str, dict[str, dict[int, set[int]]]] = defaultdict(dict)
        self.followers: dict[tuple[str, int], dict[int, int]] = {}
        self.passwords: dict[int, str] = {}
        self.changed: dict[tuple[str, int], dict[str, Any]] = {}
        self.created: set[tuple[str, int]] = set()
        self._undo: list[Undo] = []
        self._sequences: dict[str, int] = defaultdict(int)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what is done inside, or undo all of it when it raises."""
        self._begin()
        start = self.mark()
        try:
            yield
        except BaseException:
            self.roll_back(start)
            raise
        finally:
            self._begin()

    def mark(self) -> Mark:
        """Return a place within this transaction to roll back to: a savepoint."""
        changed = {key: dict(before) for key, before in self.changed.items()}
        return len(self._undo), changed, set(self.created)

    def roll_back(self, mark: Mark) -> None:
        """Undo what was done since the mark."""
        length, changed, created = mark
        for function, arguments in reversed(self._undo[length:]):
            function(*arguments)
        del self._undo[length:]
        self.changed = {key: dict(before) for key, before in changed.items()}
        self.created = set(created)

    def _begin(self) -> None:
        self._undo = []
        self.changed = {}
        self.created = set()

    def watch(self, model: str, field: str) -> None:
        """Keep the reverse of a many2one, for the one2many on its other side."""
        self.pointers[model][field] = {}

    def insert(self, model: str, row: Row) -> int:
        """Add a row under the next id; ids are never used twice, as in Postgres."""
        self._sequences[model] += 1
        record_id = self._sequences[model]
        row["id"] = record_id
        self.rows[model][record_id] = row
        self._point(model, row)
        self.created.add((model, record_id))
        self._undo.append((self._drop, (model, record_id)))
        return record_id

    def put(self, model: str, record_id: int, field: str, value: Any) -> None:
        """Set one field of one row."""
        old = self.rows[model][record_id].get(field, False)
        if old == value and type(old) is type(value):
            return
        self.note(model, record_id, field, old)
        self._undo.append((self._set, (model, record_id, field, old)))
        self._set(model, record_id, field, value)

    def note(self, model: str, record_id: int, field: str, old: Any) -> None:
        """Remember what a field was before this transaction."""
        if (model, record_id) not in self.created:
            self.changed.setdefault((model, record_id), {}).setdefault(field, old)

    def delete(self, model: str, record_id: int) -> None:
        """Remove a row."""
        row = self.rows[model][record_id]
        self._undo.append((self._restore, (model, row)))
        self._drop(model, record_id)

    def link(self, table: str, left: int, right: int) -> None:
        """Link two records."""
        if right not in self.links[table].of(0, left):
            self.links[table].add(left, right)
            self._undo.append((self.links[table].remove, (left, right)))

    def unlink(self, table: str, left: int, right: int) -> None:
        """Unlink two records."""
        if right in self.links[table].of(0, left):
            self.links[table].remove(left, right)
            self._undo.append((self.links[table].add, (left, right)))

    def on_undo(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call this should the transaction be undone."""
        self._undo.append((function, arguments))

    def _set(self, model: str, record_id: int, field: str, value: Any) -> None:
        row = self.rows[model][record_id]
        reverse = self.pointers[model].get(field)
        if reverse is not None:
            if row.get(field):
                reverse[row[field]].discard(record_id)
            if value:
                reverse.setdefault(value, set()).add(record_id)
        row[field] = value

    def _drop(self, model: str, record_id: int) -> None:
        row = self.rows[model].pop(record_id)
        for field, reverse in self.pointers[model].items():
            if row.get(field):
                reverse[row[field]].discard(record_id)

    def _restore(self, model: str, row: Row) -> None:
        self.rows[model][row["id"]] = row
        self._point(model, row)

    def _point(self, model: str, row: Row) -> None:
        for field, reverse in self.pointers[model].items():
            if row.get(field):
                reverse.setdefault(row[field], set()).add(row["id"])
