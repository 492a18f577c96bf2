"""`odoo-seed worker` as it is started, asked in SQL, and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from product import validator

from odoo_seed.edges.postgres.requests import PostgresRunRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from product import Product


@contextmanager
def worker(product: Product, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start one; it never outlives the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.worker", *words],
        cwd=product.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_run_that_sql_asks_for_is_done_and_sigterm_lets_the_next_one_finish(
    product: Product,
) -> None:
    product.ok("load")
    with psycopg.connect(product.database_url, autocommit=True) as connection:
        ((told,),) = connection.execute("select odoo_seed.request_run('both')").fetchall()
    validator("run_answer").validate(told["answer"])
    with worker(product) as process, closing(PostgresRunRequests(product.database_url)) as requests:
        until(lambda: requests.answer(told["id"]).status == "done")
        done = requests.answer(told["id"])
        validator("run_answer").validate(done.answer)
        assert (done.http_status, done.answer["projects_synced"]) == (200, 2)

        product.odoo.trouble("delay", before=0.15, times=100)
        product.change_in_odoo("project.task", "A1", name="Theirs")
        product.odoo.forget_calls()
        second = requests.ask("seed", "default", requested_by="the test").request_id
        assert second
        until(lambda: bool(product.odoo.calls()))
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert (process.returncode, "Traceback" in out) == (0, False), out
        assert requests.answer(second).answer["ok"] is True
        for secret in product.secrets():
            assert secret not in out
    lines = out.splitlines()
    assert "takes runs of all targets, 1 at the same time." in lines[0]
    assert lines[-1].startswith(f"Run {second}: success: 2 projects, 5 tasks, ")


@pytest.mark.parametrize(
    ("words", "variables", "told"),
    [
        (["--target", "a b"], {}, "a target is named with letters"),
        (["--concurrency", "0"], {}, "--concurrency"),
        ([], {"SHADOW_CRON": "daily"}, "SHADOW_CRON is not a time as cron has it."),
        ([], {"SUPABASE_DB_URL": "postgresql://u:geheim@127.0.0.1:1/x"}, "connection was refused"),
    ],
)
def test_what_it_cannot_begin_with_is_said(
    product: Product, words: list[str], variables: dict[str, str], told: str
) -> None:
    done = product.command("worker", *words, env=variables)
    assert done.code in {1, 2}
    assert told in done.err
    assert "geheim" not in done.everything
