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
    users = list(server.people.values())
    partners = _pointed_at(server, "res.users", users)
    server.call("res.users", "unlink", users, **ALL)
    remove_companies(server, [server.companies["other"]])
    server.call("res.partner", "unlink", partners, **ALL)
    server.call("project.task.type", "unlink", stages, **ALL)


def remove_companies(server: Server, ids: list[int]) -> None:
    """Delete companies, with what goes with them."""
    if server.sandbox:
        server.call("res.company", "unlink", ids)
        return
    remove_projects(server, ids)
    partners = _pointed_at(server, "res.company", ids)
    server.call("res.company", "unlink", ids, **ALL)
    server.call("res.partner", "unlink", partners, **ALL)


def remove_projects(server: Server, companies: list[int]) -> None:
    """Delete the projects that apps make for new companies (hr_timesheet, Internal)."""
    theirs = server.call("project.project", "search", [("company_id", "in", companies)], **ALL)
    server.call("project.project", "unlink", theirs, **ALL)


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
