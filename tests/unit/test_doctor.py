"""`doctor`: facts become lines, and every line that is not green has a remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from odoo_seed.core.doctor import (
    Trouble,
    about,
    as_json,
    failed,
    healthy,
    ok,
    skipped,
    text,
    warning,
)
from odoo_seed.core.doctor_database import DatabaseFacts, examine_database
from odoo_seed.core.doctor_facts import Company, Field, Holder, OdooFacts, Person
from odoo_seed.core.doctor_odoo import examine_odoo
from odoo_seed.core.doctor_seed import (
    examine_freeze,
    examine_seed,
    examine_seed_in_odoo,
    wanted_of,
)
from odoo_seed.core.freeze import Dates, Freeze
from odoo_seed.core.model import Milestone, Project, Seed, SeedAndPolicy, Source, Stage, Task
from odoo_seed.core.policy import Policy
from odoo_seed.core.problems import Problem
from odoo_seed.core.runs import Run

SEED = Seed(
    projects=(
        Project(
            "P", "Close", "ACME", manager_email="Rey@example.com",
            stages=(Stage("To Do"), Stage("Done")), source=Source("p.yaml", 3),
        ),
        Project("OFF", "Off", "Nowhere Inc.", manager_email="nobody@x.ph", sync_enabled=False),
    ),
    milestones=(Milestone("M", "P", "Closed"),),
    tasks=(
        Task("A", "P", "A", assignee_emails=("ana@example.com",), source=Source("p.yaml", 9)),
        Task("B", "P", "B", assignee_emails=("ana@example.com",), depends_on_refs=("A",),
             source=Source("p.yaml", 12)),
        Task("C", "OFF", "C", assignee_emails=("nobody@x.ph",)),
    ),
)  # fmt: skip
WANTED = wanted_of(SEED)
REY = Person(5, active=True, internal=True, company_ids=frozenset({1}))
ANA = Person(6, active=True, internal=True, company_ids=frozenset({1}))
ACME = Company(1, "ACME", active=True, allowed=True)


def odoo(**changed: Any) -> OdooFacts:
    """An Odoo without a fault, with some facts changed."""
    facts = OdooFacts(
        settings=True, address="https://erp.example.com", login="seed_bot", database="prod",
        protocol="auto", protocols=("xmlrpc", "jsonrpc", "json2", "auto"), version="18.0",
        skew=0.4, uid=7, internal=True, english=True, companies=(ACME,),
        people={"rey@example.com": REY, "ana@example.com": ANA},
        fields={"project.project": Field("char", copied=False),
                "project.task": Field("char", copied=False)},
        manager=True, access_rights=True, features={"Milestones": True, "Task Dependencies": True},
        lacking=(), holders={}, stages={},
    )  # fmt: skip
    return replace(facts, **changed)


def database(**changed: Any) -> DatabaseFacts:
    facts = DatabaseFacts(
        place="prod at db.example.com:5432 as postgres", version=170004, remote=True,
        sslmode="verify-full", read_only=False, pending=(), last_load=(),
    )  # fmt: skip
    return replace(facts, **changed)


def told(facts: OdooFacts | DatabaseFacts) -> list[tuple[str, str]]:
    """Name and status of all that is not green."""
    if isinstance(facts, DatabaseFacts):
        checks = list(examine_database(facts, None))
    else:
        checks = [*examine_odoo(facts), *examine_seed_in_odoo(WANTED, facts)]
    for check in checks:
        assert bool(check.remedy) == (check.status in {"warning", "failed"}), check
    return [(check.name, check.status) for check in checks if check.status != "ok"]


def line(facts: OdooFacts, name: str) -> str:
    checks = [*examine_odoo(facts), *examine_seed_in_odoo(WANTED, facts)]
    (found,) = [f"{check.found} → {check.remedy}" for check in checks if check.name == name]
    return found


def test_a_named_target_is_told_by_the_names_of_its_own_settings():
    ill = odoo(
        target="eu", address="http://erp.example.com", internal=False,
        fields={"project.project": None, "project.task": None},
    )  # fmt: skip
    remedies = " ".join(check.remedy for check in examine_odoo(ill))
    for words in (
        "https:// in ODOO_URL__EU.",
        "in ODOO_USER__EU.",
        "`odoo-seed prepare --target eu`",
    ):
        assert words in remedies


def test_nothing_is_said_against_what_is_well():
    assert told(odoo()) == told(database()) == []


def test_a_postgres_older_than_15_fails():
    assert told(database(version=140011)) == [("database version", "failed")]


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_remote_database_whose_name_is_not_verified_is_a_warning(mode):
    assert told(database(sslmode=mode)) == [("database TLS", "warning")]
    assert told(database(sslmode=mode, remote=False)) == []


def test_the_transaction_pooler_cannot_hold_the_lock():
    assert told(database(transaction_pooler=True)) == [("database lock", "failed")]


def test_a_lock_that_other_machines_do_not_see_is_a_warning_where_they_may_seed_too():
    def lock(facts: DatabaseFacts, address: str) -> str:
        (check,) = [
            check
            for check in examine_database(facts, None, address)
            if check.name == "database lock"
        ]
        return check.status

    own, unmade = database(embedded=True), database(embedded=True, version=None)
    assert lock(own, "https://erp.example.com") == "warning"
    assert lock(unmade, "https://erp.example.com") == "warning"
    assert lock(own, "http://127.0.0.1:8069") == "ok"
    assert lock(own, "") == "ok"
    assert lock(database(), "https://erp.example.com") == "ok"


def test_pending_migrations_keep_the_last_load_unread():
    facts = database(pending=("20260121", "20260305"), last_load=None)
    assert told(facts) == [("migrations", "failed"), ("last load", "skipped")]


def test_the_last_load_is_told_beside_the_commit_at_hand():
    run = Run("1", "default", "load", "success", datetime(2026, 1, 9, 1, 2, tzinfo=UTC), commit="a")
    (found,) = [
        check.found
        for check in examine_database(database(last_load=(run,)), "b" * 40)
        if check.name == "last load"
    ]
    assert found == f"2026-01-09 01:02 UTC, commit a; the YAML here is of commit {'b' * 10}"


def test_a_password_over_plain_http_is_a_warning_unless_it_stays_here():
    assert told(odoo(address="http://erp.example.com")) == [("odoo address", "warning")]
    for address in ("http://127.0.0.1:8069", "http://localhost", "http://[::1]", "http://[::1]:80"):
        assert told(odoo(address=address)) == []


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("17.0", ["failed"]),
        ("18.2", []),
        ("19.0", []),
        ("20.0", ["warning"]),
    ],
)
def test_versions(version, expected):
    found = told(odoo(version=version, json2=True))
    assert [status for name, status in found if name == "odoo version"] == expected


@pytest.mark.parametrize(
    ("version", "protocol", "json2", "status"),
    [
        ("18.0", "xmlrpc", None, "ok"),
        ("18.0", "jsonrpc", None, "ok"),
        ("18.0", "auto", None, "ok"),
        ("19.0", "json2", None, "ok"),
        ("19.0", "auto", True, "ok"),
        ("19.0", "auto", Trouble("refused the key", "Make a key."), "warning"),
        ("19.0", "jsonrpc", None, "warning"),
        ("19.0", "xmlrpc", None, "warning"),
    ],
)
def test_a_protocol_that_the_server_calls_deprecated_is_a_warning(version, protocol, json2, status):
    facts = odoo(version=version, protocol=protocol, json2=json2)
    assert told(facts) == ([("odoo protocol", status)] if status != "ok" else [])


def test_what_auto_comes_to_waits_for_the_login():
    refused = Trouble("refused the login", "Check it.")
    found = told(odoo(version="19.0", uid=refused, json2=refused))
    assert ("odoo protocol", "skipped") in found
    assert ("odoo login", "failed") in found


def test_the_first_dependencies_of_an_odoo_19_need_an_administrator():
    hidden = {"Milestones": True, "Task Dependencies": False}
    wanted = replace(WANTED, dependencies=True)
    for version, status in (("18.0", "warning"), ("19.0", "failed")):
        facts = odoo(version=version, json2=True, features=hidden)
        (check,) = (
            one for one in examine_seed_in_odoo(wanted, facts) if one.name == "odoo features"
        )
        assert (check.status, "administrator" in check.remedy) == (status, version == "19.0")


def test_where_the_right_for_the_field_is_given_is_told_in_the_words_of_that_odoo():
    for version, place in (("18.0", "Administration: Access Rights"), ("19.0", "Role: Admin")):
        fields = {"project.project": None, "project.task": None}
        facts = odoo(version=version, json2=True, fields=fields, access_rights=False)
        (check,) = (one for one in examine_odoo(facts) if one.name == "odoo field")
        assert place in check.remedy


def test_a_server_that_tells_no_time_is_not_blamed():
    assert told(odoo(skew=None)) == [("odoo clock", "skipped")]


@pytest.mark.parametrize(
    ("skew", "words"),
    [(-61.0, "61 seconds behind"), (180.0, "3 minutes ahead"), (28800.0, "8 hours ahead")],
)
def test_a_wrong_clock_is_told_in_words(skew, words):
    assert words in line(odoo(skew=skew), "odoo clock")


def test_what_an_earlier_failure_forbids_is_skipped_not_failed():
    facts = OdooFacts(settings=Trouble("ODOO_URL is not set.", "Set it."))
    statuses = dict(told(facts))
    assert statuses.pop("odoo settings") == "failed"
    assert set(statuses.values()) == {"skipped"}
    assert line(OdooFacts(settings=True, version=Trouble("a", "b")), "odoo people") == (
        "waits for “odoo user” → "
    )


def test_a_field_of_another_type_must_go():
    facts = odoo(
        fields={"project.project": Field("char"), "project.task": Field("integer")},
        holders=None,
        stages=None,
    )
    assert ("odoo field", "failed") in told(facts)
    assert "project.task is of type integer" in line(facts, "odoo field")


def test_whether_copies_keep_the_ref_is_not_for_everybody_to_see():
    facts = odoo(fields={"project.project": Field("char"), "project.task": Field("char")})
    assert told(facts) == [("odoo field copied", "skipped")]


def test_a_ref_that_stands_twice_is_told_with_both_ids():
    twice = (Holder(11, frozenset()), Holder(12, frozenset()))
    facts = odoo(holders={("task", "A"): twice, ("task", "B"): twice[:1]})
    assert told(facts) == [("odoo refs", "failed")]
    assert "A stands on 2 tasks: ids 11, 12" in line(facts, "odoo refs")


def test_projects_that_are_not_synced_ask_for_nothing():
    assert set(WANTED.companies) == {"ACME"}
    assert set(WANTED.people) == {"rey@example.com", "ana@example.com"}


def test_an_unseen_company_may_only_be_hidden_from_who_lacks_access_rights():
    near = Company(2, "ACME Inc", active=True, allowed=True)
    hidden = line(odoo(companies=(near,), access_rights=False), "odoo companies")
    assert "or seed_bot may not see it (p.yaml:3)" in hidden
    assert "Settings → Users → seed_bot → Allowed Companies" in hidden
    assert "may not see" not in line(odoo(companies=(near,)), "odoo companies")
    assert "Odoo has “ACME Inc”" in hidden


def test_people_are_grouped_by_what_is_wrong_and_told_with_one_place():
    people = {"rey@example.com": replace(REY, active=False)}
    facts = odoo(people=people)
    lines = [check.found for check in examine_seed_in_odoo(WANTED, facts) if check.remedy]
    assert lines == [
        "no Odoo user has this login: ana@example.com (p.yaml:9)",
        "archived in Odoo: rey@example.com (p.yaml:3)",
    ]


def test_who_stands_on_a_record_already_may_have_left_since():
    gone = replace(ANA, active=False)
    held = {("task", "A"): (Holder(1, frozenset({6})),)}
    facts = odoo(people={"rey@example.com": REY, "ana@example.com": gone}, holders=held)
    assert "ana@example.com (p.yaml:12)" in line(facts, "odoo people")
    held["task", "B"] = (Holder(2, frozenset({6, 7})),)
    assert told(facts) == []


def test_without_a_seed_its_checks_are_skipped():
    statuses = {check.status for check in examine_seed_in_odoo(None, odoo())}
    assert statuses == {"skipped"}


def test_the_seed_is_counted_or_its_first_error_told():
    content = SeedAndPolicy(SEED, Policy())
    assert examine_seed(content, (), 2) == ok("seed", "2 projects and 3 tasks in 2 files")
    slight = Problem("a.yaml", 1, 1, "half-dates", "odd", severity="warning")
    grave = Problem("b.yaml", 2, 3, "unknown-key", "the key `x` is not known")
    told_ = examine_seed(None, (slight, grave), 2)
    assert told_.found == "1 problem, the first at b.yaml:2:3: the key `x` is not known"


def test_a_trouble_without_a_remedy_gets_one():
    (check,) = about("odoo login", Trouble("Odoo refused it", ""), lambda _: ok("a", "b"), "c")
    assert check.remedy


def test_the_text_has_a_line_a_check_and_the_remedy_below():
    checks = [
        ok("seed", "2 projects"),
        warning("odoo clock", "behind", "Set it."),
        failed("odoo login", "refused", "Look."),
        skipped("odoo user", "waits for “odoo login”"),
    ]
    assert text(checks).splitlines() == [
        "OK    seed        2 projects",
        "WARN  odoo clock  behind",
        "      → Set it.",
        "FAIL  odoo login  refused",
        "      → Look.",
        "SKIP  odoo user   waits for “odoo login”",
        "",
        "4 checks: 1 ok, 1 warning, 1 failed, 1 skipped.",
    ]
    assert not healthy(checks)
    assert healthy(checks[:2])


def test_hostile_names_stay_on_their_line():
    checks = [failed("odoo companies", "“A\x1b[31m\r\n::error::B\u202e”", "Call\nit\x07 so.")]
    assert text(checks).splitlines()[:2] == [
        "FAIL  odoo companies  “A[31m ::error::B”",
        "      → Call it so.",
    ]


def test_json_says_the_same():
    checks = [ok("seed", "2 projects"), failed("odoo login", "refused", "Look.")]
    assert as_json(checks, "staging") == {
        "schema_version": 1,
        "ok": False,
        "target": "staging",
        "checks": [
            {"name": "seed", "status": "ok", "found": "2 projects", "remedy": None},
            {"name": "odoo login", "status": "failed", "found": "refused", "remedy": "Look."},
        ],
    }


def test_a_freeze_that_is_on_is_a_warning_and_one_that_is_not_is_fine():
    audit = Dates("Audit", date(2026, 3, 2), date(2026, 3, 6))
    seeded = SeedAndPolicy(SEED, Policy(freeze=Freeze(dates=(audit,))))

    (on,) = examine_freeze(seeded, datetime(2026, 3, 6, 15, 59, tzinfo=UTC))
    assert on.status == "warning"
    assert on.remedy.endswith('--override-freeze "REASON".')
    assert on.found == "“Audit” is on until the end of 6 Mar 2026 (Asia/Manila): `seed` refuses"
    (off,) = examine_freeze(seeded, datetime(2026, 3, 6, 16, 0, tzinfo=UTC))
    assert (off.status, off.found) == ("ok", "none of 1 window is on")


def test_without_a_freeze_doctor_does_not_speak_of_one():
    assert not list(examine_freeze(SeedAndPolicy(SEED, Policy()), datetime(2026, 3, 6, tzinfo=UTC)))
    assert not list(examine_freeze(None, datetime(2026, 3, 6, tzinfo=UTC)))
