"""Problems of templates, told once a line and not once an instance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_seed.core.quoting import SHOWN, visible

if TYPE_CHECKING:
    from odoo_seed.core.model import Instance, Pointer
    from odoo_seed.core.problems import Problem


class Gathering:
    """Collects problems; those of one line and sort in several instances become one."""

    def __init__(self) -> None:
        self._plain: list[Problem] = []
        self._made: dict[tuple[str, Pointer, str], tuple[Problem, dict[str, None]]] = {}

    def add(self, problem: Problem, instance: Instance | None = None) -> None:
        """Note a problem, and what it was found in."""
        if instance is None:
            self._plain.append(problem)
            return
        key = (problem.path, problem.pointer, problem.code)
        _, instances = self._made.setdefault(key, (problem, {}))
        instances[str(instance)] = None

    @property
    def problems(self) -> list[Problem]:
        """All of them; "in 24 instances, first: …" where a template's line is wrong."""
        told = list(self._plain)
        for problem, instances in self._made.values():
            first = visible(next(iter(instances)))
            first = first if len(first) <= 2 * SHOWN else first[: 2 * SHOWN] + "…"
            many = f"in {len(instances):,} instances, first: {first}"
            found = f"{problem.found} ({many if len(instances) > 1 else f'in {first}'})"
            told.append(replace(problem, found=found))
        return told
