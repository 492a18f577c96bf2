"""`doctor` and the bindings: what cannot be asked is told; names as a run would refuse them."""

from __future__ import annotations

import pytest

from odoo_seed.core.bindings import OdooContext, Place
from odoo_seed.core.doctor import Trouble
from odoo_seed.core.doctor_bindings import Bindings, as_bound, examine_bindings
from odoo_seed.core.doctor_facts import Company, Holder, OdooFacts, Sought
from odoo_seed.core.live import Named
from odoo_seed.core.model import Project, Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy

HERE = Place("default", "production", "prod")
SEED = SeedAndPolicy(
    Seed(projects=(Project("P", "Close"), Project("Q", "Audit", "ACME"))), Policy()
)
CUSTOMER = Named("partner_name", "P", "ACME", "Client")


def lines(bindings: Bindings | Trouble | None, content: SeedAndPolicy = SEED, **facts: object):
    known = {"companies": (Company(1, "ACME", active=True, allowed=True),), "login": "bot"}
    odoo = OdooFacts(settings=True, **{**known, **facts})  # type: ignore[arg-type]  # one by one
    bound = as_bound(content, bindings, "default")
    return [(one.status, one.found) for one in examine_bindings(bound, bindings, odoo)]


def says(**context: str) -> Bindings:
    return Bindings(HERE, {"P": OdooContext(**{"company_name": "ACME", **context})})


def test_without_any_binding_every_project_needs_a_company_in_the_yaml():
    nothing = Bindings(HERE, {})
    assert lines(nothing) == [("failed", "neither YAML nor binding names the company of P")]
    there = {("project", "P"): (Holder(7, frozenset()),)}
    told = "none: every project belongs to every target"
    assert lines(nothing, holders=there) == [("ok", told)]


def test_bindings_that_cannot_be_read_are_no_reason_to_say_that_all_is_well():
    assert lines(Trouble("No right to read it.", "Grant it.")) == [
        ("failed", "No right to read it.")
    ]
    assert lines(None) == [("skipped", "waits for “migrations”")]
    assert next(iter(examine_bindings(None, says(), OdooFacts()))).found == "waits for “seed”"


def test_names_wait_for_what_odoo_could_not_be_asked():
    trouble = Trouble("No access.", "")
    for facts, told in (
        ({}, ("skipped", "waits for “odoo field”")),
        ({"lacking": (("project.task", "read"),)}, ("skipped", "waits for “odoo rights”")),
        ({"companies": trouble}, ("skipped", "waits for “odoo companies”")),
        ({"bound": trouble}, ("failed", "No access.")),
    ):
        assert lines(says(partner_name="Client"), **facts) == [told]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought((3,), (), is_set=False), "1 of 2 projects bound"),
        (Sought((), (3,), is_set=True), "1 of 2 projects bound"),
        (Sought((3, 4), (), is_set=True), "1 of 2 projects bound"),
        (Sought((), (3,), is_set=False), "the customer “Client” is archived in Odoo (P)"),
        (Sought((3, 4), (5,), is_set=False),
         "the customer “Client” stands 2 times in Odoo: ids 3, 4 (P)"),
        (Sought((), (), is_set=False),
         "the customer “Client” is not in Odoo for the company “ACME”, or bot may not see it (P)"),
    ],
)  # fmt: skip
def test_a_name_is_told_as_a_run_would_refuse_it(sought: Sought, found: str):
    assert lines(says(partner_name="Client"), bound={CUSTOMER: sought})[0][1] == found


def test_of_a_company_that_odoo_lacks_the_rest_is_not_told_too():
    found = {CUSTOMER: Sought((), (), is_set=False)}
    assert lines(says(partner_name="Client"), bound=found, companies=())[0][0] == "ok"


def test_another_database_is_an_error_only_where_the_binding_names_this_target():
    told = "bound to target default with the Odoo database “old”, which is “prod” by the settings"
    assert lines(says(target="default", odoo_database="old")) == [
        ("failed", f"{told}, so seeded nowhere: P")
    ]
    assert lines(says(odoo_database="old")) == [
        ("ok", "1 of 2 projects bound, elsewhere: P (to the Odoo database old)")
    ]
    assert lines(says(target="eu", odoo_database="old"))[0][0] == "ok"
