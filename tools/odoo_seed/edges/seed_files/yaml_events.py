"""One YAML text to plain data, straight from libyaml's events.

No node tree is built: that is faster, and unlike PyYAML's composer it cannot overflow the C
stack on a file of a hundred thousand brackets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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

Positions = dict["Pointer", tuple["Position", "Position"]]
"""Where the key and the value of a place start."""


@dataclass(slots=True)
class Parsed:
    """The outcome of one text.

    Attributes:
        root: The document; None when there is none, or a fault made reading on pointless.
        complete: False when something the author wrote is not in `root`.
    """

    root: Any = None
    complete: bool = True
    faults: list[Fault] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """Read one document. Never raises for what the text holds."""
    return _Builder().read(text)


def positions(text: str) -> Positions:
    """Return every place of a text; of a broken one, those before the break."""
    finder = _PositionFinder()
    finder.read(text)
    return finder.positions


class _HopelessError(Exception):
    """Reading on would only produce nonsense."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.found)
        self.fault = fault


_NO_KEY, _DROP = object(), object()


class _Frame:
    """A list or mapping that is being filled.

    Attributes:
        key: The key whose value comes next; `_DROP` when that value is to be dropped.
        dropped: Whether all of this is inside a dropped value.
        pointer: The container's place; only the position finder keeps it.
    """

    __slots__ = ("container", "dropped", "is_map", "key", "key_mark", "pointer")

    def __init__(self, container: Any, *, dropped: bool) -> None:
        self.container = container
        self.is_map = type(container) is Mapping
        self.dropped = dropped
        self.key: Any = _NO_KEY
        self.key_mark: Any = None
        self.pointer: Pointer = ()


class _Builder:
    """Turns events into data, frame by frame."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self.frames: list[_Frame] = []
        self.documents = 0
        self.anchors: list[Any] = []
        self.aliases: list[Any] = []
        self.key_names: dict[str, str] = {}

    def read(self, text: str) -> Parsed:
        parser, parsed = CParser(text), self.parsed
        try:
            self._run(parser)
            self._report_aliases()
        except _HopelessError as hopeless:
            parsed.faults.append(hopeless.fault)
            parsed.root, parsed.complete = None, False
        except yaml.MarkedYAMLError as error:
            parsed.faults.append(syntax_fault(error))
            parsed.root, parsed.complete = None, False
        return parsed

    def _run(self, parser: CParser) -> None:
        """Read all events. The loop a large seed spends its time in, so scalars stay inside."""
        scalar, frames, names = yaml.ScalarEvent, self.frames, self.key_names
        get_event: Any = parser.get_event
        while (event := get_event()) is not None:
            if type(event) is not scalar:
                self._structure(event)
                continue
            if event.anchor is not None or event.tag is not None:
                self._decorated(event)
            frame = frames[-1] if frames else None
            value = event.value
            if frame is not None and frame.is_map and frame.key is _NO_KEY:
                if value in frame.container or value == "<<":
                    self._refuse_key(frame, event)
                else:
                    frame.key, frame.key_mark = names.setdefault(value, value), event.start_mark
                continue
            if event.implicit[0] and (not value or value[0] in FIRST):
                value = self._plain(event)
                if value is _DROP:
                    self._skip(frame)
                    continue
            self._put(frame, value, event.start_mark)

    def _put(self, frame: _Frame | None, value: Any, mark: Any) -> None:  # noqa: ARG002 - for the finder
        if frame is None:
            self.parsed.root = value
        elif not frame.is_map:
            frame.container.append(value)
        else:
            if frame.key is not _DROP:
                frame.container[frame.key] = value
            frame.key = _NO_KEY

    def _structure(self, event: Any) -> None:
        if isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
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
                raise _HopelessError(
                    fault_at(
                        event.start_mark,
                        "several-documents",
                        "a second document starts here (---)",
                        "keep one document in a file; move this one into a file of its own",
                    )
                )

    def _open(self, container: Any, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if frame is not None and frame.is_map and frame.key is _NO_KEY:
            raise _HopelessError(
                fault_at(
                    event.start_mark,
                    "complex-key",
                    "a list or mapping stands where a key belongs",
                    "write `key: value`; put quotes around text that starts with [, { or ?",
                )
            )
        if len(self.frames) >= MAX_DEPTH:
            raise _HopelessError(
                fault_at(
                    event.start_mark,
                    "too-deep",
                    f"lists and mappings are nested more than {MAX_DEPTH} deep",
                    "nest less; a subtask can name its parent with parent_external_ref instead",
                )
            )
        dropped = frame is not None and (frame.dropped or frame.key is _DROP)
        self._put(frame, container, event.start_mark)
        self.frames.append(_Frame(container, dropped=dropped))

    def _plain(self, event: Any) -> Any:
        try:
            return resolve(event.value)
        except ValueError as error:
            self._fault(
                event.start_mark,
                "number",
                f"{quoted(event.value)} cannot be used: {error}",
                'write a smaller number, or put it in quotes ("…") if it is text',
            )
            self.parsed.complete = False
            return _DROP

    def _refuse_key(self, frame: _Frame, event: Any) -> None:
        self.parsed.complete = False
        frame.key, frame.key_mark = _DROP, event.start_mark
        if event.value == "<<":
            self._fault(
                event.start_mark,
                "merge-key",
                "merge keys (<<) are not supported",
                "write the keys out",
            )
            return
        self._fault(
            event.start_mark,
            "duplicate-key",
            f"the key {quoted(event.value)} is given twice here",
            "keep one of the two",
        )

    def _alias(self, event: Any) -> None:
        self.parsed.complete = False
        frame = self.frames[-1] if self.frames else None
        if frame is None or not (frame.dropped or frame.key is _DROP):
            self.aliases.append(event)
        if frame is not None and frame.is_map and frame.key is _NO_KEY:
            frame.key = _DROP
        else:
            self._skip(frame)

    def _skip(self, frame: _Frame | None) -> None:
        """Leave out the value that would come now."""
        if frame is not None:
            frame.key = _NO_KEY

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            self.anchors.append(event)
        if event.tag is not None:
            self._fault(
                event.start_mark,
                "tag",
                f"the tag {quoted(event.tag)} is not supported",
                "remove it; to keep a number as text put it in quotes",
            )

    def _report_aliases(self) -> None:
        """One problem per file: ten thousand aliases are one way of writing, not many faults."""
        merges = any(fault.code == "merge-key" for fault in self.parsed.faults)
        found = self.aliases or ([] if merges else self.anchors)
        if not found:
            return
        sign = "*" if self.aliases else "&"
        more = f" (and {len(found) - 1} more in this file)" if len(found) > 1 else ""
        self._fault(
            found[0].start_mark,
            "alias",
            f"the {'alias' if self.aliases else 'anchor'} {sign}{found[0].anchor}{more}"
            " is not supported",
            "write the value out in each place",
        )

    def _fault(self, mark: Any, code: str, found: str, remedy: str) -> None:
        self.parsed.faults.append(fault_at(mark, code, found, remedy))


class _PositionFinder(_Builder):
    """Also notes where everything stands."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: Positions = {}
        self.last: Pointer = ()

    def _put(self, frame: _Frame | None, value: Any, mark: Any) -> None:
        key_mark = mark
        self.last = ()
        if frame is not None and frame.is_map:
            self.last, key_mark = (*frame.pointer, frame.key), frame.key_mark
        elif frame is not None:
            self.last = (*frame.pointer, len(frame.container))
        super()._put(frame, value, mark)
        place = (key_mark.line + 1, key_mark.column + 1), (mark.line + 1, mark.column + 1)
        self.positions.setdefault(self.last, place)

    def _open(self, container: Any, event: Any) -> None:
        super()._open(container, event)
        self.frames[-1].pointer = self.last
