"""What `fmt` changed or would change, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.problem_report import count, problem_as_dict, problem_block
from odoo_seed.core.quoting import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.problems import Problem

SCHEMA_VERSION = 1

SHOWN = 12
"""Lines of one file's difference that are shown unless all are asked for."""

_NEAR = 12
"""Lines in which what was moved is looked for."""


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
        return next((hunk[0] + 1 for hunk in self.hunks()), 1)

    def hunks(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield what differs: from and to before, from and to after (0-based, without the end).

        Goes once through both, since formatting moves no line far; difflib would take hours for
        the largest files.
        """
        old = new = 0
        while old < len(self.before) or new < len(self.after):
            start = old, new
            while step := self._step(old, new):
                old, new = old + step[0], new + step[1]
            if start != (old, new):
                yield start[0], old, start[1], new
            else:
                old, new = old + 1, new + 1

    def _step(self, old: int, new: int) -> tuple[int, int] | None:
        """Return how many lines to pass over on both sides; None where the lines are the same."""
        before, after = self.before[old : old + _NEAR], self.after[new : new + _NEAR]
        if not before or not after:
            return (len(before), len(after)) if before or after else None
        if before[0] == after[0]:
            return None
        if before[0].split() == after[0].split():
            return 1, 1
        for distance in range(1, _NEAR):
            for skipped in range(distance + 1):
                pair = before[skipped : skipped + 1], after[distance - skipped :][:1]
                if pair[0] and pair[0] == pair[1]:
                    return skipped, distance - skipped
        return 1, 1


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
