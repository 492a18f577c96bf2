import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from odoo_seed.core.escape import code, html_code, plain, prose

HOSTILE = [
    "@everyone look", "</details><script>alert(1)</script>", "![x](http://evil/x.png)",
    "[click](javascript:alert(1))", "a | b | c", "`code` `", "``", "`", "<!-- odoo-seed:plan -->",
    "line\nbreak\r\n# heading", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b", "http://evil.example",
    "www.evil.example", "evil@example.com", "#1", "&lt;b&gt;", "\\`x\\`", "|`|", "~~x~~", "***b***",
]  # fmt: skip


def render(markdown):
    return cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_code_span_stays_one_code_span_in_a_list_and_in_a_table(text):
    html = render(f"- {code(text)}\n")
    assert html.count("<code>") == 1
    assert re.sub(r"<code>.*</code>", "", html, flags=re.DOTALL).split() == [
        "<ul>",
        "<li></li>",
        "</ul>",
    ]
    row = render(f"| a | b |\n| - | - |\n| {code(text)} | x |\n")
    assert row.count("<td>") == 2
    assert row.count("<code>") == 1


@given(st.text(max_size=60))
@example("a`b``c")
def test_no_text_leaves_its_code_span(text):
    html = render(f"{code(text)}\n")
    assert re.fullmatch(r"<p><code>[^<>]*</code></p>\n", html)


@given(st.text(max_size=60))
@example("@a http://b.c www.d.e f@g.hi <b>")
def test_prose_brings_no_markup_and_no_link_to_life(text):
    html = render(f"Refused: {prose(text)}\n")
    assert re.fullmatch(r"<p>[^<>]*</p>\n", html)


@given(st.text(max_size=80))
def test_a_plain_line_has_no_control_character(text):
    assert re.fullmatch("[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*", plain(text))


@given(st.text(max_size=60))
def test_html_is_escaped_inside_a_summary(text):
    assert not re.search("<(?!/?code>)", html_code(text))
