"""The rollbacks of the pattern document that take nothing back from Odoo: stop, remove-schema."""

from __future__ import annotations

import psycopg
import pytest
from product import Product, Project

from odoo_seed.edges.postgres.store import PostgresStore


def test_a_stopped_target_is_not_seeded_until_it_is_resumed(product: Product) -> None:
    told = product.ok("stop", "--reason", "The ledger is being audited.")
    assert told.startswith("Would stop the seeding of target default: ")
    assert "repeat the command with --yes" in told
    product.ok("load")
    assert product.rows("select * from odoo_seed.stops") == []

    told = product.ok("stop", "--reason", "The ledger is being audited.", "--yes")
    assert ": The ledger is being audited.\nTo go on: odoo-seed resume" in told
    product.write(Project("GAMMA"))
    for verb in ("seed", "run"):
        done = product.run(verb)
        assert done.code == 1
        assert "was stopped by " in done.err
        assert " UTC: The ledger is being audited. Nothing was written." in done.err
        assert "odoo-seed resume --target default" in done.err
    assert product.rows("select count(*) from odoo_seed.projects") == [(2,)]
    assert product.writes() == []
    product.ok("plan")
    product.ok("shadow")

    assert product.ok("resume").startswith("Target default may be seeded again. (Seeding of ")
    assert product.ok("resume") == "Target default was not stopped.\n"
    product.ok("seed")


def test_stop_and_resume_as_json(product: Product) -> None:
    words = ("--target", "eu", "--reason", "Audit", "--format", "json")
    would = product.run("stop", *words).json("stop")
    assert (would["stopped"], would["at"], would["reason"]) == (False, None, "Audit")
    done = product.run("stop", *words, "--yes").json("stop")
    assert (done["stopped"], done["target"]) == (True, "eu")
    assert done["at"]
    product.ok("load")
    product.ok("seed")  # another target
    resumed = product.run("resume", "--target", "eu", "--format", "json").json("stop")
    assert (resumed["stopped"], resumed["reason"]) == (False, "Audit")
    nothing = product.run("resume", "--target", "eu", "--format", "json").json("stop")
    assert nothing["by"] is None


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501])
def test_a_stop_says_why(product: Product, reason: str) -> None:
    done = product.run("stop", "--reason", reason, "--yes")
    assert (done.code, "--reason TEXT" in done.err) == (2, True)


def test_the_schema_is_removed_after_it_was_shown_and_comes_back(product: Product) -> None:
    product.ok("run")
    with psycopg.connect(product.database_url) as connection:
        connection.execute(
            "create view public.mine as select name from odoo_seed.tasks; "
            "insert into supabase_migrations.schema_migrations (version, name) values ('1', 'own')"
        )
    told = product.ok("remove-schema")
    assert told.startswith("Would remove schema odoo_seed of test_")
    assert "\n  projects: 2 rows\n" in told
    assert "\n  tasks: 5 rows\n" in told
    assert "from other schemas: mine\n" in told
    assert "20260121" in told
    assert told.endswith("repeat the command with --yes; it cannot be undone.\n")
    shown = product.run("remove-schema", "--format", "json").json("remove_schema")
    assert (shown["removed"], shown["tables"]["tasks"]) == (False, 5)
    assert product.rows("select count(*) from public.mine") == [(5,)]

    done = product.run("remove-schema", "--yes", "--format", "json").json("remove_schema")
    assert done == shown | {"removed": True}
    assert product.rows("select to_regnamespace('odoo_seed'), to_regclass('public.mine')") == [
        (None, None)
    ]
    assert product.rows("select name from supabase_migrations.schema_migrations") == [("own",)]
    assert product.ok("remove-schema").startswith("There is no schema odoo_seed in test_")
    assert product.ok("remove-schema", "--yes").startswith("There is no schema odoo_seed in ")
    assert "odoo-seed migrate" in product.run("plan").err

    assert product.ok("migrate").startswith("Applied: 20260121")
    product.odoo.forget_calls()
    product.ok("run")
    assert product.writes() == []  # Odoo's records were found by their refs


def test_the_schema_stays_while_somebody_writes_to_a_target(product: Product) -> None:
    product.ok("load")
    product.rows("insert into odoo_seed.shadow_reads (target) values ('eu') returning 1")
    with PostgresStore(product.database_url) as store, store.lock("eu", "ana@laptop pid 7"):
        assert product.run("remove-schema").code == 0
        done = product.run("remove-schema", "--yes")
    assert done.code == 1
    assert "ana@laptop pid 7" in done.err
    assert product.rows("select count(*) from odoo_seed.tasks") == [(5,)]
