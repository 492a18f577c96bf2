"""What `fmt` says would change: any reader can rebuild the file from it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.format_report import Reformatted, difference

_LINES = st.lists(st.sampled_from(["a", "b", " a", "", "c", "d"]), max_size=30)


@given(_LINES, _LINES)
def test_the_differences_and_nothing_else_lead_from_one_to_the_other(
    before: list[str], after: list[str]
):
    rebuilt: list[str] = []
    done = done_after = 0
    for old, old_end, new, new_end in Reformatted("p", before, after).hunks():
        assert before[done:old] == after[done_after:new]
        assert before[old:old_end] != after[new:new_end]
        rebuilt += before[done:old] + after[new:new_end]
        done, done_after = old_end, new_end
    assert rebuilt + before[done:] == after


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (["a", "b:  1", "c"], ["a", "b: 1", "c"], ["@@ -2 +2 @@", "-b:  1", "+b: 1"]),
        (["a", "", "", "b"], ["a", "", "b"], ["@@ -3 +2,0 @@", "-"]),
        (["a: [", "1]", "b"], ["a:", "b"], ["@@ -1,2 +1 @@", "-a: [", "-1]", "+a:"]),
        (["a"], ["a", "b"], ["@@ -1,0 +2 @@", "+b"]),
        (["a"], ["a"], ["only line ends, the last one or a byte-order mark"]),
    ],
)  # fmt: skip
def test_a_difference_is_short(before: list[str], after: list[str], shown: list[str]):
    assert difference(Reformatted("p", before, after)) == shown


def test_the_largest_file_is_compared_in_seconds():
    """difflib took nine minutes for a hundredth of it."""
    before = [text for number in range(150_000) for text in ("same", f"k{number}:  1", "")]
    after = [text for number in range(150_000) for text in ("same", f"k{number}: 1")]
    start = time.process_time()

    assert difference(Reformatted("p", before, after))[0] == "@@ -2,2 +2 @@"
    assert time.process_time() - start < 20
