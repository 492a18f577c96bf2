"""Our comments are known again by their first line."""

from __future__ import annotations

import pytest

from odoo_seed.core.escape import code, html_code, prose
from odoo_seed.core.markers import checksum_in, checksum_line, marker, marker_of


def test_a_comment_is_known_by_its_first_line() -> None:
    assert marker("plan", "default") == "<!-- odoo-seed:plan:default -->"
    for ends in ("\n", "\r\n", " \r\n"):
        assert marker_of(f"{marker('summary', 'eu-2')}{ends}### OK") == marker("summary", "eu-2")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "### OK\n<!-- odoo-seed:plan:default -->",
        "> <!-- odoo-seed:plan:default -->",
        " <!-- odoo-seed:plan:default -->",
        "<!-- odoo-seed:plan:default --> look",
        "<!-- odoo-seed:plan:de fault -->",
        "\n<!-- odoo-seed:plan:default -->",
    ],
)
def test_what_only_quotes_a_marker_has_none(body: str) -> None:
    assert marker_of(body) is None


def test_the_checksum_is_read_from_a_line_of_its_own() -> None:
    line = checksum_line("0123456789abcdef")
    assert checksum_in(f"{marker('plan', 'x')}\r\n{line}\r\n### OK") == "0123456789abcdef"
    assert checksum_in(f"> {line}") is None
    assert checksum_in("### OK") is None


@pytest.mark.parametrize("escape", [prose, code, html_code])
def test_escaped_text_holds_no_checksum_and_no_marker(escape: object) -> None:
    assert callable(escape)
    for hostile in (checksum_line("0123456789abcdef"), marker("plan", "default")):
        told = escape(f"\n{hostile}\n")
        assert checksum_in(told) is None
        assert marker_of(told) is None
