"""Descriptions: Markdown or plain text in the seed, safe HTML in Odoo, and when both are equal."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt

MAX_NESTING = 40
"""Quotes and lists inside each other, a list counting twice (itself and its entry). The renderer
leaves out what is deeper; more would cost it seconds for a long row of brackets."""

_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "linkify": False, "maxNesting": MAX_NESTING}
).disable("image")

_NESTING = ">-*+.)"
"""Every level of nesting needs one of these."""
_CONTAINERS = ("blockquote", "bullet_list", "ordered_list", "list_item")

# Wrappers that Odoo's sanitizer adds or drops without changing what is read.
_INVISIBLE = frozenset({"span", "font", "div", "p", "br", "tbody", "html", "body"})


class OdooHtml(str):
    """HTML that Odoo made and sanitised, to be given back to it as it is (by a rollback)."""

    __slots__ = ()


def to_html(text: str) -> str:
    """Render a description. HTML in it is shown as text, never passed on, unless it is Odoo's."""
    return str(text) if isinstance(text, OdooHtml) else _rendered(text)


@lru_cache(maxsize=4096)
def _rendered(text: str) -> str:
    return str(_MARKDOWN.render(text)).strip()


def is_too_deep(text: str) -> bool:
    """Whether a description nests so deeply that the renderer would leave words out."""
    if sum(map(text.count, _NESTING)) < MAX_NESTING // 2:
        return False
    tokens = _MARKDOWN.parse(text)
    return any(
        token.nesting == 1 and token.level >= MAX_NESTING - 1 and token.type.startswith(_CONTAINERS)
        for token in tokens
    )


class _Reader(HTMLParser):
    """Collects the words and the meaningful tags of a fragment, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INVISIBLE:
            href = dict(attrs).get("href") if tag == "a" else None
            self.parts.append(f" <{tag} {href}> " if href else f" <{tag}> ")
        else:
            self.parts.append(" ")

    def handle_endtag(self, _tag: str) -> None:
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@lru_cache(maxsize=8192)
def essence(html: str) -> str:
    """Return what a reader sees of a fragment: words and lists, without wrappers and spacing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())
