"""Text from YAML and Odoo is hostile. Nothing of it reaches a terminal or Markdown unescaped."""

from __future__ import annotations

import html
import json
import re
import unicodedata

# Control characters, halves of surrogate pairs, rare ends of lines, and what is invisible:
# bidirectional marks make a line read as something else, tags and zero-width spaces hide text.
_UNSEEN = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # emoji and Indic scripts are written with them
# Invisible too, though their category says otherwise (Unicode's Default_Ignorable_Code_Point).
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U000e0100-\U000e01ef]"
)
_LONGEST = 120
_WORD_JOINER = "\u2060"
"""Stands, unseen, where GitHub would otherwise make a link, a mention or a picture of words."""


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return one printable line: no control, escape or bidi characters, at most `longest` long.

    Also breaks ``##[``, which GitHub's runner takes for a command anywhere in a line.
    """
    line = "".join(char for char in str(text) if char.isspace() or not _is_unseen(char))
    line = " ".join(line.split()).replace("##[", "## [")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_unseen(char: str) -> bool:
    if unicodedata.category(char) in _UNSEEN:
        return char not in _JOINERS
    return bool(_FILLERS.match(char))


def harmless(text: str) -> str:
    """Return lines of output with nothing unseen in them: the last net below `plain`.

    GitHub's runner takes none of them for a workflow command.
    """
    if not text.replace("\n", "").isprintable():
        kept = {"\n", _WORD_JOINER}
        text = "".join(char for char in text if char in kept or not _is_unseen(char))
    text = text.replace("##[", "## [")
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

    Not for tables, whose cells end at a pipe even inside a code span.
    """
    line = plain(text, longest) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def html_code(text: object) -> str:
    """Return the text for use inside HTML such as ``<summary>``, where Markdown is not read."""
    return f"<code>{html.escape(plain(text))}</code>"


_MARKUP = re.compile(r"([\\`*_{}\[\]|#~])")
_COMES_TO_LIFE = re.compile(
    r"@"  # a mention, an e-mail address
    r"|#(?=\d)|gh-(?=\d)"  # an issue
    r"|:(?=//)|w(?=ww\.)|(?:mailto|xmpp)(?=:)"  # a link
    r"|:(?=[\w+\\-]+:)",  # a picture such as :tada:
    re.IGNORECASE,
)
_COMMIT = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])", re.IGNORECASE)


def prose(text: object, longest: int = 400) -> str:
    """Return words with a few foreign bits for Markdown prose; nothing in them comes to life.

    Sources: https://github.github.com/gfm and https://docs.github.com, "Autolinked references and
    URLs" and "Writing mathematical expressions" (which says how a dollar stays one).
    """
    line = _COMMIT.sub(_in_pieces, plain(text, longest))
    line = html.escape(line, quote=False)
    line = _COMES_TO_LIFE.sub(rf"\g<0>{_WORD_JOINER}", _MARKUP.sub(r"\\\1", line))
    return line.replace("$", "<span>$</span>")


def _in_pieces(found: re.Match[str]) -> str:
    """Hexadecimal digits, never so many together that they could name a commit."""
    return _WORD_JOINER.join(re.findall(".{1,6}", found[0]))
