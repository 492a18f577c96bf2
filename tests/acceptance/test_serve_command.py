"""`odoo-seed serve` as it is started, asked by the pattern document's curl, and ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests
from product import REPOSITORY, validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from product import Product

TOKEN = "run-token-4Jm" * 4
CURL = """\
curl -X POST \\
  -H "Authorization: Bearer $SEED_RUN_TOKEN" \\
  "${SUPABASE_URL}/functions/v1/seed-odoo-finance"
"""
"""As the pattern document prints it, and docs/http.md too."""


class Service:
    """A process, what it has said so far, and where it answers."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "odoo_seed", "serve", "--port", "0", *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "SEED_RUN_TOKEN": TOKEN},
        )
        self.lines: list[str] = []
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.match(r"Answers at (http://127\.0\.0\.1:\d+)$", line):
                self.url = found[1]
                break

    def ended(self) -> str:
        """Wait for the end, and return all that was said."""
        out, _ = self.process.communicate(timeout=20)
        return "".join(self.lines) + out


@contextmanager
def serving(product: Product, *words: str) -> Iterator[Service]:
    """Start one; it never outlives the test."""
    service = Service(product.folder, *words)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.communicate()


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def asked(service: Service, **body: Any) -> Callable[[], requests.Response]:
    """Ask in a thread; the function returned waits for the answer."""
    answers: list[requests.Response] = []

    def ask() -> None:
        url = f"{service.url}/functions/v1/seed-odoo-finance"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answers.append(requests.post(url, json=body, headers=headers, timeout=30))

    thread = threading.Thread(target=ask)
    thread.start()

    def answer() -> requests.Response:
        thread.join(30)
        return answers[0]

    return answer


def test_the_pattern_documents_curl_seeds_and_sigterm_lets_the_next_run_finish(
    product: Product,
) -> None:
    assert CURL in (REPOSITORY / "docs/http.md").read_text(encoding="utf-8")
    product.ok("load")
    with serving(product) as service:
        environment = os.environ | {"SEED_RUN_TOKEN": TOKEN, "SUPABASE_URL": service.url}
        shown = subprocess.run(
            ["sh", "-c", CURL], env=environment, capture_output=True, text=True, check=True
        )
        told = json.loads(shown.stdout)
        validator("run_answer").validate(told)
        assert list(told) == [
            "ok", "run_id", "status", "projects_synced", "tasks_synced", "results",
        ]  # fmt: skip
        assert (told["ok"], told["projects_synced"], told["tasks_synced"]) == (True, 2, 5)

        product.odoo.trouble("delay", before=0.15, times=100)
        product.change_in_odoo("project.task", "A1", name="Theirs")
        product.odoo.forget_calls()
        answer = asked(service)
        until(lambda: bool(product.odoo.calls()))
        service.process.send_signal(signal.SIGTERM)
        assert (answer().status_code, answer().json()["ok"]) == (200, True)
        out = service.ended()
    assert service.process.returncode == 0, out
    assert "Traceback" not in out
    assert out.count("POST /functions/v1/seed-odoo-finance: 200, ") == 2
    for secret in (*product.secrets(), TOKEN):
        assert secret not in out


def test_who_waits_is_told_when_the_service_ends_and_a_worker_elsewhere_may_do_the_run(
    product: Product,
) -> None:
    with serving(product, "--no-worker") as service:
        answer = asked(service, wait_seconds=60)
        query = "select id::text from odoo_seed.run_requests"
        until(lambda: bool(product.rows(query)))
        ((run_id,),) = product.rows(query)
        service.process.send_signal(signal.SIGTERM)
        assert (answer().status_code, answer().json()["run_id"]) == (202, run_id)
        assert answer().headers["Location"] == f"/runs/{run_id}"
        service.ended()
    assert service.process.returncode == 0


@pytest.mark.parametrize(
    ("words", "variables", "told"),
    [
        (["--port", "70000"], {}, "--port"),
        (["--host", "no host"], {}, "cannot be listened on"),
        ([], {"SEED_RUN_TOKEN": "geheim 1"}, "SEED_RUN_TOKEN holds characters that no token has"),
        ([], {"SEED_RATE_LIMIT": "geheim"}, "SEED_RATE_LIMIT is not a rate."),
    ],
)
def test_what_it_cannot_begin_with_is_said(
    product: Product,
    words: list[str],
    variables: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = product.run("serve", "--port", "0", *words)
    assert (done.code, told in done.err) == (2, True), done.everything
    assert "geheim" not in done.everything
