"""What Odoo makes for each new user and company, and would keep."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.transport import open_transport

if TYPE_CHECKING:
    from tests.contract.conftest import Server

ALL = {"context": {"active_test": False}}


def remove_people(server: Server) -> None:
    """Delete a session's users and company, with what is theirs alone."""
    workers = [name for name in server.people if name != "customer"]
    stages = [stage for name in workers for stage in _private(server, name)]
    users, other = list(server.people.values()), server.companies["other"]
    partners = _pointed_at(server, "res.users", users)
    partners += _pointed_at(server, "res.company", [other])
    # Of its own accord an app may make projects for a new company (hr_timesheet, Internal).
    theirs = server.call("project.project", "search", [("company_id", "=", other)], **ALL)
    for model, ids in (
        ("project.project", theirs),
        ("res.users", users),
        ("res.company", [other]),
        ("res.partner", partners),
        ("project.task.type", stages),
    ):
        server.call(model, "unlink", ids, **ALL)


def _private(server: Server, name: str) -> list[int]:
    """Delete a user's private tasks; return their personal stages, which keep one to the end."""
    with closing(open_transport(server.target_of(name))) as transport:

        def call(model: str, method: str, *args: Any) -> Any:
            return transport.call(model, method, args, ALL)

        call("project.task", "unlink", call("project.task", "search", [("project_id", "=", False)]))
        own = [("user_id", "=", server.people[name])]
        stages: list[int] = call("project.task.type", "search", own)
        return stages


def _pointed_at(server: Server, model: str, ids: list[int]) -> list[int]:
    rows = server.call(model, "read", ids, ["partner_id"], load="", **ALL)
    return [row["partner_id"] for row in rows]
