"""What an import from a workbook gives, as text, Markdown and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core import report_compare
from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.compare import Comparison
    from odoo_seed.core.doubts import Doubt

SCHEMA_VERSION = 1
_LONG = 1_000


@dataclass(frozen=True, slots=True)
class SheetImport:
    """An import, done or only tried.

    Attributes:
        path: The workbook.
        profile: By which it was read.
        projects: Refs of the projects it is about.
        compared: What it changes in the seed; None when only a template was made.
        files: Paths of the files that change, as problems name them.
        written: Whether they are changed now, or only would be.
        again: How many tasks come again, and in how many periods; a template would say them once.
        verb: Of the command, `import` or `diff`.
    """

    path: str
    profile: str
    projects: tuple[str, ...]
    compared: Comparison | None
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]
    written: bool
    again: tuple[int, int] = (0, 0)
    verb: str = "import"

    @property
    def changes(self) -> bool:
        """Whether the YAML says something else then."""
        return self.compared is None or not self.compared.empty

    @property
    def untaken(self) -> int:
        """How many rows or cells could not be taken."""
        return sum(doubt.severity == "error" for doubt in self.doubts)


def headline(done: SheetImport) -> str:
    """The counts, one line without markup."""
    said = f"{done.path}, profile {done.profile}: {count(len(done.projects), 'project')}"
    doubtful = len(done.doubts) - done.untaken
    if done.untaken:
        said += f", {count(done.untaken, 'place')} not taken"
    return said + (f", {count(doubtful, 'doubt')}" if doubtful else "")


def text(done: SheetImport) -> str:
    """Return everything, for a terminal or a log."""
    lines = [plain(headline(done), _LONG)]
    lines += [f"  NOTE {plain(note, _LONG)}" for note in _notes(done)]
    for title, doubts in _groups(done):
        lines += ["", title]
        for doubt in doubts:
            lines.append(f"  {plain(doubt.place, _LONG)}: {plain(doubt.found, _LONG)}")
            remedy = f" → {plain(doubt.remedy, _LONG)}" if doubt.remedy else ""
            lines.append(f"      {doubt.code}{remedy}")
    if done.compared is not None:
        lines += ["", report_compare.text(done.compared)]
    if done.files:
        verb = "Written" if done.written else "Would be written"
        lines += ["", f"{verb}: {', '.join(plain(path, _LONG) for path in done.files)}"]
    return "\n".join(lines)


def markdown(done: SheetImport) -> str:
    """Return everything, for a pull request."""
    mark = "⚠️" if done.doubts else "✅"
    lines = [f"### {mark} odoo-seed sheet {done.verb}: {prose(headline(done), _LONG)}"]
    lines += ["", *(f"- {prose(note, _LONG)}" for note in _notes(done))]
    for title, doubts in _groups(done):
        lines += ["", f"**{title}**", ""]
        for doubt in doubts:
            remedy = f" → {prose(doubt.remedy, _LONG)}" if doubt.remedy else ""
            lines.append(f"- {code(doubt.place)} {prose(doubt.found, _LONG)}{remedy}")
    if done.compared is not None:
        lines += ["", report_compare.markdown(done.compared)]
    return "\n".join(lines)


def as_json(done: SheetImport) -> dict[str, Any]:
    """As `schemas/sheet_import.schema.json` describes it."""
    told = by_project(done.compared.plan.changes) if done.compared else {}
    besides = report_compare.sections(done.compared) if done.compared is not None else ()
    return {
        "schema_version": SCHEMA_VERSION,
        "ok": not done.untaken,
        "file": done.path,
        "profile": done.profile,
        "projects": list(done.projects),
        "written": done.written,
        "files": list(done.files),
        "empty": not done.changes,
        "changes": [line for lines in told.values() for line in lines],
        "besides": [line for _, lines in besides for line in lines],
        "doubts": [
            {
                "severity": doubt.severity,
                "code": doubt.code,
                "sheet": doubt.sheet,
                "row": doubt.row,
                "cell": doubt.cell,
                "found": doubt.found,
                "remedy": doubt.remedy,
            }
            for doubt in done.doubts
        ],
        "notes": list(done.notes),
        "recurring": {"tasks": done.again[0], "periods": done.again[1]},
    }


def _notes(done: SheetImport) -> Iterator[str]:
    yield from done.notes
    tasks, periods = done.again
    if tasks:
        yield (
            f"{count(tasks, 'task')} come again in {periods} periods: "
            "--template FILE writes them once, as a template"
        )


def _groups(done: SheetImport) -> Iterator[tuple[str, Sequence[Doubt]]]:
    untaken = [doubt for doubt in done.doubts if doubt.severity == "error"]
    doubtful = [doubt for doubt in done.doubts if doubt.severity != "error"]
    if untaken:
        yield "Not taken", untaken
    if doubtful:
        yield "Doubtful", doubtful
