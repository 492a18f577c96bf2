"""What `doctor` says: checks, each with what was found and, unless all is well, a remedy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from odoo_seed.core.escape import plain
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from odoo_seed.errors import OdooSeedError

Status = Literal["ok", "warning", "failed", "skipped"]

_MARKS: dict[Status, str] = {"ok": "OK", "warning": "WARN", "failed": "FAIL", "skipped": "SKIP"}
_LONGEST = 4000  # every person that is missing is named
_NO_REMEDY = "Look into the log of that server, at the time of this check."


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a report.

    Attributes:
        name: A stable short name such as ``odoo login``. One name may stand on several lines,
            one for each remedy.
        found: What was found, a clause for people.
        remedy: What to do about it, a whole sentence; empty unless it failed or is a warning.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a fact could not be learned."""

    message: str
    remedy: str

    @classmethod
    def of(cls, error: OdooSeedError) -> Trouble:
        """The words of an error."""
        return cls(str(error), error.remedy)


T = TypeVar("T")
Fact: TypeAlias = T | Trouble | None
"""What was learned, why it was not, or None: not asked, since an earlier answer forbade it."""


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, "ok", found)


def warning(name: str, found: str, remedy: str) -> Check:
    """It works, but somebody should know."""
    return Check(name, "warning", found, remedy)


def failed(name: str, found: str, remedy: str) -> Check:
    """It will not work."""
    return Check(name, "failed", found, remedy)


def skipped(name: str, found: str) -> Check:
    """It could not be looked at."""
    return Check(name, "skipped", found)


def about(
    name: str, fact: Fact[T], judge: Callable[[T], Iterable[Check] | Check], waits_for: str
) -> list[Check]:
    """Judge a fact, if there is one.

    Args:
        waits_for: Name of the check without which this fact is not asked for.
    """
    if fact is None:
        return [skipped(name, f"waits for “{waits_for}”")]
    if isinstance(fact, Trouble):
        return [failed(name, fact.message, fact.remedy or _NO_REMEDY)]
    judged = judge(fact)
    return [judged] if isinstance(judged, Check) else list(judged)


def healthy(checks: Iterable[Check]) -> bool:
    """Whether nothing failed."""
    return all(check.status != "failed" for check in checks)


def text(checks: Sequence[Check]) -> str:
    """A line a check, the remedy under it, and the counts at the end."""
    width = max((len(check.name) for check in checks), default=0)
    lines = []
    for check in checks:
        found = plain(check.found, _LONGEST)
        lines.append(f"{_MARKS[check.status]:<4}  {check.name:<{width}}  {found}")
        if check.remedy:
            lines.append(f"      → {plain(check.remedy, _LONGEST)}")
    return "\n".join([*lines, "", _counts(checks)])


def _counts(checks: Sequence[Check]) -> str:
    by_status = Counter(check.status for check in checks)
    told = [f"{by_status['ok']} ok"]
    told += [count(by_status["warning"], "warning")] if by_status["warning"] else []
    told += [
        f"{by_status[status]} {status}" for status in ("failed", "skipped") if by_status[status]
    ]
    return f"{count(len(checks), 'check')}: {', '.join(told)}."


def as_json(checks: Sequence[Check], target: str) -> dict[str, Any]:
    """As `schemas/doctor.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": healthy(checks),
        "target": target,
        "checks": [
            {
                "name": check.name,
                "status": check.status,
                "found": check.found,
                "remedy": check.remedy or None,
            }
            for check in checks
        ],
    }
