"""The Python service against the table that every server is held to, and what it has besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.http.requests import CASES, SCENARIOS, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.http.conftest import PythonWorld
    from tests.http.requests import Case, World


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_request_is_answered(world: PythonWorld, case: Case) -> None:
    check(world, case)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__.strip("_"))
def test_requests_belong_together(world: PythonWorld, scenario: Callable[[World], None]) -> None:
    scenario(world)
