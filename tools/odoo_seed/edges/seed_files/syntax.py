"""What libyaml says about broken YAML, in words for people who do not know its grammar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_seed.core.model import Pointer


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file. Fields as in `core.problems.Problem`."""

    line: int
    column: int
    code: str
    found: str
    remedy: str
    pointer: Pointer = ()


def fault_at(mark: Any, pointer: Pointer, code: str, found: str, remedy: str) -> Fault:
    """Return a fault at a libyaml mark (0-based there)."""
    return Fault(mark.line + 1, mark.column + 1, code, found, remedy, pointer)


_WORDS = (
    (
        "mapping values are not allowed",
        "a colon stands where no `key: value` can begin",
        "indent the line like its neighbours; put text that holds a colon and a blank in quotes",
    ),
    (
        "cannot start any token",
        "this character cannot begin a value here",
        "indent with blanks, never tabs; put text that starts with % @ or ` in quotes",
    ),
    (
        "could not find expected ':'",
        "this line is no `key: value`",
        "write a colon and a blank behind the key; indent further lines of a long text",
    ),
    (
        "did not find expected key",
        "a key belongs here",
        "indent the keys of one record alike; put text that begins with ' \" or { wholly in quotes",
    ),
    (
        "did not find expected '-' indicator",
        "a list entry (- …) belongs here",
        "indent the entries of one list alike, and the keys of a record below its first one",
    ),
    (
        "block sequence entries are not allowed",
        "a list entry (- …) cannot begin here",
        "begin the list on a line of its own below the key",
    ),
    (
        "did not find expected ',' or ']'",
        "a list in [ ] is not closed or lacks a comma",
        "write [one, two]; put text that holds a brace or a comma in quotes ('CLOSE_{month}')",
    ),
    (
        "did not find expected ',' or '}'",
        "a mapping in { } is not closed or lacks a comma",
        "write {key: value, other: value}; put text that holds a brace or a comma in quotes",
    ),
    (
        "found unexpected end of stream",
        "the file ends inside a quoted text",
        "close the quote; double a quote inside single quotes ('it''s')",
    ),
    (
        "found unknown escape character",
        'an unknown escape (\\…) in a text in "double quotes"',
        "use 'single quotes' or no quotes for text with a backslash, such as TBWA\\SMP",
    ),
    (
        "invalid Unicode character escape code",
        "an escape (\\u…) that is no character",
        "write the character itself; escaped, an emoji is one \\U0001F600 and never two \\u…",
    ),
    (
        "tab character",
        "a tab is used for indentation",
        "indent with blanks",
    ),
)


def syntax_fault(error: Any, pointer: Pointer) -> Fault:
    """Return the fault for a `yaml.MarkedYAMLError` met inside the record at `pointer`."""
    problem = error.problem or "not understood"
    mark = error.problem_mark or error.context_mark
    unknown = (problem, f"this is no valid YAML: {problem}", "compare with the lines around it")
    _, found, remedy = next((words for words in _WORDS if words[0] in problem), unknown)
    if mark is None:
        return Fault(1, 1, "syntax", found, remedy, pointer)
    opened = error.context_mark
    if opened is not None and opened.line < mark.line:
        found += f" (in what begins in line {opened.line + 1})"
    return fault_at(mark, pointer, "syntax", found, remedy)
