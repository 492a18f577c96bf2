"""GitHub's expressions, as far as our workflows use them; anything else is an AssertionError."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||==|!=|[!()]|[A-Za-z_][\w.-]*)")
_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATES = {"success", "failure", "cancelled", "always"}


def filled(text: object, contexts: Mapping[str, Any]) -> str:
    """A value of a workflow with its `${{ … }}` replaced."""
    return _HOLE.sub(lambda hole: _text(value(hole[1], contexts)), _text(text))


def holds(condition: object, contexts: Mapping[str, Any]) -> bool:
    """Whether a step or a job with this `if:` is run; without a state function, after success."""
    told = "success()" if condition is None else _text(condition).strip()
    found = _HOLE.fullmatch(told)
    told = found[1] if found else told
    if not _STATES & set(re.findall(r"(\w+)\(\)", told)):
        told = f"success() && ({told})"
    return bool(value(told, contexts))


def value(expression: str, contexts: Mapping[str, Any]) -> Any:
    tokens, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        assert found, f"not understood: {expression[at:]}"
        tokens.append(found[1])
        at = found.end()
    parser = _Parser(tokens, contexts)
    made = parser.either()
    assert not parser.tokens, parser.tokens
    return made


class _Parser:
    def __init__(self, tokens: list[str], contexts: Mapping[str, Any]) -> None:
        self.tokens, self._contexts = tokens, contexts

    def either(self) -> Any:
        made = self._both()
        while self._next("||"):
            other = self._both()
            made = made or other
        return made

    def _both(self) -> Any:
        made = self._equal()
        while self._next("&&"):
            other = self._equal()
            made = made and other
        return made

    def _equal(self) -> Any:
        made = self._single()
        for sign in ("==", "!="):
            if self._next(sign):
                same = _text(made).lower() == _text(self._single()).lower()
                return same == (sign == "==")
        return made

    def _single(self) -> Any:
        if self._next("!"):
            return not self._single()
        if self._next("("):
            made = self.either()
            assert self._next(")")
            return made
        word = self.tokens.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if self._next("("):
            assert self._next(")")
            assert word in _STATES, word
            failed = self._contexts["failed"]
            return {"success": not failed, "failure": failed, "always": True}.get(word, False)
        return self._looked_up(word)

    def _looked_up(self, word: str) -> Any:
        first, *rest = word.split(".")
        assert first in self._contexts, f"There is no context {first} here: {word}"
        found = self._contexts[first]
        for name in rest:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _next(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        self.tokens.pop(0)
        return True


def _text(given: object) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    return "" if given is None else str(given)
