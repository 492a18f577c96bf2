"""docs/templates.md: its YAML is valid and makes what it says."""

from __future__ import annotations

import re
from pathlib import Path

from odoo_seed.core.periods import parse_period
from odoo_seed.core.rules import check_seed
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files.reading import read_file

PAGE = (Path(__file__).parents[2] / "docs/templates.md").read_text(encoding="utf-8")
CLOSE, TAX = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def refs(text: str) -> set[str]:
    """The refs of all tasks of a text without any fault."""
    found = read_file("page.yaml", text.encode())
    assert found.problems == []
    assert found.document is not None
    expansion = expand([found.document])
    content = expansion.content
    assert [*expansion.problems, *check_seed(content.seed, content.policy)] == []
    return {task.external_ref for task in content.seed.tasks}


def test_the_close_of_the_page_is_valid_and_its_refs_are_those_it_names():
    made = refs(CLOSE)
    assert set(re.findall(r"CLOSE_2026\w+", CLOSE)) - {"CLOSE_2026_01"} <= made
    assert len(made) == 12 * (2 * 4 + 1)


def test_the_tax_deadlines_of_the_page_are_valid():
    made = refs("calendars: [{name: ph, country: PH}]\n" + TAX)
    assert len(made) == 12 + 8 + 4 + 3 + 1


def test_every_parameter_is_on_the_page_with_its_value():
    table = PAGE.split("| Parameter |")[1].split("\n\n")[0]
    told = parse_period("2026-01").parameters()
    for name, value in told.items():
        base = re.sub(r"^(previous|next)(_period)_name$", r"\1\2", name)
        assert f"`{{{base}}}`" in table
        if not name.startswith(("previous", "next")):
            assert value in table
