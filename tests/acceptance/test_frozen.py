"""In a freeze nothing is seeded, unless somebody says why."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from product import Product

TODAY = datetime.now(UTC).date()
FIRST, LAST = TODAY - timedelta(2), TODAY + timedelta(2)  # Manila is ahead of us
END = f"until the end of {LAST.day} {LAST:%b} {LAST.year} (Asia/Manila)"
HOSTILE = (
    "</details><script>alert(1)</script> @everyone [x](javascript:1) `code` | "
    "\x1b[31mred ::error::x ##[error]y \u202ertl =cmd()"
)


def window(name: str = "Audit", last: str = str(LAST)) -> str:
    return f"freeze: {{dates: [{{name: {name!r}, from: {FIRST}, to: {last}}}]}}"


@pytest.fixture
def frozen(product: Product) -> Product:
    product.policy(window())
    product.ok("load")
    return product


def test_seed_refuses_in_a_freeze_before_it_asks_anything_of_odoo(frozen: Product) -> None:
    frozen.odoo.forget_calls()
    for words in (["seed"], ["seed", "--project", "ALPHA"], ["run"]):
        done = frozen.run(*words)
        assert done.code == 1
        assert f"Error: Freeze: “Audit” is on {END}. Nothing was written to Odoo." in done.err
        assert '--override-freeze "REASON"' in done.err
    assert frozen.writes() == []
    assert frozen.odoo.calls() == []
    told = frozen.run("seed", "--format", "json")
    assert told.json("error")["error"].startswith("Freeze: “Audit” is on")
    assert "the seed failed: Freeze: “Audit” is on" in frozen.ok("summary")


def test_the_others_go_on_and_plan_says_that_a_freeze_is_on(frozen: Product) -> None:
    line = f"“Audit” is on {END}: `seed` refuses, except with --override-freeze REASON"
    assert f"\n  FREEZE {line}\n" in frozen.ok("plan")
    markdown = frozen.ok("plan", "--format", "markdown")
    assert f"\n- 🧊 **Freeze** “Audit” is on {END}" in markdown
    assert frozen.run("plan", "--format", "json").json("plan")["freeze"] == {
        "name": "Audit",
        "from": str(FIRST),
        "to": str(LAST),
        "time_zone": "Asia/Manila",
    }
    assert frozen.ok("load")
    assert frozen.ok("shadow")
    assert frozen.run("verify").code == 1  # since everything is missing, not since it is frozen
    assert re.search(rf"WARN  freeze +“Audit” is on {re.escape(END)}", frozen.run("doctor").out)
    checks = frozen.run("doctor", "--format", "json").json("doctor")["checks"]
    assert [one["status"] for one in checks if one["name"] == "freeze"] == ["warning"]


def test_after_the_freeze_nothing_speaks_of_it(product: Product) -> None:
    product.policy(window(last=str(FIRST)))
    assert "Odoo agrees with git" in product.ok("run")
    assert "FREEZE" not in product.ok("plan")
    assert product.run("plan", "--format", "json").json("plan")["freeze"] is None
    assert "freeze" not in product.ok("summary").lower()


def test_with_a_reason_it_goes_on_and_the_reason_is_on_record(frozen: Product) -> None:
    told = frozen.ok("seed", "--override-freeze", "  Payroll was wrong  ")
    assert "\n  In the freeze “Audit”, because: Payroll was wrong\n" in told
    query = "select freeze_window, freeze_reason from odoo_seed.sync_runs where verb = 'seed'"
    assert frozen.rows(query) == [("Audit", "Payroll was wrong")]
    assert "\n  In the freeze “Audit”, because: Payroll was wrong\n" in frozen.ok("summary")
    markdown = frozen.ok("summary", "--format", "markdown")
    assert "\n🧊 In the freeze “Audit”, because: Payroll was wrong\n" in markdown
    summary = frozen.run("summary", "--format", "json").json("summary")
    override = {"window": "Audit", "reason": "Payroll was wrong"}
    assert summary["seed"]["freeze_override"] == override
    again = frozen.run("seed", "--override-freeze", "Once more", "--format", "json")
    assert again.json("seed_run")["freeze_override"]["reason"] == "Once more"


def test_run_takes_the_reason_too(frozen: Product) -> None:
    told = frozen.ok("run", "--override-freeze", "Go-live")
    assert "In the freeze “Audit”, because: Go-live" in told


def test_a_reason_without_a_freeze_is_not_recorded(product: Product) -> None:
    product.ok("load")
    told = product.ok("seed", "--override-freeze", "Just in case")
    assert "freeze" not in told.lower()
    assert product.rows("select 1 from odoo_seed.sync_runs where freeze_reason is not null") == []


@pytest.mark.parametrize("reason", ["", "   ", "\t\n", "\u200b\u2060", "\u202e", "x" * 501])
def test_a_reason_that_is_none_is_refused_before_anything_is_done(
    frozen: Product, reason: str
) -> None:
    before = frozen.rows("select count(*) from odoo_seed.sync_runs")
    for verb in ("seed", "run"):
        done = frozen.run(verb, "--override-freeze", reason)
        assert done.code == 2
        assert "The reason to seed in a freeze" in done.err
    assert frozen.rows("select count(*) from odoo_seed.sync_runs") == before


def test_a_hostile_reason_and_name_come_to_life_nowhere(product: Product) -> None:
    name = "<b>@all</b> ::warning::w | `x`"
    product.policy(window(name))
    product.ok("load")
    plans = [product.ok("plan"), product.ok("plan", "--format", "markdown")]
    texts = [product.run("seed").err, product.ok("seed", "--override-freeze", HOSTILE)]
    texts += [plans[0], product.ok("summary")]
    for told in (*texts, plans[1], product.ok("summary", "--format", "markdown")):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", told)
        assert not re.search(r"^\s*::|##\[", told, re.MULTILINE)
    for told in (plans[1], product.ok("summary", "--format", "markdown")):
        for alive in ("<b>", "<script>", "</details><", "@all", "@everyone", "[x](", "`code`"):
            assert alive not in told, alive
    summary = product.run("summary", "--format", "json")
    kept = {"window": name, "reason": HOSTILE}
    assert summary.json("summary")["seed"]["freeze_override"] == kept
    assert "\x1b" not in summary.out
    assert "\u202e" not in summary.out


def test_a_run_that_was_refused_by_the_freeze_leaves_nothing_that_hinders_the_next(
    frozen: Product,
) -> None:
    assert frozen.run("seed").code == 1
    frozen.policy("")
    assert "Odoo agrees with git: 7 of 7 records" in frozen.ok("run")
