"""One YAML text to plain data, straight from libyaml's events.

No node tree is built: that is faster, and unlike PyYAML's composer it cannot overflow the C
stack on a file of a hundred thousand brackets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml._yaml import CParser

from odoo_seed.core.documents import Mapping
from odoo_seed.core.quoting import quoted
from odoo_seed.edges.seed_files.scalars import FIRST, resolve
from odoo_seed.edges.seed_files.syntax import Fault, fault_at, syntax_fault

if TYPE_CHECKING:
    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import Pointer

MAX_DEPTH = 40
"""Of lists and mappings in each other: 18 levels of subtasks."""

MAX_VALUES = 500_000
"""In one file. The largest file of sensible tasks has fewer; judging more takes minutes."""

Positions = dict["Pointer", tuple["Position", "Position"]]
"""Where the key and the value of a place start."""


@dataclass(slots=True)
class Parsed:
    """The outcome of one text.

    Attributes:
        root: The document; None when there is none, or a fault made reading on pointless.
        complete: False when a key may seem missing from `root` though its author wrote it.
        dropped: Values that are not in `root`.
    """

    root: Any = None
    complete: bool = True
    faults: list[Fault] = field(default_factory=list)
    dropped: list[Any] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """Read one document. Never raises for what the text holds."""
    return _Builder().read(text)


def positions(text: str) -> Positions:
    """Return every place of a text; of a broken one, those before the break."""
    finder = _PositionFinder()
    finder.read(text)
    return finder.positions


class _HopelessError(Exception):
    """Reading on would only produce nonsense; the fault is noted."""


_NO_KEY, _DROP = object(), object()


class _Frame:
    """A list or mapping that is being filled.

    Attributes:
        name: The last key that was read.
        key: The key whose value comes next: `name`, or `_DROP` when the value is to be dropped.
        dropped: Whether all of this is inside a dropped value.
        pointer: The container's place.
    """

    __slots__ = ("container", "dropped", "is_map", "key", "key_mark", "name", "pointer")

    def __init__(self, container: Any, pointer: Pointer, *, dropped: bool) -> None:
        self.container = container
        self.is_map = type(container) is Mapping
        self.pointer = pointer
        self.dropped = dropped
        self.key: Any = _NO_KEY
        self.key_mark: Any = None
        self.name = ""

    def place(self) -> Pointer:
        """The place of the key or entry that is being read."""
        return (*self.pointer, self.name if self.is_map else len(self.container))


class _Builder:
    """Turns events into data, frame by frame."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self.frames: list[_Frame] = []
        self.documents = 0
        self.values = 0
        self.anchors: list[Any] = []
        self.aliases: list[Any] = []
        self.key_names: dict[str, str] = {}

    def read(self, text: str) -> Parsed:
        parser, parsed = CParser(text), self.parsed
        try:
            self._run(parser)
            self._report_aliases()
        except _HopelessError:
            parsed.root, parsed.complete = None, False
        except yaml.MarkedYAMLError as error:
            inside = self.frames[-1].pointer if self.frames else ()
            parsed.faults.append(syntax_fault(error, inside))
            parsed.root, parsed.complete = None, False
        return parsed

    def _run(self, parser: CParser) -> None:
        """Read all events. A large seed spends its time in this loop, so scalars stay inside."""
        scalar, frames, names = yaml.ScalarEvent, self.frames, self.key_names
        get_event: Any = parser.get_event
        while (event := get_event()) is not None:
            if type(event) is not scalar:
                self._structure(event)
                continue
            frame = frames[-1] if frames else None
            value = event.value
            if frame is not None and frame.is_map and frame.key is _NO_KEY:
                frame.name, frame.key_mark = names.setdefault(value, value), event.start_mark
                frame.key = frame.name
                if value in frame.container or value == "<<":
                    self._refuse_key(frame)
                if event.anchor is not None or event.tag is not None:
                    self._decorated(event)
                continue
            if event.anchor is not None or event.tag is not None:
                self._decorated(event)
            if event.implicit[0] and (not value or value[0] in FIRST):
                value = self._plain(event)
                if value is _DROP:
                    self._skip()
                    continue
            self._put(frame, value, event.start_mark)

    def _put(self, frame: _Frame | None, value: Any, mark: Any) -> None:  # noqa: ARG002 - see below
        """Add a value to its container; `mark`, where it starts, is for the position finder."""
        if frame is None:
            self.parsed.root = value
        elif not frame.is_map:
            frame.container.append(value)
        else:
            if frame.key is _DROP:
                self.parsed.dropped.append(value)
            else:
                frame.container[frame.key] = value
            frame.key = _NO_KEY

    def _structure(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.MappingStartEvent):
            mark: Any = event.start_mark
            self._open(Mapping(mark.line + 1, mark.column + 1), event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                remedy = "keep one document in a file; move this one into a file of its own"
                self._give_up(
                    event, "several-documents", "a second document starts here (---)", remedy
                )

    def _open(self, container: Any, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if frame is not None and frame.is_map and frame.key is _NO_KEY:
            found = "a list or mapping stands where a key belongs"
            remedy = "write `key: value`; put quotes around text that starts with [, { or ?"
            self._give_up(event, "complex-key", found, remedy)
        if len(self.frames) >= MAX_DEPTH:
            found = f"lists and mappings are nested more than {MAX_DEPTH} deep"
            remedy = "nest less; a subtask can name its parent with parent_external_ref instead"
            self._give_up(event, "too-deep", found, remedy)
        dropped = frame is not None and (frame.dropped or frame.key is _DROP)
        pointer = frame.place() if frame is not None else ()
        self._put(frame, container, event.start_mark)
        self.frames.append(_Frame(container, pointer, dropped=dropped))

    def _close(self, event: Any) -> None:
        self.values += len(self.frames.pop().container)
        if self.values > MAX_VALUES:
            found = f"the file holds more than {MAX_VALUES:,} values"
            remedy = "split it into several files, for example one per project"
            self._give_up(event, "too-many-values", found, remedy)

    def _plain(self, event: Any) -> Any:
        try:
            return resolve(event.value)
        except ValueError as error:
            found = f"{quoted(event.value)} cannot be used: {error}"
            remedy = 'write an ordinary number, or put it in quotes ("…") if it is text'
            self._fault(event.start_mark, "number", found, remedy)
            self.parsed.complete = False
            return _DROP

    def _refuse_key(self, frame: _Frame) -> None:
        frame.key = _DROP
        if frame.name == "<<":
            self.parsed.complete = False
            found = "merge keys (<<) are not supported"
            self._fault(frame.key_mark, "merge-key", found, "write the keys out")
        else:
            found = f"the key {quoted(frame.name)} is given twice here"
            self._fault(frame.key_mark, "duplicate-key", found, "keep one of the two")

    def _alias(self, event: Any) -> None:
        self.parsed.complete = False
        frame = self.frames[-1] if self.frames else None
        if frame is None or not (frame.dropped or frame.key is _DROP):
            self.aliases.append((event, frame.place() if frame is not None else ()))
        if frame is not None and frame.is_map and frame.key is _NO_KEY:
            frame.key, frame.key_mark = _DROP, event.start_mark
        else:
            self._skip()

    def _skip(self) -> None:
        """Leave out the value that would come now."""
        if self.frames:
            self.frames[-1].key = _NO_KEY

    def _decorated(self, event: Any) -> None:
        place = self.frames[-1].place() if self.frames else ()
        if event.anchor is not None:
            self.anchors.append((event, place))
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            found = f"the tag {quoted(tag)} is not supported"
            remedy = "remove it; to keep a number as text put it in quotes"
            self._fault(event.start_mark, "tag", found, remedy)

    def _report_aliases(self) -> None:
        """One problem per file: ten thousand aliases are one way of writing, not many faults."""
        merges = any(fault.code == "merge-key" for fault in self.parsed.faults)
        found = self.aliases or ([] if merges else self.anchors)
        if not found:
            return
        event, place = found[0]
        what = "alias *" if self.aliases else "anchor &"
        more = f" (and {len(found) - 1} more in this file)" if len(found) > 1 else ""
        words = f"the {what}{event.anchor}{more} is not supported"
        remedy = "write the value out in each place"
        self.parsed.faults.append(fault_at(event.start_mark, place, "alias", words, remedy))

    def _fault(self, mark: Any, code: str, found: str, remedy: str) -> None:
        place = self.frames[-1].place() if self.frames else ()
        self.parsed.faults.append(fault_at(mark, place, code, found, remedy))

    def _give_up(self, event: Any, code: str, found: str, remedy: str) -> NoReturn:
        place = self.frames[-1].pointer if self.frames else ()
        self.parsed.faults.append(fault_at(event.start_mark, place, code, found, remedy))
        raise _HopelessError


class _PositionFinder(_Builder):
    """Also notes where everything stands."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: Positions = {}

    def _put(self, frame: _Frame | None, value: Any, mark: Any) -> None:
        place = frame.place() if frame is not None else ()
        key_mark = frame.key_mark if frame is not None and frame.is_map else mark
        super()._put(frame, value, mark)
        both = (key_mark.line + 1, key_mark.column + 1), (mark.line + 1, mark.column + 1)
        self.positions.setdefault(place, both)
