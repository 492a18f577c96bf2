"""What is shown of any text: its visible characters, and nothing else comes of them."""

import html
import json
import re
import unicodedata

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from odoo_seed.core.escape import code, harmless, html_code, json_text, plain, prose

HOSTILE = [
    "@everyone look", "@org/team", "</details><script>alert(1)</script>", "![x](http://evil/x.png)",
    "[click](javascript:alert(1))", "a | b | c", "`code` `", "``", "`", "<!-- odoo-seed:plan -->",
    "line\nbreak\r\n# heading", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b", "http://evil.example",
    "www.evil.example", "evil@example.com", "#1", "GH-1 org/repo#2", "&lt;b&gt;", "\\`x\\`", "|`|",
    "~~x~~", "***b***", "mailto:a@b.example", "xmpp:a@b.example", "ftp://e.example", ":tada: :+1:",
    "$x$ $$y$$ $`z`$", "a5c3785ed8d6a35868bc169f07e40e889087fd2e in A5C3785", "[^1]", "- [ ] x",
    "&#64;everyone", "```\nfence", "    indented", "> quote", "1. one", "[a]: http://evil.example",
    "\x1b]8;;http://evil\x07link\x1b]8;;\x07", "\x9b31m", "##[error]x", "::error::x", "trailing \\",
]  # fmt: skip

SHOWN = st.text(max_size=60) | st.text("`|\\*_#@[]()<>&~$:/-.!\n gwh1a0\u202e\u200d", max_size=30)


def render(markdown):
    return cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)


def seen(text):
    """The characters a reader sees of rendered HTML."""
    return html.unescape(re.sub("<[^>]*>", "", text)).replace("\u2060", "").removesuffix("\n")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("mark", ["- ", "- lead ", "### ", "**", "<sub>"])
def test_a_code_span_stays_one_code_span_wherever_it_stands(mark, text):
    end = {"**": "**", "<sub>": "</sub>"}.get(mark, "")
    found = render(f"{mark}{code(text)}{end}\n")
    assert found == render(f"{mark}`@`{end}\n").replace(
        "@", html.escape(plain(text)).replace("&#x27;", "'")
    )


@given(SHOWN)
@example("a`b``c")
def test_a_code_span_shows_what_can_be_seen_of_a_text_and_nothing_else(text):
    found = render(f"{code(text)}\n")
    assert re.fullmatch(r"<p><code>[^<>]*</code></p>\n", found)
    assert seen(found) == (plain(text) or " ")


@given(SHOWN)
@example("@a http://b.c www.d.e f@g.hi <b>")
def test_prose_shows_what_can_be_seen_of_a_text_and_nothing_else(text):
    found = render(f"Refused: {prose(text)}\n")
    assert re.fullmatch(r"<p>(?:[^<>$]|<span>\$</span>)*</p>\n", found)
    assert seen(found) == f"Refused: {plain(text)}".rstrip()


# What GitHub makes of words beyond its specification of Markdown.
LIVE = re.compile(
    r"@[\w-]|#\d|\bgh-\d|:[\w+-]+:|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])|\$.*\$", re.IGNORECASE
)


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_has_no_mention_issue_commit_emoji_or_formula_of_githubs(text):
    found = re.sub(r"<span>\$</span>", "", render(f"Refused: {prose(text)}\n"))
    assert not LIVE.search(html.unescape(found))
    assert "<a " not in found
    assert "<img" not in found


@given(SHOWN)
def test_html_is_only_text_inside_a_summary(text):
    found = render(f"<details><summary>{html_code(text)}</summary>\n\ninside\n\n</details>\n")
    around = "<details><summary><code>{}</code></summary>\n<p>inside</p>\n</details>\n"
    assert found == around.format(html.escape(plain(text)))


UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


@given(SHOWN)
@example("\u3164hidden\U000e0041\u034f\ud800")
def test_a_plain_line_holds_nothing_unseen_and_is_plain_already(text):
    line = plain(text)
    assert not UNSEEN.search(line)
    assert not {"Cc", "Cf", "Cs"} & {
        unicodedata.category(char) for char in line if char not in "\u200c\u200d"
    }
    assert plain(line) == line
    line.encode()


@given(SHOWN)
def test_output_keeps_its_lines_and_the_joiners_of_prose_and_loses_what_is_unseen(text):
    shown = harmless(f"one\n{prose(text)}\n{text}")
    assert not UNSEEN.search(shown.replace("\n", "").replace("\u2060", ""))
    assert shown.startswith("one\n")
    assert harmless(shown) == shown


@given(st.text())
def test_json_text_reads_back_as_it_was_and_has_nothing_unseen(text):
    told = json_text({text: [text]})
    assert json.loads(told) == {text: [text]}
    assert not UNSEEN.search(told.replace("\n", ""))


def test_what_emoji_and_scripts_need_stays():
    for text in ("👩‍👩‍👧‍👦", "❤️", "नी‍ल", "é", "e\u0301", "经理", "עברית"):
        assert plain(text) == text
