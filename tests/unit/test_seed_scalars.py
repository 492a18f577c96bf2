"""Plain scalars mean what the YAML 1.2 core schema says, as in editors."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.edges.seed_files.scalars import FIRST, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("true", True),
        ("FALSE", False),
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("0", 0),
        ("-19", -19),
        ("00123", 123),
        ("0o17", 15),
        ("0x3A", 58),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2026-01-09", "2026-01-09"),
        ("1.", 1.0),
        (".5", 0.5),
        ("-2e3", -2000.0),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        (".", "."),
        ("+", "+"),
        ("１２", "１２"),
    ],
)
def test_the_tables_of_the_specification(text: str, value: object):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    "text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e999", "9" * 19, "0x" + "f" * 5000]
)
def test_numbers_without_a_use_are_refused(text: str):
    with pytest.raises(ValueError, match="number"):
        resolve(text)


@given(st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False))
def test_every_json_number_keeps_its_value(number: float):
    assert resolve(json.dumps(number)) == number


@given(st.text(min_size=1).filter(lambda text: text[0] not in FIRST))
def test_text_with_another_first_character_needs_no_look(text: str):
    assert resolve(text) == text


@given(st.text(alphabet="0123456789+-.eExonullTRUEfals~N_:", max_size=12))
def test_the_answer_is_a_finite_scalar_or_a_refusal(text: str):
    try:
        value = resolve(text)
    except ValueError:
        return
    assert value == text or not isinstance(value, str)
    assert not isinstance(value, float) or math.isfinite(value)
