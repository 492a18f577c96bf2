"""Any seed that YAML can hold, for hypothesis: every field, every character."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from odoo_seed.core.model import (
    PROGRAM_TYPES,
    VISIBILITIES,
    Milestone,
    Program,
    Project,
    Seed,
    Stage,
    Task,
)

_NEVER = "\ufffe\uffff"
_LINE = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=_NEVER + "\u2028\u2029")
_NASTY = st.sampled_from(
    ["=1+1", "@SUM(A1)", "'=x", "''", "-5", "+63 2", '"', '""', "a;b", ";", "(none)", "(folded)",
     "Done (folded)", "_x000D_", "_x005F_", "#REF!", "12", "TRUE", "2026-01-09", "http://x.y",
     '(text "x")', "[a]b", "yes", "1e5", "0012", "\U0001f600", "\u202etxt"]
)  # fmt: skip
_MORE = st.sampled_from(["\r\n", "\r", "\n", "\t", "\x85", "\u2028", " ", "\n\n  \t", "=", "'", ""])


def _is_line(text: str) -> bool:
    return bool(text) and text == text.strip()


LINES = st.one_of(_NASTY, st.text(_LINE, min_size=1, max_size=12)).filter(_is_line)
TEXTS = st.lists(st.one_of(LINES, _MORE), max_size=5).map("".join)
_DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31))
_EMAILS = st.sampled_from(["ana@example.com", "rey.meran@tbwa-smp.com", "=x+1@a.b", "-o'b@a.b"])
_REFS = st.sampled_from(["A", "B-1", "C.d_e", "T001", "a" * 64])
_DEADLINES = st.one_of(
    _DAYS.map(date.isoformat),
    st.builds(
        lambda day, minute: f"{day}T{minute // 60:02}:{minute % 60:02}",
        _DAYS,
        st.integers(1, 24 * 60 - 1),
    ),
)
_HOURS = st.floats(0, 1_000_000)


def _maybe(strategy: Any) -> Any:
    return st.one_of(st.none(), strategy)


def _tuples(strategy: Any) -> Any:
    return st.lists(strategy, max_size=4).map(tuple)


PROGRAMS = st.builds(
    Program,
    st.sampled_from(["fin", "tax-1"]),
    LINES,
    st.sampled_from(PROGRAM_TYPES),
    _maybe(st.sampled_from(["fin", "tax-1"])),
    _maybe(TEXTS),
    st.booleans(),
)
PROJECTS = st.builds(
    Project,
    _REFS,
    LINES,
    _maybe(LINES),
    _maybe(st.sampled_from(["fin", "tax-1"])),
    _maybe(TEXTS),
    _maybe(_EMAILS),
    st.sampled_from(VISIBILITIES),
    st.booleans(),
    _maybe(_DAYS),
    _maybe(_DAYS),
    _maybe(_tuples(st.builds(Stage, LINES, st.booleans()))),
    _maybe(_tuples(LINES)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    _tuples(_REFS),
    tenant=_maybe(LINES),
    account=_maybe(LINES),
)
MILESTONES = st.builds(Milestone, _REFS, _REFS, LINES, _maybe(_DAYS))
TASKS = st.builds(
    Task,
    _REFS,
    _REFS,
    LINES,
    _maybe(TEXTS),
    LINES,
    _maybe(_tuples(LINES)),
    _maybe(_tuples(_EMAILS)),
    _maybe(_tuples(_REFS)),
    _maybe(_REFS),
    _maybe(_REFS),
    _maybe(_DEADLINES),
    _maybe(_HOURS),
    _maybe(st.integers(-(2**31), 2**31 - 1)),
    _maybe(st.sampled_from(["low", "high"])),
    st.booleans(),
    st.booleans(),
    _tuples(_REFS),
)


def _unique(strategy: Any, most: int) -> Any:
    return st.lists(strategy, max_size=most, unique_by=lambda one: one.external_ref).map(tuple)


SEEDS = st.builds(
    Seed, _unique(PROGRAMS, 2), _unique(PROJECTS, 3), _unique(MILESTONES, 2), _unique(TASKS, 4)
)
"""Fields keep their own rules, refs are unique; they need not lead anywhere."""
