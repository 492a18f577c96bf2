"""The problems of a seed as text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import json_text
from odoo_seed.core.model import KINDS
from odoo_seed.core.quoting import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Seed
    from odoo_seed.core.problems import Problem

SCHEMA_VERSION = 1

MAX_ANNOTATIONS = 10
"""GitHub shows so many errors, and so many warnings, of one step."""


def problems_as_text(problems: Sequence[Problem], files: int, seed: Seed | None) -> str:
    """Return every problem in two or three lines, and a line of counts at the end.

    Args:
        problems: In the order to be shown.
        files: How many files were looked at.
        seed: What they hold, when they are valid.
    """
    blocks = [problem_block(problem) for problem in problems]
    blocks.append(verdict(problems, files, seed))
    return "\n\n".join(blocks) + "\n"


def problems_as_json(problems: Sequence[Problem], files: int, seed: Seed | None) -> str:
    """Return the JSON that `schemas/validate.schema.json` describes."""
    errors = sum(problem.severity == "error" for problem in problems)
    report = {
        "schema_version": SCHEMA_VERSION,
        "ok": errors == 0,
        "files": files,
        "errors": errors,
        "warnings": len(problems) - errors,
        "records": _records(seed) if seed is not None and errors == 0 else None,
        "problems": [problem_as_dict(problem) for problem in problems],
    }
    return json_text(report) + "\n"


def problems_as_annotations(problems: Sequence[Problem], files: int, seed: Seed | None) -> str:
    """Return workflow commands for the first problems, then all of them as text.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    lines: list[str] = []
    for severity in ("error", "warning"):
        chosen = [problem for problem in problems if problem.severity == severity]
        lines.extend(_annotation(problem) for problem in chosen[:MAX_ANNOTATIONS])
        if len(chosen) > MAX_ANNOTATIONS:
            lines.append(
                f"{len(chosen) - MAX_ANNOTATIONS} more {severity}s than GitHub annotates"
                " are listed below."
            )
    text = problems_as_text(problems, files, seed)
    return "\n".join([*lines, text]) if lines else text


def problem_block(problem: Problem) -> str:
    """Return one problem in two or three lines."""
    location = visible(problem.location)
    if location.lstrip().startswith(":"):  # the runner takes a leading :: for a command
        location = "./" + location
    place = f" in {visible(problem.place)}" if problem.place else ""
    head = f"{location}: {problem.severity}: {visible(problem.found)}"
    lines = [head, f"    {problem.code}{place}"]
    if problem.remedy:
        lines.append(f"    → {visible(problem.remedy)}")
    return "\n".join(lines)


def verdict(problems: Sequence[Problem], files: int, seed: Seed | None) -> str:
    """Whether the seed is valid, and what was counted."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counted = [count(errors, "error")] if errors else []
    counted += [count(warnings, "warning")] if warnings else []
    said = " and ".join(counted)
    if errors or seed is None:
        return f"Invalid: {said} in {count(files, 'file')}."
    held = ", ".join(count(number, kind) for kind, number in _records(seed).items())
    return f"Valid: {count(files, 'file')} with {held}{f'; {said}' if said else ''}."


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is due."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _records(seed: Seed) -> dict[str, int]:
    return {kind: len(seed.of_kind(kind)) for kind in KINDS}


def problem_as_dict(problem: Problem) -> dict[str, Any]:
    """Return one problem as the schemas of `validate` and `fmt` describe it."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "pointer": list(problem.pointer),
        "place": problem.place,
        "found": problem.found,
        "remedy": problem.remedy,
    }


def _annotation(problem: Problem) -> str:
    properties = {
        "file": visible(problem.path),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    remedy = f" → {problem.remedy}" if problem.remedy else ""
    return f"::{problem.severity} {named}::{_data(visible(problem.found + remedy))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
