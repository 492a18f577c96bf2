"""A look before archiving at an Odoo that lacks what it looks for, or does not show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.eyes import Question, Sight
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.transport import OdooTarget, open_transport
from odoo_seed.errors import OdooRefusedError
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = "account.analytic.line"
NO_APP = ("timesheets: this Odoo has no app for them",)
ASKED = Question(tasks=(1, 2), projects=(1,))
SERIES = pytest.mark.parametrize("odoo", ["18.0", "19.0"], indirect=True)


@pytest.fixture
def odoo(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    with SandboxServer(prepared=True, series=request.param) as server:
        yield server


def look(odoo: SandboxServer) -> Sight:
    """Over JSON-2 where there is one: it names a missing model in words of its own."""
    json2 = odoo.major >= 19
    password = odoo.add_key() if json2 else odoo.password
    protocol = "json2" if json2 else "xmlrpc"
    target = OdooTarget(odoo.url, odoo.database, odoo.login, password, protocol=protocol)
    transport = open_transport(target)
    try:
        return OdooReading(transport).look(ASKED)
    finally:
        transport.close()


@SERIES
def test_an_odoo_without_an_app_for_timesheets_has_none_to_show(odoo: SandboxServer) -> None:
    odoo.uninstall(LINES)
    seen = look(odoo)
    assert (seen.not_looked_at, seen.withheld) == (NO_APP, ())


@SERIES
@pytest.mark.parametrize("readable", [True, False])
def test_lines_that_know_no_tasks_are_no_timesheets(odoo: SandboxServer, readable: bool) -> None:
    """Analytic alone: Project brings it, and it shows its lines to accountants only."""
    del odoo.service.state.models[LINES].fields["task_id"]
    if not readable:
        odoo.forget_rights(LINES)
    seen = look(odoo)
    assert (seen.not_looked_at, seen.withheld) == (NO_APP, ())


@SERIES
@pytest.mark.parametrize(
    ("what", "model"),
    [("timesheets", LINES), ("attachments", "ir.attachment"), ("messages", "mail.message")],
)
def test_what_the_bot_may_not_read_is_named_with_the_right(
    odoo: SandboxServer, what: str, model: str
) -> None:
    odoo.forget_rights(model, "read")
    seen = look(odoo)
    (told,) = seen.withheld
    assert told.startswith(f"{what}: Odoo does not give this user the right to read {model}")
    assert seen.not_looked_at == ()


@SERIES
def test_a_trouble_of_odoos_is_not_taken_for_a_missing_app(odoo: SandboxServer) -> None:
    odoo.trouble("odoo_error", model=LINES, method="search_read", message="Out of order.")
    with pytest.raises(OdooRefusedError, match=r"Out of order\."):
        look(odoo)
