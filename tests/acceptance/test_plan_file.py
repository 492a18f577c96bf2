"""A plan that was written down is applied exactly so, or not at all."""

from __future__ import annotations

import errno
import json
import os
import stat
import time
from typing import TYPE_CHECKING, Any

import pytest
from product import BOT, COMPANY, PASSWORD, PEOPLE, Outcome, Product, Project, Task

from odoo_seed.edges import plan_files
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def plan(product: Product) -> Path:
    """The plan of everything, from the database, in a file."""
    product.ok("load")
    file = product.folder / "plan.json"
    product.ok("plan", "--out", str(file))
    return file


def refused(done: Outcome, code: int, *told: str) -> None:
    assert done.code == code, done
    for words in told:
        assert words in done.err, done.err
    assert "→" in done.err


def test_the_file_is_the_plans_json_for_its_owner_alone(product: Product, plan: Path) -> None:
    told = product.run("plan", "--format", "json")
    assert json.loads(plan.read_text()) == told.json("plan")
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    assert [path.name for path in plan.parent.iterdir() if "plan" in path.name] == ["plan.json"]
    for secret in product.secrets():
        assert secret not in plan.read_text()


def test_the_planned_plan_is_applied(product: Product, plan: Path) -> None:
    done = product.run("seed", "--plan", str(plan), "--format", "json").json("seed_run")
    assert (done["status"], done["checksum"]) == (
        "success",
        json.loads(plan.read_text())["checksum"],
    )
    again = product.run("seed", "--plan", str(plan))
    refused(again, 1, "Nothing was written", "gone: task A1", "the seed has not")


def test_a_new_project_with_stages_and_protection_is_planned_with_them(product: Product) -> None:
    file = product.file("ALPHA")
    yaml = file.read_text()

    def write(stages: str) -> None:
        keys = f'"stages": {stages}, "protected": true, "company_name"'
        file.write_text(yaml.replace('"company_name"', keys, 1))
        product.ok("load")

    write('["To Do", "Done"]')
    product.ok("plan", "--out", "plan.json")
    write('["To Do", "Review", "Done"]')
    other = product.run("seed", "--plan", "plan.json")
    refused(other, 1, "planned: stages To Do, Done; now: stages To Do, Review, Done")
    write('["To Do", "Done"]')
    assert "7 created" in product.ok("seed", "--plan", "plan.json")


def test_another_seed_is_told_in_words_and_nothing_is_written(product: Product, plan: Path) -> None:
    product.write(
        Project("ALPHA", tasks=[Task("A1", deadline="2026-03-09"), Task("A2"), Task("A4")])
    )
    product.ok("load")
    before = product.writes()
    done = product.run("seed", "--plan", str(plan))
    refused(
        done,
        1,
        "the seed has changed since it was planned",
        "  new: task A4 “Task A4”: created\n",
        "  gone: task A3 “Task A3”: created\n",
        "  different: task A1 “Task A1”: planned: deadline set to 2 Mar 2026; "
        "now: deadline set to 9 Mar 2026\n",
    )
    assert product.writes() == before
    told = product.run("seed", "--plan", str(plan), "--format", "json").json("error")
    assert len(told["details"]) == 3
    status = product.rows(
        "select distinct status, error like 'Nothing was%' from odoo_seed.sync_runs"
        " where verb = 'seed'"
    )
    assert status == [("failed", True)]


def test_what_people_did_meanwhile_is_told_in_words(product: Product) -> None:
    product.ok("run")
    product.write(
        Project("ALPHA", tasks=[Task("A1", "New name"), Task("A2"), Task("A3", depends=["A1"])])
    )
    product.ok("load")
    file = str(product.folder / "plan.json")
    product.ok("plan", "--out", file)
    product.change_in_odoo("project.task", "A1", name="Theirs")
    product.change_in_odoo("project.task", "B2", name="Theirs too")
    refused(
        product.run("seed", "--plan", file),
        1,
        "Odoo or policy.yaml has changed",
        "planned: name “Task A1” → “New name”; now: name “Theirs” → “New name”",
        "new: task B2 “Task B2”: name “Theirs too” → “Task B2”",
    )


def test_run_with_a_plan_loads_nothing_when_the_plan_is_another(product: Product) -> None:
    file = str(product.folder / "plan.json")
    product.ok("plan", "--from", "files", "--out", file)
    product.write(Project("GAMMA", tasks=[Task("C1")]))
    refused(product.run("run", "--plan", file), 1, "new: project GAMMA")
    assert product.rows("select count(*) from odoo_seed.projects") == [(0,)]
    product.file("GAMMA").unlink()
    assert "OK  target default" in product.ok("run", "--plan", file)


def test_a_plan_of_one_project_is_applied_to_that_one(product: Product) -> None:
    product.ok("load")
    file = str(product.folder / "plan.json")
    product.ok("plan", "--project", "BETA", "--out", file)
    refused(product.run("seed", "--plan", file, "--project", "BETA"), 2, "its own projects")
    product.ok("seed", "--plan", file)
    assert product.in_odoo("project.project", "BETA", "id")
    found = product.odoo.as_user().call(
        "project.project", "search", [["x_external_ref", "=", "ALPHA"]]
    )
    assert found == []


def test_a_plan_of_another_target_says_so(product: Product, plan: Path, monkeypatch: Any) -> None:
    for name, value in product.variables.items():
        monkeypatch.setenv(f"{name}__STAGING", value)
    done = product.run("seed", "--plan", str(plan), "--target", "staging")
    refused(done, 2, "is for target default, not for staging", "--target default")


def test_the_checksum_depends_on_what_would_be_written_alone(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on the order of files and records, the zone of the machine, or the ids of an Odoo."""

    def made(name: str) -> dict[str, Any]:
        file = product.folder / name
        product.ok("plan", "--from", "files", "--out", str(file))
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    product.ok("run")
    seeded = json.loads(product.run("plan", "--format", "json").out)["seed_checksum"]

    def people_work(server: SandboxServer) -> None:
        """Also a dependency on a task of theirs, which has no ref."""
        user = server.as_user()
        project = user.call("project.project", "search", [["x_external_ref", "=", "ALPHA"]])[0]
        own = user.call("project.task", "create", [{"name": "Theirs", "project_id": project}])
        task = user.call("project.task", "search", [["x_external_ref", "=", "A3"]])
        user.call("project.task", "write", task, {"depend_on_ids": [(4, own[0])]})

    people_work(product.odoo)
    product.write(Project("ALPHA", tasks=[Task("A1", "Other"), Task("A3", depends=["A1"])]))
    first = made("first.json")
    assert first["seed_checksum"] != seeded

    with SandboxServer(login=BOT, password=PASSWORD, prepared=True) as other:
        admin = other.as_user()
        for model in ("project.project", "project.task"):
            admin.call(model, "create", [{"name": f"Filler {number}"} for number in range(7)])
        other.populate([COMPANY], [(name, email, [COMPANY]) for name, email in PEOPLE.items()])
        monkeypatch.setenv("ODOO_URL__OTHER", other.url)
        product.write(Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3", depends=["A1"])]))
        monkeypatch.setenv("ODOO_URL", other.url)
        product.rows("delete from odoo_seed.applied returning 1")
        product.ok("run")
        people_work(other)
        product.file("ALPHA").unlink()
        product.file("BETA").rename(product.seed_dir / "projects/A_BETA.yaml")
        product.write(Project("ALPHA", tasks=[Task("A3", depends=["A1"]), Task("A1", "Other")]))
        product.file("ALPHA").rename(product.seed_dir / "projects/Z_ALPHA.yaml")
        monkeypatch.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        try:
            second = made("second.json")
        finally:
            monkeypatch.delenv("TZ")
            time.tzset()
    ids = [[item["odoo_id"] for item in plan["changes"]] for plan in (first, second)]
    assert ids[0] != ids[1]
    assert any("odoo:" in str(item["fields"]) for item in second["changes"])
    for key in ("checksum", "seed_checksum"):
        assert first[key] == second[key]


def edited(change: Callable[[Any], object]) -> Callable[[str], bytes]:
    def edit(text: str) -> bytes:
        data = json.loads(text)
        change(data)
        return json.dumps(data).encode()

    return edit


BROKEN: dict[str, tuple[Callable[[str], bytes], str]] = {
    "empty": (lambda _: b"", "is not a plan: it is not JSON"),
    "cut off": (lambda text: text[: len(text) // 2].encode(), "was cut off"),
    "binary": (lambda _: bytes(range(256)), "it is not JSON"),
    "nested without end": (lambda _: b"[" * 100_000, "it is not JSON"),
    "no number": (lambda text: text.replace("false", "NaN").encode(), "it is not JSON"),
    "a list": (lambda _: b"[]", "is not a plan"),
    "another document": (lambda _: b'{"schema_version": 1, "ok": true}', "is not a plan"),
    "another version": (edited(lambda d: d.update(schema_version=2)), "schema_version 2, this one"),
    "a wrong type": (edited(lambda d: d.update(changes={})), "at changes"),
    "an unknown key": (edited(lambda d: d.update(password="x")), "password"),
    "an edited value": (
        edited(lambda d: d["changes"][1]["fields"][0].update(new="Mine")), "was edited"
    ),
    "an edited scope of writes": (edited(lambda d: d["changes"].pop()), "was edited"),
    "another checksum": (edited(lambda d: d.update(checksum="0" * 16)), "was edited"),
    "an edited target": (edited(lambda d: d.update(target="staging")), "was edited"),
    "a field there is not": (
        edited(lambda d: d["changes"][1]["fields"][0].update(field="\x1b[31mstate")),
        "the field [31mstate of a",
    ),
    "a value of another type": (
        edited(lambda d: d["changes"][1]["fields"][0].update(new=[])), "which it cannot hold"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", BROKEN)
def test_a_file_that_is_no_plan_is_refused_in_words(product: Product, plan: Path, way: str) -> None:
    spoil, told = BROKEN[way]
    plan.write_bytes(spoil(plan.read_text()))
    done = product.run("seed", "--plan", str(plan))
    refused(done, 2, told)
    assert "\x1b" not in done.err
    assert product.writes() == []


def test_what_is_no_file_is_refused(product: Product, plan: Path, monkeypatch: Any) -> None:
    folder = product.folder
    os.mkfifo(folder / "pipe")
    for name, told in (
        ("none.json", "No such file"),
        ("", "Is a directory"),
        ("pipe", "not a file"),
    ):
        refused(product.run("seed", "--plan", str(folder / name)), 2, told)
    monkeypatch.setattr(plan_files, "LARGEST", 100)
    refused(product.run("seed", "--plan", str(plan)), 2, "larger than any plan")


def test_a_plan_that_cannot_be_written_leaves_what_was_there(
    product: Product, plan: Path, monkeypatch: Any
) -> None:
    def no_room(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    was = plan.read_text()
    for path, told in ((plan.parent / "no/plan.json", "No such file"), (plan.parent, "not a file")):
        refused(product.run("plan", "--out", str(path)), 2, told)
    monkeypatch.setattr(os, "fsync", no_room)
    refused(product.run("plan", "--out", str(plan)), 2, "No space left on device")
    assert [path.name for path in plan.parent.iterdir() if "plan" in path.name] == ["plan.json"]
    assert plan.read_text() == was
