"""Text from YAML and Odoo is hostile. Nothing of it reaches a terminal or Markdown unescaped."""

from __future__ import annotations

import html
import json
import re
import unicodedata

# Control characters, halves of surrogate pairs, and what is invisible: bidirectional marks make a
# line read as something else, tags and zero-width spaces hide text in it.
_UNSEEN = frozenset({"Cc", "Cs", "Cf"})
_JOINERS = frozenset("\u200c\u200d")  # emoji and Indic scripts are written with them
_LONGEST = 120


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return one printable line: no control, escape or bidi characters, at most `longest` long.

    Also breaks ``##[``, which GitHub's runner takes for a command anywhere in a line.
    """
    line = " ".join(str(text).split())
    line = "".join(char for char in line if not _is_unseen(char)).replace("##[", "## [")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN and char not in _JOINERS


def without_commands(text: str) -> str:
    """Return lines of output of which GitHub's runner takes none for a workflow command."""
    return re.sub(r"^(\s*)(?=::)", r"\1./", text, flags=re.MULTILINE)


def json_text(value: object) -> str:
    """Return JSON in which every character that is not seen is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = re.sub(r"[^\n -~]", lambda found: _escaped(found[0]), text)
    return text.replace("##[", "##\\u005b")


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if _is_unseen(char) else char


def code(text: object, longest: int = _LONGEST) -> str:
    """Return a Markdown code span: no mention, link, markup or HTML comes to life in it.

    A pipe is escaped too, so that the span may stand in a table.
    """
    line = plain(text, longest).replace("|", "\\|") or " "
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
    # A word joiner breaks mentions, issue numbers, e-mail and web links without being seen.
    return re.sub(r"(?i)(@|#(?=\d)|gh-(?=\d)|:(?=//)|w(?=ww\.))", "\\1\u2060", line)
