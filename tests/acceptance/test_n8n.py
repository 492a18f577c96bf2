"""A real n8n imports our workflows and carries them out against the service and an Edge Function.

Collected only when N8N names n8n's program (`npm install n8n`, then `node_modules/.bin/n8n`); see
tests/conftest.py.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests
from n8n_world import N8n, answers, credentials, filled_in, free_port, mailbox, until
from tests.http.edge import fetch_packages, served

from odoo_seed.edges.postgres.locks import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from product import Product

NIGHTLY, ON_DEMAND = "odooSeedNightly1", "odooSeedOnDemand"
TOKEN = secrets.token_hex(32)
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


@contextmanager
def serving(product: Product) -> Iterator[str]:
    """`odoo-seed serve` and its address."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    with (product.folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "odoo_seed", "serve", "--port", str(port)],
            cwd=product.folder, stdout=log, stderr=subprocess.STDOUT,
            env=os.environ | {"SEED_RUN_TOKEN": TOKEN, "SEED_RATE_LIMIT": "1000/minute"},
        )  # fmt: skip
    try:
        until(lambda: answers(f"{url}/readyz", 200), 30, (product.folder / "serve.log").read_text)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def n8n_with(folder: Path, mail_port: int, *workflows: dict[str, object]) -> Iterator[N8n]:
    """A new n8n in which somebody set up these workflows and published them."""
    (home := folder / "n8n").mkdir()
    n8n = N8n(os.environ["N8N"], home)
    n8n.give("credentials", credentials(TOKEN, mail_port))
    n8n.give("workflow", list(workflows))
    for told in workflows:
        n8n.cli("publish:workflow", f"--id={told['id']}")
    with n8n.running():
        yield n8n
    for file in home.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file  # kept encrypted alone


def asked(product: Product) -> list[tuple[str, bool, list[str] | None, str]]:
    """What reached odoo-seed, in its order."""
    rows: list[tuple[str, bool, list[str] | None, str]] = product.rows(
        "select action, dry_run, projects, idempotency_key from odoo_seed.run_requests"
        " order by created_at"
    )
    return rows


@contextmanager
def edge_function(product: Product) -> Iterator[str]:
    """The Edge Function that is asked every night, by a real Deno; the service has a worker."""
    fetch_packages()
    given = {"SUPABASE_DB_URL": product.database_url, "SEED_RUN_TOKEN": TOKEN}
    log = product.folder / "edge.log"
    with serving(product), served("shadow-odoo-finance", given, log) as function:
        yield function.url


@pytest.mark.parametrize("service", [serving, edge_function])
def test_every_night_tells_of_drift_and_of_trouble_and_of_nothing_else(
    product: Product, service: Callable[[Product], AbstractContextManager[str]]
) -> None:
    product.ok("run")
    with service(product) as url, mailbox() as (box, mail_port):
        # Every answer is 202 at first.
        flow = filled_in(
            "nightly-shadow.json", cron="*/10 * * * * *",
            service=url, edge_functions=service is edge_function, wait_seconds=0, poll_seconds=1,
            mail_to="pm@example.com, controller@example.com",
        )  # fmt: skip
        with n8n_with(product.folder, mail_port, flow) as n8n:
            log = n8n.log.read_text
            until(lambda: n8n.executions(NIGHTLY).count("success") > 1 or None, 60, log)
            assert box.mails == []
            product.change_in_odoo("project.task", "A1", name="Theirs")
            mail = box.next(log)
            assert (mail.subject, mail.to) == (
                "odoo-seed default: Odoo and git differ",
                "pm@example.com, controller@example.com",
            )
            assert "6 of 7 records agree, 1 drifted" in mail.text
            with lock(product.database_url, "default", "ana at her desk"):
                while "differ" in mail.subject:
                    mail = box.next(log)
            assert mail.subject == "odoo-seed default: A run is going on"
            assert "Target default is in use by ana at her desk since" in mail.text
            until(lambda: "error" in n8n.executions(NIGHTLY) or None, 10, log)
    rows = asked(product)
    assert {row[:3] for row in rows} == {("shadow", False, None)}
    assert len({row[3] for row in rows}) == len(rows)  # a night is one run, however often asked for


def test_a_seed_waits_for_the_approver(product: Product) -> None:
    product.ok("run")
    product.change_in_odoo("project.task", "A1", name="Theirs")
    with serving(product) as url, mailbox() as (box, mail_port):
        flow = filled_in("seed-on-demand.json", service=url, wait_seconds=0, poll_seconds=1)
        with n8n_with(product.folder, mail_port, flow) as n8n:
            log = n8n.log.read_text
            until(lambda: answers(n8n.form, 401), 30, log)  # not for everybody

            for answer, subject in (("Decline", "not approved"), ("Seed Odoo", "seeded")):
                n8n.send_form(n8n.form, "Ana <b>Santos</b>", "", "ALPHA")
                mail = box.next(log)
                assert (mail.subject, mail.to) == (
                    "Seed Odoo, target default?",
                    "controller@example.com",
                )
                assert "<b>Santos" not in mail.text
                assert "asks to seed ALPHA to target default." in mail.text
                assert "1 project and 3 tasks would be in Odoo as git has them" in mail.text
                assert "6 of 7 records agree, 1 drifted" in mail.text
                assert product.in_odoo("project.task", "A1", "name")["name"] == "Theirs"
                (link,) = mail.links
                page = requests.get(link, timeout=30, headers=BROWSER)  # as a mail scanner does
                assert (page.status_code, "Decline" in page.text) == (200, True)
                assert requests.get(link.partition("?")[0], headers=BROWSER).status_code == 401
                assert n8n.executions(ON_DEMAND)[-1] == "waiting"
                n8n.send_form(link, answer, "Beng")
                mail = box.next(log)
                assert (mail.subject, mail.to) == (
                    f"odoo-seed default: {subject}",
                    "finance-pm@example.com",
                )
            assert product.in_odoo("project.task", "A1", "name")["name"] == "Task A1"

            n8n.send_form(n8n.form, "Ana", "default", "NOWHERE")
            mail = box.next(log)
            assert mail.subject == "odoo-seed default: not seeded"
            assert "There is no project NOWHERE in the seed." in mail.text
            until(lambda: "error" in n8n.executions(ON_DEMAND) or None, 10, log)
            assert n8n.executions(ON_DEMAND) == ["success", "success", "error"]
    rows = asked(product)
    assert [(action, dry_run, *refs) for action, dry_run, refs, _ in rows if refs] == [
        ("shadow", False, "ALPHA"), ("seed", True, "ALPHA"),
        ("shadow", False, "ALPHA"), ("seed", True, "ALPHA"), ("seed", False, "ALPHA"),
        ("shadow", False, "NOWHERE"), ("seed", True, "NOWHERE"),
    ]  # fmt: skip
    assert len({row[3] for row in rows}) == len(rows)
