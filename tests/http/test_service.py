"""The Python service: against the table that every server is held to, and what it has besides."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import requests
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from odoo_seed import pipeline, wiring, wiring_files, wiring_runs
from odoo_seed.edges.schemas import schema
from odoo_seed.errors import UsageError
from odoo_seed.sandbox import SandboxServer
from odoo_seed.shells.http.gate import Gate
from odoo_seed.shells.http.openapi import document
from odoo_seed.shells.http.serving import listen
from tests.http.conftest import QUICK, nobody, serving
from tests.http.requests import CASES, SCENARIOS, SEED, Case, check, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.http.conftest import Behind, PythonWorld
    from tests.http.requests import World


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_request_is_answered(world: PythonWorld, case: Case) -> None:
    check(world, case)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__.strip("_"))
def test_requests_belong_together(world: PythonWorld, scenario: Callable[[World], None]) -> None:
    scenario(world)


def get(world: PythonWorld, path: str, token: str | None = None, serves: Any = "") -> Any:
    headers = {"Authorization": f"Bearer {world.token if token is None else token}"}
    return requests.get(world.bases[serves] + path, headers=headers, timeout=30)


def test_the_newest_runs_are_listed_and_one_is_found_by_both_of_its_ids(
    world: PythonWorld,
) -> None:
    seeded = send(world, Case("", 200, "")).json()
    shapes = document()["components"]
    shape = jsonschema.Draft202012Validator(
        {"$ref": "#/components/schemas/runs", "components": shapes}
    )
    told = get(world, "/runs?limit=2&target=default").json()
    shape.validate(told)
    assert len(told["runs"]) == 2
    newest = told["runs"][0]
    assert newest["answer"] == seeded
    assert (newest["http_status"], newest["status"], newest["action"]) == (200, "done", "seed")
    for run_id in (newest["id"], seeded["run_id"]):
        assert get(world, f"/runs/{run_id}").json() == newest
    assert get(world, "/runs?target=nobody").json() == {"runs": []}


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/runs?limit=0", 400, "limit is a whole number from 1 to 200."),
        ("/runs?limit=201", 400, "limit is a whole number"),
        ("/runs?limit=\u0665", 400, "limit is a whole number"),
        ("/runs?target=a%00b", 400, "target is the name of a target."),
        ("/runs/1", 404, "There is no run with this id."),
        ("/runs/5b0a7c1e-2f63-4d0e-9a55-0c6d1f0f7e11", 404, "There is no run with this id."),
        ("/runs/", 404, "There is nothing at this address."),
        ("/", 404, "There is nothing at this address."),
        ("/functions/v1/other", 404, "There is nothing at this address."),
    ],
)
def test_what_is_not_there_is_a_problem(
    world: PythonWorld, path: str, status: int, told: str
) -> None:
    answer = get(world, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status, "application/problem+json",
    )  # fmt: skip
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/runs", "/runs/5b0a7c1e-2f63-4d0e-9a55-0c6d1f0f7e11"])
def test_runs_are_for_those_with_a_token_alone(world: PythonWorld, path: str) -> None:
    assert get(world, path, "wrong").status_code == 401
    assert get(world, path, serves="no token").status_code == 401
    assert get(world, path, serves="no database").status_code == 503


def test_another_method_is_told_the_right_one(world: PythonWorld) -> None:
    answer = requests.delete(f"{world.bases['']}/runs", timeout=30)
    assert (answer.status_code, answer.json()["detail"]) == (405, "Use GET.")


def test_it_is_ready_when_database_and_odoo_answer(world: PythonWorld, behind: Behind) -> None:
    for base in world.bases.values():
        assert requests.get(f"{base}/healthz", timeout=30).json() == {"ok": True}
    with serving(behind, behind.settings(), targets=["default"]) as base:
        assert requests.get(f"{base}/readyz", timeout=30).json() == {"ok": True}
        # A body without an end is refused when it is too long, not when it ends.
        endless = iter([b'{"target": "', *[b"a" * 30_000] * 4])
        headers = {"Authorization": f"Bearer {behind.token}", "Content-Type": "application/json"}
        url = f"{base}/functions/v1/{SEED}"
        assert requests.post(url, data=endless, headers=headers, timeout=30).status_code == 413
    away = requests.get(f"{world.bases['']}/readyz", timeout=30)
    assert away.status_code == 503
    assert away.json()["detail"] == "Odoo of target away cannot be reached."
    assert get(world, "/readyz", serves="no database").json()["title"] == (
        "Could not reach the database"
    )
    assert any(line.startswith("Not ready: target away: Could not reach") for line in behind.told)


def samples(base: str) -> dict[str, dict[str, float]]:
    """Name → labels as text → value."""
    text = requests.get(f"{base}/metrics", timeout=30).text
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(sorted(f"{k}={v}" for k, v in sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_prometheus_is_told_of_runs_durations_calls_errors_and_drift(
    world: PythonWorld, behind: Behind
) -> None:
    runs = "status=success,target=default,trigger=worker,verb=seed"
    before = samples(world.bases["no token"])  # of whatever process: the database has them
    behind.odoo.as_user().call("project.task", "write", [_task(behind)], {"name": "Theirs"})
    send(world, Case("", 200, "", function="shadow-odoo-finance"))
    drifted = samples(world.bases["no token"])
    send(world, Case("", 200, ""))
    send(world, Case("", 200, "", function="shadow-odoo-finance"))
    send(world, Case("", 422, "", content=b'{"projects": ["GAMMA"]}'))
    after = samples(world.bases["no token"])
    assert drifted["odoo_seed_drift_records"]["finding=drift,target=default"] == 1
    assert after["odoo_seed_drift_records"]["finding=drift,target=default"] == 0
    assert after["odoo_seed_runs_total"][runs] == before["odoo_seed_runs_total"][runs] + 1
    took = "target=default,verb=seed"
    name = "odoo_seed_run_duration_seconds"
    assert after[f"{name}_count"][took] == before[f"{name}_count"][took] + 2  # the refused one too
    assert after[f"{name}_sum"][took] > before[f"{name}_sum"][took]
    assert after[f"{name}_bucket"][f"le=+Inf,{took}"] == after[f"{name}_count"][took]
    refused = "action=seed,http_status=422,target=default"
    errors = "odoo_seed_requests_total"
    assert after[errors][refused] == before[errors].get(refused, 0) + 1
    calls = "action=seed,target=default"
    assert after["odoo_seed_odoo_calls_total"][calls] > before["odoo_seed_odoo_calls_total"][calls]
    assert after["odoo_seed_records_total"][f"outcome=updated,{took}"] >= 1
    assert after["odoo_seed_last_run_timestamp_seconds"][f"status=success,{took}"] > 1.7e9
    assert after["odoo_seed_database_up"] == {"": 1}
    asked = samples(world.bases[""])["odoo_seed_http_requests_total"]
    assert asked["endpoint=/functions/v1/seed-odoo-finance,status=200"] >= 1
    without = samples(world.bases["no database"])
    assert without["odoo_seed_database_up"] == {"": 0}
    assert "odoo_seed_runs_total" not in without


def _task(behind: Behind) -> int:
    found = behind.odoo.as_user().call("project.task", "search", [("x_external_ref", "=", "B1")])
    return int(found[0])


def test_one_token_may_ask_so_often(behind: Behind) -> None:
    with serving(behind, behind.settings(SEED_RATE_LIMIT="2/minute")) as base:
        asked = [
            requests.get(f"{base}/runs", headers={"Authorization": f"Bearer {token}"}, timeout=30)
            for token in (behind.token, "wrong", behind.token, behind.token, behind.previous_token)
        ]
    assert [answer.status_code for answer in asked] == [200, 401, 200, 429, 200]
    assert asked[3].json()["detail"] == "One token may ask 2 per 1 minute."
    assert 1 <= int(asked[3].headers["Retry-After"]) <= 60


@pytest.mark.parametrize("rate", ["often", "0/minute", "-1/second", "1/fortnight", "1"])
def test_a_rate_that_is_none_is_told(rate: str) -> None:
    with pytest.raises(UsageError, match="SEED_RATE_LIMIT is not a rate"):
        Gate(tuple, rate)


def test_tokens_that_no_header_can_carry_are_told(behind: Behind) -> None:
    for token in ("two words", "end\n", "\u00e9"):
        settings = behind.settings(SEED_RUN_TOKEN_PREVIOUS=token)
        with pytest.raises(UsageError, match="SEED_RUN_TOKEN_PREVIOUS holds characters") as told:
            settings.run_tokens()
        assert token not in str(told.value) + told.value.remedy


def test_an_address_that_is_taken_or_none_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1 port {port} cannot be listened on"):
            listen("127.0.0.1", port)
    with pytest.raises(UsageError, match="cannot be listened on"):
        listen("no host", nobody())


def test_an_error_of_our_own_is_a_problem_without_its_text(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_url: str) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(wiring_runs, "figures", broken)
    with serving(behind, behind.settings()) as base:
        answer = requests.get(f"{base}/metrics", timeout=30)
        with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), 5) as raw:
            raw.sendall(b"\x00 not HTTP\r\n\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "Its log says which."
    assert any("own: RuntimeError at " in line for line in behind.told)
    assert not any("geheim" in line for line in behind.told)


def test_a_database_that_comes_later_is_found(
    behind: Behind, empty_database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = behind.settings(SUPABASE_DB_URL=empty_database_url)
    headers = {"Authorization": f"Bearer {behind.token}"}
    with serving(behind, settings, 1) as base:
        url = f"{base}/functions/v1/shadow-odoo-finance"
        assert requests.post(url, headers=headers, timeout=30).status_code == 503
        wiring.migrate(settings)
        answer = requests.post(url, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    assert any("Run `odoo-seed migrate`" in line for line in behind.told)
    assert capfd.readouterr() == ("", "")  # what is told goes one way alone


def test_a_run_that_takes_longer_than_the_end_waits_is_handed_over(
    behind: Behind, database_url: str
) -> None:
    with SandboxServer(password="geheim-8Kx", prepared=True) as odoo, ThreadPoolExecutor(1) as pool:
        odoo.populate(["Acme & Sons"], [])
        settings = behind.settings(SUPABASE_DB_URL=database_url, ODOO_URL=odoo.url)
        with wiring.store(settings) as store:
            pipeline.load(wiring_files.seed_files(settings), store)
        headers = {"Authorization": f"Bearer {behind.token}", "Idempotency-Key": "one"}

        def seed(base: str) -> requests.Response:
            return requests.post(f"{base}/functions/v1/{SEED}", headers=headers, timeout=30)

        with serving(behind, settings, 1, timing=replace(QUICK, grace=0.1)) as base:
            odoo.trouble("delay", before=0.2, times=6)
            asked = pool.submit(seed, base)
            while not odoo.calls():
                time.sleep(0.01)
        told = asked.result()
        assert told.status_code == 202
        run_id = told.json()["run_id"]
        assert f"Run {run_id}: handed over" in behind.told
        with serving(behind, settings, 1) as base:
            assert seed(base).json()["ok"] is True
            headers.pop("Idempotency-Key")
            (run,) = requests.get(f"{base}/runs", headers=headers, timeout=30).json()["runs"]
        assert (run["id"], run["http_status"]) == (run_id, 200)
        assert len(odoo.as_user().call("project.project", "search", [])) == 2


def test_nothing_secret_is_told(world: PythonWorld, behind: Behind) -> None:
    send(world, Case("", 401, "", authorization="Bearer wrong-token-7Tr"))
    requests.get(f"{world.bases['']}/runs?token={behind.token}", timeout=30)
    requests.get(f"{world.bases['no database']}/readyz", timeout=30)
    said = "\n".join(behind.told)
    assert "GET /runs: 401, " in said
    for secret in (behind.token, behind.previous_token, "geheim-8Kx", "wrong-token-7Tr", "p-9Qz"):
        assert secret not in said


def test_the_openapi_document_is_one_and_is_served(world: PythonWorld) -> None:
    validate(document())
    served = requests.get(f"{world.bases['']}/openapi.json", timeout=30)
    assert served.json() == json.loads(json.dumps(document()))
    problem = document()["components"]["schemas"]["problem"]
    assert problem["required"] == schema("run_answer")["$defs"]["problem"]["required"]


def test_schemathesis_finds_nothing(behind: Behind, full: bool) -> None:
    program = Path(sys.executable).parent / "schemathesis"
    config = Path(__file__).parent / "schemathesis.toml"
    # The others are answered like these, or say next to nothing.
    few = ["--max-examples=3", "--phases=coverage,fuzzing"]
    few += ["--exclude-path-regex=shadow|healthz|readyz|metrics"]
    many = ["--max-examples=100"] if full else few
    with serving(behind, behind.settings(), targets=["default"], patient=False) as base:
        done = subprocess.run(
            [
                str(program), "--config-file", str(config), "run", f"{base}/openapi.json",
                "--header", f"Authorization: Bearer {behind.token}", "--checks=all", *many,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "No issues found" in done.stdout
