"""What `fmt` changed or would change, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from odoo_seed.core.problem_report import count, problem_as_dict, problem_block
from odoo_seed.core.quoting import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.problems import Problem

SCHEMA_VERSION = 1

SHOWN = 12
"""Lines of one file's difference that are shown unless all are asked for."""

_MOST = 3000
"""Lines that are compared one by one, which takes time that grows with their square."""


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A file that is not in its canonical form.

    Attributes:
        path: As problems name it.
        before: Its lines, without their ends.
        after: The lines of its canonical form.
    """

    path: str
    before: Sequence[str]
    after: Sequence[str]

    @property
    def line(self) -> int:
        """The first line that differs, from 1; 1 when only line ends do."""
        return self._common() + 1 if list(self.before) != list(self.after) else 1

    def hunks(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield what differs: from and to before, from and to after (0-based, without the end)."""
        start = self._common()
        before, after = self.before[start:], self.after[start:]
        if max(len(before), len(after)) > _MOST:
            yield start, len(self.before), start, len(self.after)
            return
        codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for tag, old, old_end, new, new_end in codes:
            if tag != "equal":
                yield start + old, start + old_end, start + new, start + new_end

    def _common(self) -> int:
        shorter = min(len(self.before), len(self.after))
        pairs = zip(self.before, self.after, strict=False)
        return next((n for n, (old, new) in enumerate(pairs) if old != new), shorter)


@dataclass(frozen=True, slots=True)
class FormatResult:
    """What `fmt` found.

    Attributes:
        files: How many were looked at.
        problems: Of the files that were left alone; empty when all could be read.
        written: Whether `changed` are changed now, or only would be.
    """

    files: int
    changed: Sequence[Reformatted]
    problems: Sequence[Problem]
    written: bool

    @property
    def ok(self) -> bool:
        """Whether every file is in its canonical form now."""
        return not self.problems and (self.written or not self.changed)


def text(result: FormatResult, *, whole: bool) -> str:
    """Return a line a file and, unless they are written, what would change in it.

    Args:
        result: What was found.
        whole: Show every line that differs, not only the first ones.
    """
    blocks = [problem_block(problem) for problem in result.problems]
    done = "formatted" if result.written else "would be formatted"
    for file in result.changed:
        lines = [f"{visible(file.path)}:{file.line}: {done}"]
        if not result.written:
            lines += _shown(difference(file), whole=whole)
        blocks.append("\n".join(lines))
    blocks.append(_verdict(result, done))
    return "\n\n".join(blocks) if not result.written else "\n".join(blocks)


def _shown(lines: Sequence[str], *, whole: bool) -> list[str]:
    if whole or len(lines) <= SHOWN:
        return list(lines)
    return [*lines[:SHOWN], f"… {count(len(lines) - SHOWN, 'more line')}; --diff shows all"]


def difference(file: Reformatted) -> list[str]:
    """Return what differs as `diff -U0` prints it, with everything invisible escaped."""
    lines = []
    for old, old_end, new, new_end in file.hunks():
        lines.append(f"@@ -{_range(old, old_end)} +{_range(new, new_end)} @@")
        lines += [f"-{visible(line)}" for line in file.before[old:old_end]]
        lines += [f"+{visible(line)}" for line in file.after[new:new_end]]
    return lines or ["only line ends, the last one or a byte-order mark"]


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


def _verdict(result: FormatResult, done: str) -> str:
    said = [f"{len(result.changed)} {done}"] if result.changed else []
    if result.problems:
        left = len({problem.path for problem in result.problems})
        said.append(f"{left} with problems, left alone")
    verdict = f"{count(result.files, 'file')}: {', '.join(said) or 'nothing to format'}."
    if result.changed and not result.written:
        verdict += "\n  → odoo-seed fmt does it"
    return verdict


def as_json(result: FormatResult, *, whole: bool) -> dict[str, Any]:
    """Return the JSON that `schemas/fmt.schema.json` describes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "ok": result.ok,
        "written": result.written,
        "files": result.files,
        "changed": [
            {
                "path": visible(file.path),
                "line": file.line,
                "diff": difference(file) if whole else None,
            }
            for file in result.changed
        ],
        "problems": [problem_as_dict(problem) for problem in result.problems],
    }
