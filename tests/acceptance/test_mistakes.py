"""What users get wrong: a clear message with its remedy and the right exit code."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from product import COMPANY, Outcome, Product, Project, Task

from odoo_seed.edges.postgres.store import PostgresStore

ODOO_VERBS = ("plan", "seed", "shadow", "run")
DATABASE_VERBS = ("load", "plan", "seed", "shadow", "verify", "summary", "run")


def refused(done: Outcome, code: int, message: str, remedy: str) -> None:
    """The command ended so, and said so once."""
    assert done.code == code, done
    assert done.err.startswith("Error: ")
    error, told = done.err.rstrip("\n").split("\n")
    assert message in error
    assert remedy in told
    assert told.startswith("  → ")


@pytest.mark.parametrize("verb", ODOO_VERBS)
def test_all_missing_settings_are_named_at_once_and_before_anything_is_done(
    product: Product, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    for name in ("ODOO_URL", "ODOO_PASSWORD"):
        monkeypatch.delenv(name)
    done = product.run(verb)
    refused(done, 2, "ODOO_URL and ODOO_PASSWORD are not set.", ".env.local, or as secrets")
    assert "`odoo-seed sandbox`" in done.err
    assert product.rows("select count(*) from odoo_seed.projects") == [(0,)]


def test_a_target_that_is_not_configured_is_named_by_its_variables(product: Product) -> None:
    done = product.run("plan", "--target", "us-staging")
    refused(
        done, 2, "ODOO_URL__US_STAGING, ODOO_DB__US_STAGING, ODOO_USER__US_STAGING and ODOO_",
        "Name a target that is set here (default). Or: Set what is missing",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "code", "message", "remedy"),
    [
        ("ODOO_PASSWORD", "wrong-pass-31", 1, "refused the login 'seed_bot@", "ODOO_PASSWORD"),
        ("ODOO_USER", "nobody@example.com", 1, "refused the login 'nobody@", "ODOO_USER"),
        ("ODOO_DB", "nowhere", 1, "has no database 'nowhere'", "Set ODOO_DB"),
        ("ODOO_URL", "http://no-such-host.invalid", 1, "no-such-host.invalid was not", "ODOO_URL"),
        ("ODOO_URL", "erp.example.com", 2, "not an http or https address", "Set ODOO_URL"),
        ("ODOO_URL", "http://a:pass-77@b", 2, "holds more than an address", "Set ODOO_URL"),
        ("ODOO_PROTOCOL", "soap", 2, "ODOO_PROTOCOL is 'soap'", "xmlrpc, jsonrpc"),
        ("ODOO_TIME_LIMIT", "2 min", 2, "ODOO_TIME_LIMIT is not a number", "limit_time_real"),
        ("ODOO_CA_FILE", "/nowhere.pem", 2, "is not a readable PEM file", "ODOO_CA_FILE"),
    ],
)
def test_a_wrong_setting_of_odoo_is_told_from_the_others(
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    code: int,
    message: str,
    remedy: str,
) -> None:
    product.ok("load")
    monkeypatch.setenv(name, value)
    done = product.run("plan")
    refused(done, code, message, remedy)
    as_json = product.run("plan", "--format", "json")
    told = as_json.json("error")
    assert (as_json.code, as_json.err) == (code, done.err)
    assert message in told["error"]
    assert remedy in told["remedy"]
    for secret in ("wrong-pass-31", "pass-77"):
        assert secret not in done.everything + as_json.everything


def test_an_odoo_that_refuses_connections_is_said(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:  # bound, but nobody listens
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ODOO_URL", f"http://127.0.0.1:{bound.getsockname()[1]}")
        product.ok("load")
        refused(product.run("seed"), 1, "refuses connections", "Check that Odoo is running")


@pytest.mark.parametrize(
    ("url", "message", "remedy"),
    [
        ("postgresql://u:hidden-9@127.0.0.1:1/x", "connection was refused", "SUPABASE_DB_URL"),
        ("postgresql://u:hidden-9@no-such-host.invalid/x", "no such host", "SUPABASE_DB_URL"),
        ("hidden-9 nonsense", "is not a Postgres connection string", "postgresql://user:"),
        ("{url}-not", "has no such database", "Check SUPABASE_DB_URL"),
        ("{wrong}", "refuses the user name or password", "Check SUPABASE_DB_URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_and_its_password_is_not(
    product: Product, monkeypatch: pytest.MonkeyPatch, url: str, message: str, remedy: str
) -> None:
    password = product.secrets()[1]
    wrong = product.database_url.replace(password, "hidden-9")
    monkeypatch.setenv("SUPABASE_DB_URL", url.format(url=product.database_url, wrong=wrong))
    done = product.run("verify", "--format", "json")
    refused(done, 1, message, remedy)
    assert "hidden-9" not in done.everything
    assert message in done.json("error")["error"]


@pytest.mark.parametrize("verb", DATABASE_VERBS)
def test_a_database_without_tables_is_told_to_be_migrated(fresh: Product, verb: str) -> None:
    fresh.write(Project("ALPHA", tasks=[Task("A1")]))
    refused(fresh.run(verb), 1, "lacks something this version needs", "Run `odoo-seed migrate`.")
    assert fresh.odoo.calls() == []


def test_an_odoo_without_the_field_is_told_to_be_prepared(fresh: Product) -> None:
    fresh.write(Project("ALPHA", tasks=[Task("A1")]))
    fresh.ok("migrate")
    fresh.ok("load")
    for verb in ("plan", "seed", "shadow"):
        refused(fresh.run(verb), 1, "has no field x_external_ref", "Run `odoo-seed prepare` once.")
    assert fresh.writes() == []
    fresh.ok("prepare")
    assert "2 created" in fresh.ok("seed")


def test_a_bot_without_rights_is_told_which(product: Product) -> None:
    product.ok("load")
    product.odoo.forget_rights("project.project", "create")
    done = product.run("seed")
    assert done.code in {1, 3}
    assert "does not let seed_bot@example.com call create on project.project" in done.everything
    product.odoo.calm()
    product.odoo.forget_rights("project.task", "read")
    refused(product.run("plan"), 1, "seed_bot@example.com", "group Project / Administrator")


def test_an_unknown_project_is_named(product: Product) -> None:
    product.ok("load")
    for verb in ("plan", "seed"):
        done = product.run(verb, "--project", "ALPHA", "--project", "NOPE")
        refused(done, 2, "There is no project NOPE in the seed.", "external_ref")
    assert product.writes() == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("plan --format xml", "'xml' is not one of 'text', 'json', 'markdown'"),
        ("plan --target ../x", "a target is named with letters, digits, - and _."),
        ("seed --allow archive", "it takes the GUARD=CHECKSUM that `plan` prints."),
        ("frobnicate", "No such command 'frobnicate'"),
        ("seed --from files", "No such option"),
    ],
)
def test_a_wrong_command_line_ends_with_2(product: Product, words: str, message: str) -> None:
    done = product.run(*words.split())
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize("verb", ["plan", "seed"])
def test_what_was_never_loaded_is_not_said_to_be_in_order(product: Product, verb: str) -> None:
    refused(product.run(verb), 2, "Nothing was loaded into the database yet.", "odoo-seed load")
    assert "Checksum" in product.ok("plan", "--from", "files")
    assert product.rows("select count(*) from odoo_seed.sync_runs") == [(0,)]


def test_verify_without_a_mirror_says_what_comes_first(product: Product) -> None:
    product.ok("load")
    done = product.run("verify")
    assert done.code == 1
    assert "cannot tell: " in done.out
    assert "\n  → `odoo-seed shadow` reads Odoo anew; then verify again.\n" in done.out
    assert "shadow" in done.out
    assert product.run("verify", "--format", "json").json("verify")["verdict"] == "stale"


def test_a_summary_of_nothing_says_so(product: Product) -> None:
    assert product.ok("summary") == "NOT OK  target default: nothing was seeded yet\n"
    assert product.ok("summary", "--format", "markdown").startswith(
        "### ❌ odoo-seed: nothing was seeded yet\n"
    )
    told = product.run("summary", "--format", "json").json("summary")
    assert (told["ok"], told["seed"], told["verify"]) == (False, None, None)


def test_a_second_writer_is_told_who_the_first_is(product: Product) -> None:
    product.ok("load")
    with (
        closing(PostgresStore(product.database_url)) as store,
        store.lock("default", "ana@laptop pid 7"),
    ):
        done = product.run("seed")
    refused(done, 1, "Target default is in use by ana@laptop pid 7, since 20", "Wait until")
    assert product.writes() == []
    assert "7 created" in product.ok("seed")


def test_two_targets_of_one_odoo_are_not_seeded_at_once(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.ok("load")
    for name, value in product.variables.items():
        if name.startswith("ODOO_"):
            monkeypatch.setenv(f"{name}__EU", value)
    address = product.odoo.url.replace("127.0.0.1", "localhost").removeprefix("http://")
    place = f"{product.odoo.database} at {address}"
    with (
        closing(PostgresStore(product.database_url)) as store,
        store.lock("default", "ana@laptop pid 7", odoo=place),
    ):
        for verb in (["seed"], ["shadow", "--wait", "0"]):
            done = product.run(*verb, "--target", "eu")
            told = f"The Odoo database {place} is in use by ana@laptop pid 7 for target default,"
            refused(done, 1, told, "Wait until")
    assert product.writes() == []
    assert "7 created" in product.ok("seed", "--target", "eu")


def test_a_broken_env_file_is_said(product: Product) -> None:
    (product.folder / ".env.local").write_bytes(b"ODOO_DB=\xff\xfe\n")
    refused(product.run("plan"), 2, ".env.local cannot be read", "Make it readable")


def test_a_password_with_a_dollar_is_taken_as_it_stands(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = "pa${HOME}ss$1"
    product.odoo.populate(["Other"], [("Bot", "bot@example.com", [COMPANY])], password=password)
    monkeypatch.delenv("ODOO_PASSWORD")
    monkeypatch.setenv("ODOO_USER", "bot@example.com")
    (product.folder / ".env.local").write_text(f"ODOO_PASSWORD='{password}'\n")
    product.ok("load")
    done = product.run("shadow")
    assert password not in done.everything
    assert "refused the login" not in done.err


def test_an_account_without_a_name_can_seed(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise OSError("No username set in the environment")  # as Python 3.13 says it

    monkeypatch.setattr("getpass.getuser", nameless)
    product.ok("load")
    assert "7 created" in product.ok("seed")


def test_a_connection_that_is_lost_is_words_and_the_next_run_goes_on(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_TIME_LIMIT", "1")
    product.ok("load")
    product.odoo.trouble("http_error", method="create", model="project.task", status=502, times=9)
    done = product.run("run")
    assert done.code in {1, 3}
    assert "HTTP 502" in done.everything
    product.odoo.calm()
    assert "Odoo agrees with git: 7 of 7 records" in product.ok("run")
    assert product.odoo.as_user().call("project.task", "search_count", []) == 5


def test_secrets_stay_out_of_the_database(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.ok("run")
    monkeypatch.setenv("ODOO_PASSWORD", "wrong-pass-31")
    assert product.run("seed").code == 1
    tables = product.rows(
        "select table_name from information_schema.tables where table_schema = 'odoo_seed'"
    )
    assert ("sync_runs",) in tables
    stored = str([product.rows(f"select t::text from odoo_seed.{name} t") for (name,) in tables])
    assert "refused the login" in stored
    for secret in (*product.secrets(), "wrong-pass-31"):
        assert secret not in stored
