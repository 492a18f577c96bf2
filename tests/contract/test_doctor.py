"""What `doctor` says of an Odoo in order, over every protocol, and of users with fewer rights."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.doctor_odoo import examine_odoo
from odoo_seed.core.doctor_seed import examine_seed_in_odoo, wanted_of
from odoo_seed.core.model import Project, Seed, Stage, Task
from odoo_seed.edges.odoo import doctor
from odoo_seed.edges.odoo.transport import open_transport
from tests.contract.conftest import PASSWORD

if TYPE_CHECKING:
    from odoo_seed.core.doctor import Check
    from odoo_seed.edges.odoo.target import OdooTarget
    from tests.contract.conftest import World


def checks(world: World, target: OdooTarget, seed: Seed | None = None) -> dict[str, Check]:
    """All checks of one server, the worst of each name."""
    wanted = wanted_of(seed or of(world))
    with closing(open_transport(target)) as transport:
        facts = doctor.gather(target, transport, wanted)
    found = [*examine_odoo(facts), *examine_seed_in_odoo(wanted, facts)]
    ranks = ("ok", "skipped", "warning", "failed")
    return {one.name: one for one in sorted(found, key=lambda one: ranks.index(one.status))}


def of(world: World, **task: object) -> Seed:
    """A seed of one project and one task in the company of the administrator."""
    company = world.read("res.company", world.server.companies["own"], "name")
    manager, assignee = (world.server.login_of(name) for name in ("manager", "assignee"))
    project = Project("DOCTOR_P", "P", company, manager_email=manager, stages=(Stage("To Do"),))
    made = Task("DOCTOR_T", "DOCTOR_P", "T", assignee_emails=(assignee,))
    return Seed((), (project,), (), (replace(made, **task),))


def unwell(found: dict[str, Check]) -> dict[str, str]:
    return {name: one.status for name, one in found.items() if one.status != "ok"}


@pytest.mark.parametrize("protocol", ["its own", "auto"])
def test_every_protocol_will_do(world: World, protocol: str) -> None:
    target = world.server.target
    found = checks(world, target if protocol == "its own" else replace(target, protocol=protocol))
    outdated = world.server.major >= 19 and world.protocol != "json2"
    assert unwell(found) == ({"odoo protocol": "warning"} if outdated else {})
    told = {"its own": world.protocol, "auto": f"auto: {'json2' if not outdated else 'jsonrpc'}"}
    if outdated:
        assert "calls deprecated" in found["odoo protocol"].found
        assert "API key" in found["odoo protocol"].remedy
    elif world.server.major >= 19 or protocol == "its own":
        assert found["odoo protocol"].found.startswith(told[protocol])


def test_a_project_administrator_is_enough_once_the_field_is_there(world: World) -> None:
    world.project()  # see the next test
    found = checks(world, world.server.target_of("manager"))
    # Whether copies keep the ref stands where only Access Rights may look.
    assert unwell(found) | {"odoo protocol": ""} == {
        "odoo field copied": "skipped", "odoo protocol": "",
    }  # fmt: skip


def test_who_cannot_switch_dependencies_on_is_told_to_ask_an_administrator(world: World) -> None:
    world.project(allow_task_dependencies=False)  # hides them, if no other project has them
    group = "project.group_project_task_dependencies"
    shown = world.call("res.users", "has_group", [world.person("manager")], group)
    line = checks(world, world.server.target_of("manager"))["odoo features"]
    if world.server.major < 19 or shown:
        assert line.status == "ok"  # the seed has no dependency that 18 could hide
    else:
        assert line.status == "failed"
        assert "only an administrator" in line.found
        assert "tick Task Dependencies" in line.remedy


def test_an_employee_is_told_which_group_is_missing(world: World) -> None:
    found = checks(world, world.server.target_of("colleague"))
    assert found["odoo group"].status == "failed"
    assert "lacks the group Project / Administrator" in found["odoo group"].found
    assert "Project: Administrator" in found["odoo group"].remedy
    assert found["odoo rights"].status == "skipped"


def test_a_customer_is_told_to_be_no_employee(world: World) -> None:
    # Odoo lets no customer make an API key.
    login = world.server.login_of("customer")
    target = replace(world.server.target, user=login, password=PASSWORD, protocol="jsonrpc")
    found = checks(world, target)
    assert found["odoo user"].status == "failed"
    assert "portal or public user" in found["odoo user"].found


def test_a_company_out_of_sight_is_told_with_where_to_allow_it(world: World) -> None:
    found = checks(world, world.server.target_of("outsider"))["odoo companies"]
    assert found.status == "failed"
    assert f"{world.server.login_of('outsider')} may not see it" in found.found
    assert "Allowed Companies" in found.remedy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "no Odoo user has this login"),
        ("outsider", "not allowed in the company"),
        ("customer", "portal users"),
    ],
)
def test_people_who_cannot_do_the_work_are_named(world: World, name: str, words: str) -> None:
    email = world.server.login_of(name)
    line = checks(world, world.server.target, of(world, assignee_emails=(email,)))["odoo people"]
    assert line.status == "failed"
    assert words in line.found
    assert email in line.found
