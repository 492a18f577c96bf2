"""FOR A DEMO ONLY: create the companies and people that the seed names, in an empty Odoo.

In a real Odoo they exist already, and odoo-seed never creates any: a name that it cannot find there
is an error to be corrected in the YAML. compose.yaml runs this; it reads the same settings as
`odoo-seed` does, and running it again changes nothing. The people get no password and no mail.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_seed import pipeline, wiring_files
from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.edges.odoo.transport import open_transport
from odoo_seed.errors import OdooSeedError
from odoo_seed.settings import Settings

if TYPE_CHECKING:
    from odoo_seed.edges.odoo.transport import Transport

_SILENT = {"no_reset_password": True, "tracking_disable": True}


def main() -> None:
    """Create what is missing, and say what was."""
    settings = Settings.read(os.environ, Path.cwd())
    seed = pipeline.content_of(wiring_files.seed_files(settings).read()).seed
    named = {project.company_name for project in seed.projects if project.company_name}
    people = {project.manager_email for project in seed.projects} | {
        email for task in seed.tasks for email in task.assignee_emails or ()
    }
    odoo = settings.odoo()
    target = OdooTarget(odoo.url, odoo.database, odoo.user, odoo.password, odoo.protocol)
    with closing(open_transport(target)) as transport:
        companies = [_company(transport, name) for name in sorted(named)]
        transport.call("res.users", "write", [[transport.login()], _works_in(companies)])
        created = [_user(transport, email, companies) for email in sorted(filter(None, people))]
    told = f"{len(companies)} companies; {sum(created)} people created, {len(created)} needed."
    print(told)  # noqa: T201 - a script for people


def _works_in(companies: list[int]) -> dict[str, object]:
    return {"company_ids": [(4, company, 0) for company in companies]}


def _company(transport: Transport, name: str) -> int:
    """Return the id of a company, created when there is none of that name."""
    found: list[int] = transport.call("res.company", "search", [[("name", "=", name)]])
    found = found or transport.call("res.company", "create", [[{"name": name}]])
    return found[0]


def _user(transport: Transport, email: str, companies: list[int]) -> bool:
    """Create a user unless the login exists; return whether it was created."""
    if transport.call("res.users", "search_count", [[("login", "=", email)]]):
        return False
    name = email.split("@", 1)[0].replace(".", " ").title()
    values = {"name": name, "login": email, "email": email, "company_id": companies[0]}
    values |= {"company_ids": [(6, 0, companies)]}
    transport.call("res.users", "create", [[values]], {"context": _SILENT})
    return True


if __name__ == "__main__":
    try:
        main()
    except OdooSeedError as error:
        sys.exit(f"Error: {error}\n  → {error.remedy}")
