"""What GitHub's runner says of itself, as it stands under a comment."""

from __future__ import annotations

import pytest

from odoo_seed.core.comment import Footer
from odoo_seed.shells.environment import footer

RUNNER = {
    "GITHUB_SHA": "0123456789abcdef" * 2 + "01234567",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/finance",
    "GITHUB_RUN_ID": "4711",
}


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)


def test_commit_and_run_are_those_of_the_runner() -> None:
    url = "https://github.com/acme/finance/actions/runs/4711"
    assert footer() == Footer(RUNNER["GITHUB_SHA"], url)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_SERVER_URL", "javascript:alert(1)"),
        ("GITHUB_SERVER_URL", "https://github.com)[x](http://evil.example"),
        ("GITHUB_SERVER_URL", ""),
        ("GITHUB_REPOSITORY", "acme/finance/../../x"),
        ("GITHUB_REPOSITORY", f"acme/{'x' * 101}"),
        ("GITHUB_RUN_ID", "1 @everyone"),
    ],
)
def test_what_is_none_of_githubs_makes_no_link(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert footer() == Footer(RUNNER["GITHUB_SHA"], "")


def test_a_commit_is_hexadecimal_or_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SHA", "main`")
    assert footer().commit == ""
