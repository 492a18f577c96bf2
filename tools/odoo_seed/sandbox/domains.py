"""Search domains: Odoo's prefix lists, turned into a test of one record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.schema import MANY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.sandbox.environment import Env
    from odoo_seed.sandbox.schema import Field

    Test = Callable[[int], bool]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_LIKE = ("like", "ilike", "not like", "not ilike", "=like", "=ilike")
_OPERATORS = frozenset(
    {"=", "!=", "<>", "in", "not in", "=?", "child_of", "parent_of", "any", "not any"}
    | set(_COMPARE)
    | set(_LIKE)
)


def names_active(domain: Sequence[Any]) -> bool:
    """Say whether a domain speaks of `active` itself, so that archived records are not hidden."""
    return any(isinstance(leaf, list | tuple) and leaf and leaf[0] == "active" for leaf in domain)


def compile_domain(env: Env, model: str, domain: Sequence[Any]) -> Test:
    """Return a function that says whether a record matches.

    Raises:
        ValueError, IndexError, AssertionError: As Odoo, for a domain that is none.
    """
    if not isinstance(domain, list | tuple):
        raise AssertionError(  # noqa: TRY004 - Odoo's own exception
            "Domains to normalize must have a 'domain' form: a list or tuple of domain components"
        )
    stack: list[Test] = []
    for item in reversed(domain):
        if item in ("&", "|", "!"):
            needed = 1 if item == "!" else 2
            if len(stack) < needed:
                raise ValueError(f"Domain {domain!r} is syntactically not correct.")
            parts = [stack.pop() for _ in range(needed)]
            stack.append(_combine(item, parts))
        else:
            stack.append(_leaf(env, model, item))
    tests = stack[::-1]
    return lambda record_id: all(test(record_id) for test in tests)


def candidates(env: Env, model: str, domain: Sequence[Any]) -> set[int] | None:
    """Return ids that surely hold every match, where a plain conjunction names them, else None."""
    if "|" in domain or "!" in domain:
        return None
    for leaf in domain:
        if leaf == "&" or len(leaf) != 3 or leaf[1] not in ("=", "in"):
            continue
        wanted = leaf[2] if isinstance(leaf[2], list | tuple) else [leaf[2]]
        if not all(isinstance(one, int) and one for one in wanted):
            continue
        if leaf[0] == "id":
            return set(wanted)
        pointers = env.db.pointers[model].get(leaf[0])
        if pointers is not None:
            return {one for target in wanted for one in pointers.get(target, ())}
    return None


def _combine(connective: str, parts: list[Test]) -> Test:
    if connective == "!":
        (only,) = parts
        return lambda record_id: not only(record_id)
    first, second = parts
    if connective == "&":
        return lambda record_id: first(record_id) and second(record_id)
    return lambda record_id: first(record_id) or second(record_id)


def _leaf(env: Env, model: str, leaf: Any) -> Test:
    if isinstance(leaf, str) or len(leaf) != 3:
        raise IndexError("tuple index out of range")
    left, operator, right = leaf
    if operator not in _OPERATORS:
        raise ValueError(f"Invalid leaf {tuple(leaf)!s}")
    if left in (0, 1):
        return lambda _id: bool(left == right)
    name, _, rest = str(left).partition(".")
    field = env.models[model].fields.get(name)
    if field is None:
        raise ValueError(f"Invalid field {model}.{name} in leaf {tuple(leaf)!s}")
    if rest and rest != "id":
        return _path(env, model, field, "any", [(rest, operator, right)])
    if operator in ("any", "not any"):
        return _path(env, model, field, operator, right)
    if operator in ("child_of", "parent_of"):
        return _hierarchy(env, model, field, operator, right)
    if field.type in MANY:
        return _many(env, model, field, operator, right)
    if field.type == "many2one" and _names_records(right):
        right, operator = _by_name(env, field, operator, right)
    return _scalar(env, model, field, operator, right)


def _path(env: Env, model: str, field: Field, operator: str, domain: Sequence[Any]) -> Test:
    """Test the records that a relational field points to."""
    # Archived records count through a many2one, not through an x2many (osv/expression.py).
    scope = env.sudo()
    if field.type == "many2one":
        scope = scope.with_context(active_test=False)
    matching = set(scope[field.relation].find(domain))
    get = env[model].getter(field)

    def hit(record_id: int) -> bool:
        found = get(record_id)
        return not matching.isdisjoint(found) if field.type in MANY else found in matching

    return hit if operator == "any" else lambda record_id: not hit(record_id)


def _hierarchy(env: Env, model: str, field: Field, operator: str, right: Any) -> Test:
    same = field.relation == model and field.type == "many2one"
    owner = model if same or field.name == "id" else field.relation
    wanted = set(right if isinstance(right, list | tuple) else [right])
    rows = env.db.rows[owner]
    reverse = env.db.pointers[owner].get("parent_id", {})
    found: set[int] = set()
    while wanted:
        found |= wanted
        if operator == "child_of":
            wanted = {child for one in wanted for child in reverse.get(one, ())} - found
        else:
            parents = {rows[one].get("parent_id") for one in wanted if one in rows}
            wanted = {parent for parent in parents if parent} - found
    if same or field.name == "id":
        return lambda record_id: record_id in found
    get = env[model].getter(field)
    return lambda record_id: get(record_id) in found


def _many(env: Env, model: str, field: Field, operator: str, right: Any) -> Test:
    get = env[model].getter(field)
    if right is False or right is None:
        return _negated(operator, lambda record_id: not get(record_id))
    if isinstance(right, str):
        found = env.sudo()[field.relation].find([("name", operator, right)])
        wanted = set(found)
        return lambda record_id: not wanted.isdisjoint(get(record_id))
    wanted = set(right) if isinstance(right, list | tuple | set) else {right}
    empty = False in wanted

    def hit(record_id: int) -> bool:
        held = get(record_id)
        return not wanted.isdisjoint(held) or (empty and not held)

    return _negated(operator, hit)


def _negated(operator: str, test: Test) -> Test:
    if operator in ("!=", "<>", "not in"):
        return lambda record_id: not test(record_id)
    return test


def _names_records(right: Any) -> bool:
    if isinstance(right, list | tuple):
        return any(isinstance(item, str) for item in right)
    return isinstance(right, str)


def _by_name(env: Env, field: Field, operator: str, right: Any) -> tuple[list[int], str]:
    scope = env.sudo().with_context(active_test=False)
    negative = operator in ("!=", "<>", "not in", "not like", "not ilike")
    positive = {"!=": "=", "<>": "=", "not in": "in", "not like": "like", "not ilike": "ilike"}
    found = scope[field.relation].find([("name", positive.get(operator, operator), right)])
    return found, "not in" if negative else "in"


def _scalar(env: Env, model: str, field: Field, operator: str, right: Any) -> Test:
    get = env[model].getter(field)
    empty: tuple[Any, ...] = (False, "") if field.type in ("char", "text", "html") else (False,)
    if operator in _LIKE:
        return _like(get, operator, right)
    if operator == "=?":
        if right is False or right is None:
            return lambda _id: True
        operator = "="
    if operator in _COMPARE:
        compare = _COMPARE[operator]
        bound = _full_datetime(field, right)
        return lambda record_id: get(record_id) is not False and compare(get(record_id), bound)
    if operator in ("in", "not in"):
        wanted = right if isinstance(right, list | tuple | set) else [right]
    else:
        wanted = [right]
    values = {_full_datetime(field, value) for value in wanted if value is not None}
    if field.type not in ("boolean", "integer", "float") and not values.isdisjoint(empty):
        values |= set(empty)
    if None in wanted:
        values.add(False)
    return _negated(operator, lambda record_id: get(record_id) in values)


def _full_datetime(field: Field, value: Any) -> Any:
    if field.type == "datetime" and isinstance(value, str) and len(value) == 10:
        return f"{value} 00:00:00"
    return value


def _like(get: Callable[[int], Any], operator: str, right: Any) -> Test:
    text = str(right or "")
    pattern = "".join(
        ".*" if char == "%" else "." if char == "_" else re.escape(char) for char in text
    )
    if not operator.startswith("="):
        pattern = f".*{pattern}.*"
    flags = re.DOTALL | (re.IGNORECASE if "ilike" in operator else 0)
    found = re.compile(pattern, flags).fullmatch

    def hit(record_id: int) -> bool:
        return found(str(get(record_id) or "")) is not None

    return (lambda record_id: not hit(record_id)) if operator.startswith("not") else hit
