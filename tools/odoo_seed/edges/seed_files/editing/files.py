"""The files of a seed that are being changed, as texts in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.seed_files.editing.cuts import cut
from odoo_seed.edges.seed_files.editing.nodes import read
from odoo_seed.edges.seed_files.editing.records import places
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import parse
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from odoo_seed.core.model import Pointer
    from odoo_seed.edges.seed_files.editing.cuts import Cut
    from odoo_seed.edges.seed_files.editing.nodes import Text
    from odoo_seed.edges.seed_files.editing.records import Place

_BOM = b"\xef\xbb\xbf"
_SIGN = re.compile(r"[|>][1-9+-]*")


@dataclass(slots=True)
class EditedFile:
    """One file.

    Attributes:
        name: As problems name it.
        before: Its content; None for one that is new.
    """

    path: Path
    name: str
    before: bytes | None
    text: str = ""
    _read: Text | None = field(default=None, repr=False)
    _data: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, path: Path, name: str, content: bytes) -> EditedFile:
        """Take up a file that the seed's reader has accepted."""
        return cls(path, name, content, decode(content)[0])

    @property
    def after(self) -> bytes:
        """The content as it is now."""
        bom = _BOM if self.before is not None and self.before.startswith(_BOM) else b""
        return bom + self.text.encode()

    @property
    def changed(self) -> bool:
        """Whether it differs from what is on disk."""
        return self.after != self.before

    @property
    def places(self) -> Text:
        """Where everything stands in the text."""
        if self._read is None:
            self._read = read(self.text)
        return self._read

    @property
    def data(self) -> Any:
        """What the text says; raises SeedEditError when it has grown beyond what is read."""
        if self._data is None:
            parsed = parse(self.text)
            if parsed.root is None:
                told = "; ".join(fault.found for fault in parsed.faults)
                raise SeedEditError(
                    f"{self.name} would be no file that can be read: {told}.",
                    remedy="Bring in less at a time.",
                )
            self._data = parsed.root
        return self._data

    def pointers(self) -> dict[Place, Pointer]:
        """Where the records stand."""
        return places(self.data)

    def cut(self, cuts: Iterable[Cut]) -> None:
        """Do changes that do not overlap."""
        self.text = cut(self.text, cuts)
        self._read = self._data = None

    def end_line(self) -> None:
        """Give the last line its end, without which nothing can follow it."""
        if self.text.endswith(("\n", "\r", "\x85", "\u2028", "\u2029")):
            return
        found = self.places
        last, value = found.root, self.data
        while last.entries and not last.flow:
            value = value[last.entries[-1].key if last.is_map else -1]
            last = last.entries[-1].value
        raw = self.text[last.start : last.end]
        if raw[:1] in {"|", ">"} and value[-1:] != "\n":  # it would grow by that line break
            header, *body = raw.split("\n", 1)
            sign = _SIGN.match(header)
            assert sign is not None, "it begins so"  # noqa: S101 - not input
            header = sign[0].rstrip("+-") + "-" + header[sign.end() :]
            self.text = self.text[: last.start] + "\n".join([header, *body]) + self.text[last.end :]
        self.text += found.newline
        self._read = self._data = None
