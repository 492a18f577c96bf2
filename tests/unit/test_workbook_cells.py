"""What is put into a cell comes out of it."""

from __future__ import annotations

from time import monotonic

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from seeds import LINES, TEXTS

from odoo_seed.core.model import Stage
from odoo_seed.core.workbook_cells import (
    LONGEST,
    as_list,
    as_stages,
    as_texts,
    as_yes_no,
    from_list,
    from_stages,
    from_texts,
    from_yes_no,
    guarded,
    unguarded,
)


@given(TEXTS)
@example("")
@example('(text "")')
@example(" \n")
@example("\\r\\_x000D_ x\\-000D_ _x\\-")
@example('(text "\\r")')
def test_any_text_comes_back_and_is_never_blank(text: str):
    texts = as_texts(text)
    assert all(one.strip() for one in texts)
    assert "\r" not in "".join(texts)
    assert "x000D_" not in "".join(texts)
    assert from_texts(texts) == text


def test_a_text_longer_than_a_cell_goes_on_in_others():
    text = "\U0001f600" * 40_000 + " " * 40_000 + "end"
    texts = as_texts(text)
    assert len(texts) == 5
    assert max(len(one.encode("utf-16-le")) // 2 for one in texts) <= LONGEST + len('(text "")')
    assert from_texts(texts) == text


@given(st.lists(LINES))
def test_any_list_comes_back(entries: list[str]):
    assert from_list(as_list(entries)) == entries


@given(st.lists(st.builds(Stage, LINES, st.booleans())))
def test_any_stages_come_back(stages: list[Stage]):
    assert from_stages(as_stages(stages)) == stages


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("GL;AP", ["GL", "AP"]),
        (" GL ;\n AP\n", ["GL", "AP"]),
        ('"a; b"; c', ["a; b", "c"]),
        ('12" pipe; x', ['12" pipe', "x"]),
        ("(None)", []),
        (";;", []),
        ('"open; x', ['"open', "x"]),
    ],
)
def test_a_list_is_read_as_people_type_it(typed: str, entries: list[str]):
    assert from_list(typed) == entries


@pytest.mark.parametrize("text", ["a" + " " * 300_000 + "b", '"' * 300_001, '";' * 150_000 + "x"])
def test_a_hostile_cell_is_read_in_no_time(text: str):
    started = monotonic()
    from_list(text)
    from_stages(text)
    assert monotonic() - started < 5


def test_stages_are_read_as_people_type_them():
    assert from_stages("To Do; Done(folded)") == [Stage("To Do"), Stage("Done", fold=True)]


def test_yes_and_no_have_many_words():
    assert [from_yes_no(word) for word in ("Yes", " x ", "TRUE", "no", "0", "perhaps")] == [
        True, True, True, False, False, None,
    ]  # fmt: skip
    assert from_yes_no(as_yes_no(True)) is True


@given(st.text("'=+-@＝ \tx\r\n", max_size=8))
def test_csv_guards_what_a_spreadsheet_would_calculate_and_gives_it_back(text: str):
    shown = guarded(text)
    assert not shown.strip().startswith(("=", "+", "-", "@", "＝"))
    assert not shown.startswith(("\t", "\r", "\n"))
    assert unguarded(shown) == text
