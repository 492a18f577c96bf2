"""What could not be read whole proves nothing: no record is missing, orphaned or archived by it."""

from __future__ import annotations

import pytest
from product import Product, Project, Task

GONE = "select count(*) from odoo_seed.shadow_tasks where gone_at is not null"
SAID = """
    select 'missing', external_ref from odoo_seed.v_missing_in_odoo
    union all select 'orphan', external_ref from odoo_seed.v_orphan_in_odoo
"""


@pytest.mark.parametrize("kind", ["http_error", "odoo_error", "drop_before"])
def test_a_shadow_that_breaks_off_anywhere_is_stale_and_says_nothing_is_missing(
    product: Product, kind: str
) -> None:
    product.ok("run")
    product.odoo.forget_calls()
    product.ok("shadow")
    calls = len(product.odoo.calls())
    assert calls > 5
    # Were it believed, half a reading would miss this one, and see that one as an orphan.
    product.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com")]))
    product.ok("load")
    before = product.rows(SAID)
    for nth in range(1, calls + 1):
        product.odoo.trouble(kind, nth=nth, times=99)
        done = product.run("shadow")
        product.odoo.calm()
        assert done.code == 1, nth
        assert done.err.startswith("Error: "), nth
        verified = product.run("verify", "--format", "json")
        told = verified.json("verify")
        assert (verified.code, told["verdict"]) == (1, "stale"), nth
        assert told["reason"] == "the last shadow run failed"
        assert told["findings"] == []
        assert product.rows(SAID) == before, nth
        assert product.rows(GONE) == [(0,)]
    product.ok("shadow")
    assert product.run("verify", "--format", "json").json("verify")["verdict"] == "differs"


@pytest.mark.parametrize("kind", ["http_error", "odoo_error", "drop_before"])
def test_a_seed_whose_reading_breaks_off_anywhere_writes_nothing(
    product: Product, kind: str
) -> None:
    product.ok("run")
    product.odoo.forget_calls()
    product.ok("seed")
    calls = len(product.odoo.calls())
    product.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com")]))
    product.ok("load")
    for nth in range(1, calls + 1):
        product.odoo.forget_calls()
        product.odoo.trouble(kind, nth=nth, times=99)
        done = product.run("seed")
        product.odoo.calm()
        assert done.code == 1, nth
        assert product.writes() == [], nth
    assert "1 archived" in product.ok("seed")
