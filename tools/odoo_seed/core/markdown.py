"""Odoo's HTML as the Markdown that a seed has, where that loses nothing."""

from __future__ import annotations

from html.parser import HTMLParser

from markdownify import MarkdownConverter

from odoo_seed.core.html import essence, is_too_deep, to_html

_DEEPEST = 60
"""Tags inside each other; the converter works its way down by calling itself."""

_VOID = frozenset({"br", "hr", "img", "input", "col", "wbr"})

_CONVERTERS = tuple(
    MarkdownConverter(
        heading_style="atx", bullets="-", newline_style="backslash", escape_misc=escaped
    )
    for escaped in (False, True)
)
"""The second one escapes also what is seldom taken for Markdown: - + & | and more."""


def to_markdown(html: str) -> str | None:
    """Return Markdown that Odoo would show as it shows this HTML.

    None when there is no such text, as of a table or an image; then the description is better
    left where it is. Colours and sizes are no words, and count for nothing.
    """
    if _depth(html) > _DEEPEST:
        return None
    for converter in _CONVERTERS:
        text = str(converter.convert(html)).strip().replace("\xa0", " ")
        text = "\n".join(line.rstrip() for line in text.splitlines())
        if text and not is_too_deep(text) and essence(to_html(text)) == essence(html):
            return f"{text}\n" if "\n" in text else text
    return None


class _Depth(HTMLParser):
    """Counts tags inside each other; one that is never closed counts to the end."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.deepest = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.now += 1
            self.deepest = max(self.deepest, self.now)

    def handle_endtag(self, _tag: str) -> None:
        self.now = max(0, self.now - 1)


def _depth(html: str) -> int:
    reader = _Depth()
    reader.feed(html)
    reader.close()
    return reader.deepest
