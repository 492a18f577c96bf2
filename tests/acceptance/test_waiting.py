"""Who waits for whom, and how users are told."""

from __future__ import annotations

import time

import pytest
from product import Product, Project, Task

from odoo_seed.edges.postgres.store import PostgresStore

HOLDER = "ana@laptop pid 7"


@pytest.mark.parametrize("verb", ["shadow", "verify"])
def test_shadow_and_verify_wait_for_a_writer_and_say_so(product: Product, verb: str) -> None:
    product.ok("run")
    with PostgresStore(product.database_url) as store, store.lock("default", HOLDER):
        done = product.run(verb, "--wait", "0.2")
        assert done.code == 1
        told, error, remedy = done.err.rstrip("\n").split("\n")
        at_once = product.run(verb, "--wait", "0")
        seeding = product.run("seed")
    assert told.startswith(f"Waiting up to 0 s: target default is in use by {HOLDER}, since 20")
    assert error.startswith(f"Error: Target default is in use by {HOLDER}, since 20")
    assert error.endswith("after 0 s of waiting.")
    assert remedy.startswith("  → Wait until that run has ended")
    for refused in (at_once, seeding):
        assert refused.code == 1
        assert refused.err.startswith(f"Error: Target default is in use by {HOLDER}")
    product.ok(verb)


def test_a_seed_after_a_killed_one_says_what_it_waits_for(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_TIME_LIMIT", "1")
    product.ok("load")
    with PostgresStore(product.database_url) as store, store.lock("default", HOLDER) as lock:
        lock.intend(0, "task", ["A1", "A2", "B1", "B2"])
    begun = time.monotonic()
    done = product.run("seed")
    assert time.monotonic() - begun > 0.5
    assert done.code == 0
    assert done.err == (
        "Waiting up to 1 s for Odoo to finish what a killed run had sent: "
        "4 tasks (A1, A2, B1, …).\n"
    )
    assert product.ok("seed")  # says nothing more


def test_a_record_that_odoo_refuses_to_create_blocks_what_depends_on_it(product: Product) -> None:
    product.write(Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3", depends=["A1"])]))
    product.ok("load")
    # The level of four, its first half, then the first record alone.
    product.odoo.trouble(
        "odoo_error", model="project.task", method="create", times=3, message="No."
    )
    done = product.run("seed")
    assert done.code == 3
    path = "supabase/seed/odoo/projects/ALPHA.yaml"
    assert "partial: 5 created, 1 failed, 1 blocked" in done.out
    assert f"FAILED {path}:3: task A1: Odoo refused create on project.task: No." in done.out
    assert f"BLOCKED {path}:5: task A3: waits for task A1" in done.out
    errors = "select external_ref from odoo_seed.tasks where sync_error is not null order by 1"
    assert product.rows(errors) == [("A1",), ("A3",)]
    product.odoo.calm()
    assert "2 created" in product.ok("seed")
    assert product.rows(errors) == []
