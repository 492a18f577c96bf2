"""An agency group of three companies in two Odoo databases, bound in ops.odoo_bindings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from product import BOT, PASSWORD, REPOSITORY

from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from product import Product

PAGE = (REPOSITORY / "docs/bindings.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The page's blocks of code in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


SEED = blocks("yaml")[0]
for project, task in (("TBWA close", "T1"), ("OMD close", "O1")):
    tasks = f"tasks: [{{external_ref: {task}, name: Task}}]"
    SEED = SEED.replace(f"name: {project},", f"name: {project}, {tasks},")


def people_of(server: SandboxServer, companies: list[str]) -> None:
    """Companies, customers and, for each company, an analytic account with the reference FIN."""
    server.populate(companies)
    admin = server.as_user()
    for name in ("Client One", "Client Two"):
        admin.call("res.partner", "create", [{"name": name}])
    for company in admin.call("res.company", "search_read", [], ["name"]):
        values = {"name": f"Finance {company['name']}", "code": "FIN", "company_id": company["id"]}
        admin.call("account.analytic.account", "create", [values])


@pytest.fixture
def group(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, SandboxServer]]:
    """The product with three targets: default and staging, which are alike, and omnia."""
    for file in (product.seed_dir / "projects").iterdir():
        file.unlink()
    (product.seed_dir / "projects/group.yaml").write_text(SEED)
    with (
        SandboxServer(login=BOT, password=PASSWORD, database="omnia", prepared=True) as omnia,
        SandboxServer(login=BOT, password=PASSWORD, database="staging", prepared=True) as staging,
    ):
        servers = {"default": product.odoo, "omnia": omnia, "staging": staging}
        people_of(product.odoo, ["TBWA\\SMP", "OMD Manila"])
        people_of(omnia, ["Omnia Holdings"])
        people_of(staging, ["TBWA\\SMP", "OMD Manila", "Omnia Holdings"])
        for name in ("omnia", "staging"):
            settings = {
                "ODOO_URL": servers[name].url, "ODOO_DB": name, "ODOO_USER": BOT,
                "ODOO_PASSWORD": PASSWORD,
            }  # fmt: skip
            for variable, value in settings.items():
                monkeypatch.setenv(f"{variable}__{name.upper()}", value)
        monkeypatch.setenv("ODOO_ENVIRONMENT__STAGING", "staging")
        execute(product, blocks("sql")[0].replace("'group'", f"'{product.odoo.database}'"))
        yield servers


def execute(product: Product, sql: str) -> None:
    with psycopg.connect(product.database_url, autocommit=True) as connection:
        connection.execute(sql.encode())


def held(server: SandboxServer) -> dict[str, tuple[Any, ...]]:
    """Company, customer and analytic account of each project with a ref, by their names."""
    rows = server.as_user().call(
        "project.project", "search_read", [["x_external_ref", "!=", False]],
        ["x_external_ref", "company_id", "partner_id", "account_id"],
    )  # fmt: skip
    names = ("company_id", "partner_id", "account_id")
    return {
        row["x_external_ref"]: tuple(row[name] and row[name][1] for name in names) for row in rows
    }


def test_each_project_goes_to_its_odoo_with_its_company_customer_and_account(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    warned = product.run("validate")
    assert warned.code == 0
    assert "names no company (and 3 more), so its binding must; this cannot be seen" in warned.out
    product.ok("load")
    planned = product.ok("plan")
    assert "Bound to target omnia, not seeded here: OMNIA_CLOSE" in planned
    (told,) = product.run("plan", "--format", "json").json("plan")["elsewhere"]
    assert told == {"external_ref": "OMNIA_CLOSE", "place": "target omnia"}
    product.ok("run")
    product.ok("run", "--target", "omnia")
    assert held(group["default"]) == {
        "TBWA_CLOSE": ("TBWA\\SMP", "Client One", "Finance TBWA\\SMP"),
        "TBWA_AUDIT": ("TBWA\\SMP", "Client Two", "Finance TBWA\\SMP"),
        "OMD_CLOSE": ("OMD Manila", False, "Finance OMD Manila"),
    }
    assert held(group["omnia"]) == {"OMNIA_CLOSE": ("Omnia Holdings", False, False)}
    for target in ("default", "omnia"):
        product.odoo.forget_calls()
        assert "No changes" in product.ok("plan", "--target", target)
        assert "No changes" in product.ok("plan", "--target", target, "--from", "files")
    for view in ("v_missing_in_odoo", "v_field_drift", "v_orphan_in_odoo"):
        assert product.rows(f"select * from odoo_seed.{view}") == []


WRONG = (
    "bound to target default with the Odoo database “other”, which is “sandbox” by the settings, "
    "so seeded nowhere"
)


def bindings_in(product: Product, *options: str) -> list[tuple[str, str, str]]:
    """What `doctor` says of names: status, what it found, remedy."""
    checks = product.run("doctor", "--format", "json", *options).json("doctor")["checks"]
    return [
        (one["status"], one["found"], one["remedy"] or "")
        for one in checks
        if one["name"] in {"odoo companies", "odoo bindings"}
    ]


def test_doctor_looks_for_what_the_bindings_name(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    for target, names, elsewhere in (
        ("default", 2, "OMNIA_CLOSE (to target omnia)"),
        ("omnia", 1, "TBWA_CLOSE, TBWA_AUDIT, OMD_CLOSE (to target default)"),
    ):
        assert bindings_in(product, "--target", target) == [
            ("ok", f"all {names} of the seed", ""),
            ("ok", f"4 of 4 projects bound, elsewhere: {elsewhere}", ""),
        ]
    assert bindings_in(product, "--target", "staging")[1] == (
        "failed",
        "neither YAML nor binding names the company of OMNIA_CLOSE",
        "Write company_name into the YAML, or into a row of ops.odoo_bindings (docs/bindings.md).",
    )


def test_doctor_has_a_red_line_for_each_name_that_odoo_lacks_before_a_run_does(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    admin = group["default"].as_user()

    def write(model: str, name: str, /, **values: Any) -> None:
        admin.call(model, "write", admin.call(model, "search", [["name", "=", name]]), values)

    product.ok("load")
    product.ok("seed", "--project", "OMD_CLOSE")
    write("res.partner", "Client One", name="Client 1")
    admin.call("res.partner", "create", [{"name": "Client Two"}])
    for name in ("TBWA\\SMP", "OMD Manila"):
        write("account.analytic.account", f"Finance {name}", active=False)
    found = {words: remedy for _, words, remedy in bindings_in(product)[1:]}
    unknown = "the customer “Client One” is not in Odoo for the company “TBWA\\SMP”, or "
    assert list(found) == [
        f"{unknown}{BOT} may not see it (TBWA_CLOSE)",
        "the analytic account “FIN” is archived in Odoo (TBWA_CLOSE, TBWA_AUDIT)",  # OMD has it
        "the customer “Client Two” stands 2 times in Odoo: ids 6, 7 (TBWA_AUDIT)",
    ]
    assert all("ops.odoo_bindings" in remedy for remedy in found.values())
    refused = product.run("plan")
    assert refused.code == 1
    assert refused.out.count("ERROR") == 4  # as it would be refused by a run
    write("res.company", "OMD Manila", name="OMD")
    assert bindings_in(product)[0][:2] == (
        "failed",
        "company “OMD Manila” is not in Odoo (by ops.odoo_bindings, of OMD_CLOSE)",
    )
    execute(product, "update ops.odoo_bindings set odoo_database = 'other' where target = "
            "'default'")  # fmt: skip
    ((status, words, remedy),) = bindings_in(product)[1:]
    assert (status, words) == ("failed", f"{WRONG}: TBWA_CLOSE, TBWA_AUDIT, OMD_CLOSE")
    assert remedy == "Correct ODOO_DB, or odoo_database in ops.odoo_bindings."


def test_the_same_seed_goes_to_staging_and_to_production_each_with_its_own_memory(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    product.policy("targets: {staging: {ownership: {task: {name: initial}}}}")
    product.ok("run")
    execute(product, "insert into ops.odoo_bindings (account, environment, target, company_name) "
            "values ('omnia', 'staging', 'staging', 'Omnia Holdings')")  # fmt: skip
    product.ok("run", "--target", "staging")
    assert sorted(held(group["staging"])) == [
        "OMD_CLOSE",
        "OMNIA_CLOSE",
        "TBWA_AUDIT",
        "TBWA_CLOSE",
    ]
    per_target = "select target, count(*) from odoo_seed.{} group by 1 order by 1"
    assert product.rows(per_target.format("applied")) == [("default", 5), ("staging", 6)]
    assert product.rows(per_target.format("shadow_projects")) == [("default", 3), ("staging", 4)]
    for name in ("default", "staging"):
        tasks = group[name].as_user()
        (row,) = tasks.call("project.task", "search", [["x_external_ref", "=", "T1"]])
        tasks.call("project.task", "write", [row], {"name": "Renamed"})
        product.ok("shadow", "--target", name)
    assert "task T1" in product.ok("plan")
    assert "No changes" in product.ok("plan", "--target", "staging")  # its team owns the name
    drift = product.rows("select target, external_ref, field from odoo_seed.v_field_drift")
    assert drift == [("default", "T1", "name")]


def test_drift_of_customer_and_account_is_healed_and_a_binding_that_goes_clears_them(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    product.ok("run")
    product.change_in_odoo("project.project", "TBWA_CLOSE", partner_id=False, account_id=False)
    product.ok("shadow")
    assert "customer" in product.run("verify").out
    fields = product.rows("select field from odoo_seed.v_field_drift order by 1")
    assert fields == [("analytic_account_name",), ("partner_name",)]
    product.ok("run")
    assert held(group["default"])["TBWA_CLOSE"][1:] == ("Client One", "Finance TBWA\\SMP")
    execute(product, "update ops.odoo_bindings set partner_name = null where account = 'tbwa'")
    assert "customer" in product.ok("plan")
    product.ok("run")
    assert held(group["default"])["TBWA_CLOSE"][1] is False
    product.ok("rollback", "last", "--yes")
    assert held(group["default"])["TBWA_CLOSE"][1] == "Client One"


def test_what_odoo_does_not_have_is_named_before_anything_is_written(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    execute(product, "update ops.odoo_bindings set partner_name = 'Nobody', "
            "analytic_account_name = 'GONE' where account = 'tbwa'")  # fmt: skip
    admin = group["default"].as_user()
    admin.call("res.partner", "create", [{"name": "Client Two"}])  # now there are two
    execute(product, "delete from ops.odoo_bindings where account = 'omd'")
    product.ok("load")
    product.odoo.forget_calls()
    told = product.run("plan")
    assert told.code == 1
    assert "the customer “Nobody” is not in Odoo for the company “TBWA\\SMP”" in told.out
    assert "the analytic account “GONE” is not in Odoo" in told.out
    assert "the customer “Client Two” stands 2 times in Odoo: ids " in told.out
    assert "it names no company, and no binding gives it one" in told.out
    assert product.run("seed").code in {1, 3}
    assert held(group["default"]) == {}


def test_the_wrong_database_behind_a_target_gets_nothing(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    execute(product, "update ops.odoo_bindings set odoo_database = 'other' where odoo_database "
            "= 'sandbox'")  # fmt: skip
    product.ok("load")
    refs = "OMD_CLOSE, TBWA_AUDIT, TBWA_CLOSE"
    for verb in ("plan", "seed"):
        assert f"Bound to the Odoo database other, not seeded here: {refs}\n" in product.ok(verb)
    assert held(group["default"]) == {}


def test_the_bindings_answer_as_the_page_says(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    assert product.rows(blocks("sql")[1]) == [
        ("default", product.odoo.database, "TBWA\\SMP", "Client Two", "FIN")
    ]
    nothing = "select * from ops.resolve_odoo_context(tenant => 'other', account => 'tbwa')"
    assert product.rows(nothing) == [(None,) * 5]
    staging = "select target, odoo_database from ops.resolve_odoo_context(account => 'tbwa', "
    assert product.rows(f"{staging} environment => 'staging')") == [("staging", None)]
    twice = "insert into ops.odoo_bindings (account, company_name) values ('omd', 'Another')"
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(product, twice)


def test_an_environment_s_own_row_goes_over_that_of_all_but_not_over_a_nearer_one(
    product: Product,
) -> None:
    execute(
        product,
        """
        insert into ops.odoo_bindings (account, project, environment, company_name) values
            (null, null, null, 'tenant'), (null, null, 'staging', 'tenant in staging'),
            ('a', null, null, 'account'), (null, 'P', null, 'project'),
            (null, 'Q', 'staging', 'project in staging')
        """,
    )
    ask = "select company_name from ops.resolve_odoo_context('default', {}, {}, {})"
    answers = {
        ("null", "null", "'production'"): "tenant",
        ("null", "null", "'staging'"): "tenant in staging",
        ("'a'", "'X'", "'staging'"): "account",
        ("'a'", "'P'", "'staging'"): "project",
        ("'a'", "'Q'", "'production'"): "account",
        ("'a'", "'Q'", "'staging'"): "project in staging",
        ("null", "null", "null"): "tenant",
    }
    for given, company in answers.items():
        assert product.rows(ask.format(*given)) == [(company,)]


def test_nobody_but_the_owner_and_the_service_role_reaches_the_bindings(product: Product) -> None:
    rights = product.rows(
        """
        select role, has_schema_privilege(role, 'ops', 'usage'),
            has_table_privilege(role, 'ops.odoo_bindings', 'select'),
            has_function_privilege(
                role, 'ops.resolve_odoo_context(text, text, text, text)', 'execute'
            )
        from unnest(array['anon', 'authenticated', 'service_role']) as role
        """
    )
    assert rights == [
        ("anon", False, False, False),
        ("authenticated", False, False, False),
        ("service_role", True, True, True),
    ]
    (row,) = product.rows(
        "select relrowsecurity from pg_class where oid = 'ops.odoo_bindings'::regclass"
    )
    assert row == (True,)


def test_what_people_changed_of_a_binding_is_not_adopted_into_the_yaml(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    product.ok("run")
    product.change_in_odoo("project.project", "TBWA_CLOSE", partner_id=False)
    before = (product.seed_dir / "projects/group.yaml").read_text()
    assert "customer: a binding says it, not the YAML" in product.ok("adopt", "--drift", "--yes")
    assert (product.seed_dir / "projects/group.yaml").read_text() == before


def test_a_task_cannot_wait_for_one_in_another_odoo(
    product: Product, group: dict[str, SandboxServer]
) -> None:
    file = product.seed_dir / "projects/group.yaml"
    waiting = "account: omnia, tasks: [{external_ref: X1, name: X, depends_on_refs: [T1]}]"
    file.write_text(SEED.replace("account: omnia", waiting))
    product.ok("load")
    told = product.run("plan", "--target", "omnia")
    assert told.code == 2
    assert "T1 is in the project TBWA_CLOSE, which belongs to target default" in told.err


def test_a_target_has_its_own_guards_and_freeze(product: Product) -> None:
    product.policy(
        "freeze: {dates: [{name: Audit, from: 2020-01-01, to: 2099-12-31}]}, "
        "targets: {default: {freeze: {}, guards: {max_archive_count: 0, min_records: 1}}}"
    )
    product.ok("run")
    product.file("BETA").unlink()
    product.ok("load")
    told = product.run("plan")
    assert "FREEZE" not in told.out
    assert "the limit is 0 records" in told.out
    product.policy(
        "targets: {default: {freeze: {dates: [{name: Audit, from: 2020-01-02, to: 2020-01-01}]}}}"
    )
    done = product.run("validate")
    assert done.code == 2
    assert "the window ends on 2020-01-01, before it starts" in done.out
