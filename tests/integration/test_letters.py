"""New tasks that Odoo 19 makes without a stage, so that none writes to a customer."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.contract.conftest import Server, World
from tests.contract.sync import Sync

from odoo_seed.edges.odoo.transport import OdooTarget, open_transport
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sync(database_url: str) -> Iterator[Sync]:
    with SandboxServer(prepared=True, series="19.0") as sandbox:
        target = OdooTarget(sandbox.url, "sandbox", "admin", "admin", protocol="jsonrpc")
        with closing(open_transport(target)) as transport, PostgresStore(database_url) as store:
            yield Sync(World(Server(target, transport, sandbox)), store, "R_", "My Company")


@pytest.mark.parametrize("trouble", ["drop_before", "drop_after", "odoo_error"])
def test_who_did_not_reach_their_stage_get_there_in_the_next_run(sync: Sync, trouble: str) -> None:
    world, sandbox = sync.world, sync.world.server.sandbox
    assert sandbox is not None
    sync.seed(sync.content(sync.task("T0", stage_name="Doing")))
    template = world.call("mail.template", "create", {"name": "Letter"})
    world.call("project.task.type", "write", [sync.stage("To Do")], {"mail_template_id": template})
    content = sync.content(
        sync.task("T0", stage_name="Doing"),
        sync.task("T1"),
        sync.task("T2", parent_external_ref="T1"),
        sync.task("T3"),
        sync.task("T4"),
    )
    sandbox.trouble(trouble, model="project.task", method="write")
    done = sync.seed(content)
    assert done.run.status != "success"
    sandbox.calm()
    world.call("project.task", "write", [sync.id_of("T3")], {"state": "03_approved"})
    sandbox.forget_calls()
    assert sync.seed(content).run.status == "success"
    found = [sync.get(key, "stage_id") for key in ("T1", "T2", "T3", "T4")]
    assert found == [sync.stage("To Do")] * 4
    assert sync.get("T3", "state") == "03_approved"
    if trouble != "drop_after":  # where the stage had arrived
        written = [call.records for call in sandbox.calls("write", "project.task")]
        assert sorted(written) == [1, 1, 2]  # T2, new; T3, reviewed; T1 and T4 together
    assert world.messages("project.task", sync.id_of("T1")) == 0
    assert not sync.store.is_following("default")
