"""Text that would do harm if anything executed, rendered or changed it; and what to look for."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

LINES = {
    "long": "Long " + "0123456789" * 999 + "abcde",
    "long and wide": "経" * 10_000,
    "emoji": "🎉 👩‍👩‍👧‍👦 ❤️ 👍🏽 🇵🇭 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
    "bidi override": "pay \u202egnp.exe\u202c \u2066isolated\u2069 \u200emark\u200f",
    "right to left": "עברית العربية",
    "zero width": "in\u200bvis\u00adible\ufeff \u2060\U000e0041\U000e007f\u3164 \u034f end",
    "composed": "é ñ Å ﬁ",
    "decomposed": "e\u0301 n\u0303 \u212b fi",
    "stacked marks": "Z" + "\u0335\u0321\u034a" * 300,
    "look-alikes": "Аccount ΡΑΥ раура1",
    "blanks inside": "a  b\u00a0c\u2003d\u3000e",
    "private and unassigned": "\ue000 \U0010fffd \u0378 \ufdd0 \U0001fffe",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; &#64;x &copy;",
    "comment": "<!-- odoo-seed:plan --> <![CDATA[x]]> <?php ?>",
    "fold": "</details></summary></code></li></ul><details open>",
    "formula of a sheet": "=cmd|'/c calc'!A1",
    "plus": "+1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "sql": "Robert'); drop table odoo_seed.tasks; -- \" \\' %s %(x)s $1 :x ;",
    "shell": "$(reboot) `reboot` ${{ secrets.X }} ${HOME} && ; | > /dev/null",
    "mentions": "@everyone @org/team @ana-santos, ping@example.com",
    "links": "[x](http://evil.example) http://evil.example www.evil.example <http://evil.example>",
    "more links": "mailto:a@evil.example ftp://evil.example [a]: http://evil.example [[wiki]] [^1]",
    "script link": "[x](javascript:alert`1`) [y](data:text/html;base64,PHNjcmlwdD4=)",
    "images": "![x](http://evil.example/x.png) ![x][y]",
    "issues": "fixes #1, GH-2, org/repo#3, JIRA-4",
    "commits": "a5c3785ed8d6a35868bc169f07e40e889087fd2e a5c3785 me@a5c3785 org/repo@a5c3785",
    "emoji words": ":tada: :+1: :100:",
    "formulas": "$x$ and $$y$$ and $`z`$ \\(a\\)",
    "table": "| a | b | --- | --- | \\| x \\\\|",
    "emphasis": "**bold** _it_ ~~gone~~ ***x*** __y__ * _ ~",
    "code": "`a` ``b`` ```c``` ` `` ``` trailing `",
    "fence": "```sh",
    "tilde fence": "~~~",
    "heading": "# Heading #",
    "list": "- [ ] 1. * + item",
    "quote": "> [!WARNING] quoted",
    "rule": "---",
    "backslashes": "\\N \\. \\x41 \\u0041 \\n C:\\new \\",
    "runner": "::error::owned ::set-output name=x::y ##[error]owned %0A::stop",
    "path": "../../etc/passwd",
    "yaml": "- {a: [b, *c, &d !!python/object:os.system x]} # no comment",
    "format": "{0} {x!r} {{}} %(levelname)s %n",
    "words of python": "None True nan NULL",
    "number": "1e400",
}
"""What a name may be: one line without control characters."""

TEXTS = {
    "many lines": "one\n\ntwo\r\nthree\n# four\n```\nfence\n```\n</details>\n| a |\n|---|\n| b |",
    "tabs and blanks": "  lead\ttab  \n\n\ttrail  ",
    "deep": "> - " * 13 + "deepest",
    "brackets": "[" * 500 + "(" * 500,
    "next line": "a\x85b\u2028c\u2029d",
}
"""What a description may be as well."""

FROM_ODOO = {
    "escapes": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "c1": "\x9b31m \x9d0;title\x9c \x90q",
    "other controls": "bell\x07 back\x08 delete\x7f\x0b\x0c nul-less",
    "lines": "first\nINJECTED second\r\nINJECTED third\u2028INJECTED\u2029INJECTED\x85INJECTED",
    "runner": "x\n::error::INJECTED\n##[group]INJECTED",
    "markdown lines": "x\n\nINJECTED\n\n</details>\n\n```\n\n# INJECTED\n\n| a |\n| - |\n",
    "carriage": "good\rINJECTED",
}
"""What people, or other programs, may write into Odoo, and no seed can hold."""

_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_RUNNER = re.compile(r"^\s*::|##\[", re.MULTILINE)
_TAGS = {
    "h3", "p", "ul", "li", "code", "strong", "b", "sub", "details", "summary", "span", "table",
    "thead", "tbody", "tr", "th", "td", "pre",
}  # fmt: skip
# Beyond its specification of Markdown, GitHub makes links, pictures and formulas of these.
_LIVE = re.compile(
    r"@[\w-]|#\d|\bgh-\d|:[\w+-]+:|\b[0-9a-f]{7,40}\b|\$|https?://|\bwww\.", re.IGNORECASE
)


def assert_harmless(shown: str) -> None:
    """For a terminal and a log: nothing moves the cursor, turns the line round or commands."""
    found = _UNSEEN.search(shown.replace("\u2060", ""))
    assert not found, repr(shown[max(0, found.start() - 60) : found.end() + 20])
    assert not _RUNNER.search(shown)
    assert not re.search(r"^\s*INJECTED", shown, re.MULTILINE)


def assert_harmless_json(shown: str) -> None:
    """JSON, too, is looked at on terminals."""
    assert_harmless(shown)
    assert json.dumps(json.loads(shown))


class _Page(HTMLParser):
    """Follows the tags of a rendered page and collects the words outside code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        assert {name for name, _ in attrs} <= {"align"} or attrs == [("lang", "mermaid")], attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if not {"code", "span"} & set(self.open):
            self.words.append(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = handle_comment


def assert_harmless_markdown(shown: str) -> None:
    """As GitHub renders it: no link, picture, mention, tag, broken table or fold comes of data."""
    assert_harmless(shown)
    page = _Page()
    rendered = cmarkgfm.github_flavored_markdown_to_html(shown, Options.CMARK_OPT_UNSAFE)
    page.feed(rendered)
    page.close()
    assert page.open == []
    found = _LIVE.search(" ".join(page.words))
    assert not found, html.unescape(" ".join(page.words))[max(0, found.start() - 60) :][:120]


_MARKER = re.compile(r"<!-- odoo-seed:(?:plan|compare|summary):[\w-]+ -->")
_CHECKSUM = re.compile(r"\n<!-- odoo-seed-checksum:[0-9a-f]{16} -->\s*\Z")
_DRAWING = re.compile(r"```mermaid\nflowchart LR\n(.*?)\n```\n", re.DOTALL)
_DRAWN = re.compile(
    r'  t\d+\["(?:[\w -]|#\d+;)+(?: \((?:new|changed|archived)\))?"\]|  t\d+ --> t\d+'
)
COMMENT_BYTES = 60_000


def assert_harmless_comment(shown: str, run_url: str = "") -> None:
    """As Markdown; besides the marker, a link to the run where one is known, and a drawing."""
    marker, rest = shown.split("\n", 1)
    assert _MARKER.fullmatch(marker)
    assert len(shown.encode()) < COMMENT_BYTES
    rest = _CHECKSUM.sub("", rest)
    for drawing in _DRAWING.findall(rest):
        for line in drawing.splitlines():
            assert _DRAWN.fullmatch(line), line
    if run_url:
        assert f"[run]({run_url})" in rest
        rest = rest.replace(f"]({run_url})", "]")
    assert_harmless_markdown(rest)


def assert_harmless_annotations(shown: str) -> None:
    """The runner is told what we mean to tell it, and nothing else."""
    ours = r"^::(?:error|warning) file=[^:,\n]*,line=\d+,col=\d+,title=[a-z-]+::"
    assert_harmless(re.sub(ours, "", shown, flags=re.MULTILINE))


HARMLESS = {
    "text": assert_harmless,
    "json": assert_harmless_json,
    "markdown": assert_harmless_markdown,
    "comment": assert_harmless_comment,
    "github": assert_harmless_annotations,
}
