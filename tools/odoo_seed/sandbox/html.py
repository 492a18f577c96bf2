"""What Odoo's sanitizer makes of an HTML field (odoo/tools/mail.py, lxml), as measured on 18.0."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_VOID = frozenset({"area", "br", "col", "hr", "img", "wbr"})
_DROPPED_WITH_CONTENT = frozenset(
    {"base", "embed", "frame", "head", "iframe", "link", "meta", "noscript", "object", "script",
     "style", "title"}
)  # fmt: skip
_INLINE = frozenset(
    {"a", "abbr", "b", "br", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q",
     "s", "small", "span", "strong", "sub", "sup", "u", "wbr"}
)  # fmt: skip
_BLOCK = frozenset(
    {"address", "article", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
     "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
     "li", "dd", "dt"}
)  # fmt: skip
_LINKS = frozenset({"href", "src", "action", "cite"})
_SAFE_LINK = re.compile(
    r"^(?:(?:https?|ftp|mailto|tel|sms|cid|blob):|[^:]*$|[^:]*[/?#])", re.IGNORECASE
)
# What Odoo takes for a quoted mail or a signature (odoo/tools/mail.py, tag_quote).
_QUOTE = re.compile(r"(?:\n&gt;[^\n\r]*)+|(?:^|\n)--\s?[\r\n]{1,2}[\s\S]+")
_QUOTED = "data-o-mail-quote"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class _Cleaner(HTMLParser):
    """Writes the fragment anew.

    Attributes:
        roots: Tags of the elements at the top, in order.
        lead: Length of the text before the first of them.
        loose: There is text between or after them.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.roots: list[str] = []
        self.lead = ""
        self.loose = False
        self._open: list[str] = []
        self._hidden = 0
        self._fresh = True  # nothing has come in this element yet
        self._after_quote: int | None = None  # depth at which a quote has just ended

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._hidden += tag not in {"base", "embed", "frame", "link", "meta"}
            return
        if self._hidden:
            return
        if tag not in _VOID | _INLINE | _BLOCK:
            self.loose = True
            return
        if tag in _BLOCK:
            self._end_paragraph()
        if not self._open:
            self.roots.append(tag)
        kept: dict[str, str | None] = dict(attrs)
        if tag == "blockquote":
            kept |= {f"{_QUOTED}-node": "1", _QUOTED: "1"}
        elif tag in _VOID and self._after_quote == len(self._open):
            kept |= {_QUOTED: "1"}  # an element without text after a quote belongs to it
        else:
            self._after_quote = None
        self.parts.append(f"<{tag}{''.join(map(_attribute, kept.items()))}>")
        self._fresh = tag not in _VOID
        if self._fresh:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._hidden = max(0, self._hidden - 1)
        elif tag in self._open:
            while self._open:
                closed = self._open.pop()
                self.parts.append(f"</{closed}>")
                self._fresh = False
                if closed == tag:
                    break
            self._after_quote = len(self._open) if tag == "blockquote" else None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._open:
            if not self.roots:
                self.lead += data
            elif data.strip():
                self.loose = True
        text = escape(_CONTROL.sub("", data), quote=False).replace("\xa0", "&nbsp;")
        if self._fresh:
            text = _QUOTE.sub(lambda m: f'<span {_QUOTED}="1">{m[0]}</span>', text)
        self.parts.append(text)

    def _end_paragraph(self) -> None:
        """A block ends the paragraph, or the inline elements at the top, before it."""
        if "p" in self._open:
            self.handle_endtag("p")
        elif self._open and all(tag in _INLINE for tag in self._open):
            self.handle_endtag(self._open[0])

    def result(self, *, keep_div: bool) -> str:
        """Return the whole fragment, wrapped as lxml would."""
        while self._open:
            self.parts.append(f"</{self._open.pop()}>")
        html = "".join(self.parts)
        if not html.strip():
            return ""
        html = html.lstrip() if self.lead.strip() == "" else html
        block = any(tag in _BLOCK for tag in self.roots)
        if self.lead.strip():
            if not block:
                return f"<p>{html}</p>"
            lead = escape(self.lead, quote=False).replace("\xa0", "&nbsp;")
            return f"<p>{lead}</p>{html[len(lead) :]}"
        if not block and (len(self.roots) > 1 or self.loose):
            return f"<span>{html}</span>"
        bare = self.roots == ["div"] and html.startswith("<div>") and html.endswith("</div>")
        if bare and not keep_div:
            return html[len("<div>") : -len("</div>")]
        return html


def _attribute(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    if name.startswith("on"):
        return ""
    text = value or ""
    if name in _LINKS:
        text = text.strip()
        text = text if _SAFE_LINK.match(text) else ""
    escaped = escape(text, quote=False).replace("\xa0", "&nbsp;")
    return f" {name}='{escaped}'" if '"' in escaped else f' {name}="{escaped}"'


def sanitize(html: str, *, keep_div: bool = False) -> str:
    """Return the HTML that Odoo stores for what it was given.

    Args:
        keep_div: Keep a single `div` around everything, as 19 does.
    """
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.result(keep_div=keep_div)
