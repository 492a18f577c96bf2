"""What a request over HTTP may say; tests/http holds servers to the words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.asking import Asked, RefusedRequestError, bearer, read_body, read_key

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["target", "projects", "dry_run", "wait_seconds", "action"]) | st.text()


@given(st.binary(max_size=40) | st.dictionaries(KEYS, VALUES, max_size=4).map(
    lambda body: json.dumps(body).encode()
))  # fmt: skip
def test_whatever_is_sent_is_a_request_or_refused_in_words(content: bytes) -> None:
    try:
        asked = read_body(content, "application/json")
    except RefusedRequestError as error:
        told = error.told
        assert told["status"] == 400
        return
    assert not content or set(json.loads(content)) <= {
        "target", "projects", "dry_run", "wait_seconds",
    }  # fmt: skip
    assert 0 <= (asked.wait_seconds or 0) <= 120


def test_all_that_a_request_may_say_is_read() -> None:
    body = {"target": "eu", "projects": ["A", "B"], "dry_run": True, "wait_seconds": 0}
    read = read_body(json.dumps(body).encode(), "application/json; charset=utf-8")
    assert read == Asked("eu", ("A", "B"), dry_run=True, wait_seconds=0.0)
    assert read_body(b"", "") == Asked()


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    for digits in (400, 9_000):
        with pytest.raises(RefusedRequestError):
            read_body(b'{"wait_seconds": ' + b"9" * digits + b"}", "application/json")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("abc", ""), ("", ""),
        ("Bearer", ""), ("Bearer abc def", "abc def"),
    ],
)  # fmt: skip
def test_a_bearer_token_is_found(header: str, token: str) -> None:
    assert bearer(header) == token


def test_no_idempotency_key_is_none_and_an_empty_one_is_refused() -> None:
    assert read_key(None) is None
    assert read_key("close 2026-01") == "close 2026-01"
    with pytest.raises(RefusedRequestError):
        read_key("")
