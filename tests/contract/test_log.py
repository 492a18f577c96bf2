"""What a server writes into its log about us.

ODOO_LOG names that file, of a server that nobody else uses meanwhile.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.live import LiveQuery
from odoo_seed.edges.odoo.transport import open_transport
from odoo_seed.edges.odoo.writing import OdooWriting

if TYPE_CHECKING:
    from tests.contract.conftest import World

LOG = Path(os.environ["ODOO_LOG"])


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "auto"])
def test_only_the_older_protocols_are_called_deprecated_since_19(
    world: World, protocol: str
) -> None:
    person = replace(world.server.target_of("manager"), password=world.server.key_of("manager"))
    begin = LOG.stat().st_size
    with closing(open_transport(replace(person, protocol=protocol))) as transport:
        writer = OdooWriting(transport)
        writer.read_live(LiveQuery())
        tags = writer.create_tags([world.unique("Tag")])
        transport.call("project.tags", "unlink", [list(tags.values())])
    with LOG.open(encoding="utf-8") as log:
        log.seek(begin)
        lines = [line for line in log if "WARNING" in line]
    deprecated = [line for line in lines if "deprecated" in line]
    outdated = world.server.major >= 19 and protocol != "auto"
    assert bool(deprecated) is outdated, lines
