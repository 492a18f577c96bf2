"""Text from YAML and Odoo is hostile. Nothing of it reaches a terminal or Markdown unescaped."""

from __future__ import annotations

import html
import re
import unicodedata

# Bidirectional overrides and isolates can make a line read as something else.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST = 120


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return one printable line: no control, escape or bidi characters, at most `longest` long."""
    line = " ".join(str(text).split())
    line = "".join(
        char
        for char in line
        if char not in _BIDI and unicodedata.category(char) not in {"Cc", "Cs"}
    )
    return line if len(line) <= longest else line[: longest - 1] + "…"


def code(text: object) -> str:
    """Return a Markdown code span: no mention, link, markup or HTML comes to life in it.

    A pipe is escaped too, so that the span may stand in a table.
    """
    line = plain(text).replace("|", "\\|") or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def html_code(text: object) -> str:
    """Return the text for use inside HTML such as ``<summary>``, where Markdown is not read."""
    return f"<code>{html.escape(plain(text))}</code>"


def prose(text: object, longest: int = 400) -> str:
    """Return words with a few foreign bits for Markdown prose; nothing in them comes to life."""
    line = html.escape(plain(text, longest), quote=False)
    line = re.sub(r"([\\`*_{}\[\]|#~])", r"\\\1", line)
    # A word joiner breaks mentions, e-mail and web links without being seen.
    return re.sub(r"(@|:(?=//)|w(?=ww\.))", "\\1\u2060", line, flags=re.IGNORECASE)
