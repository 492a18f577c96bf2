from __future__ import annotations

from jsonschema import Draft202012Validator

from odoo_seed.core import report_sheet
from odoo_seed.core.compare import Base, compare
from odoo_seed.core.doubts import Doubt
from odoo_seed.core.escape import harmless
from odoo_seed.core.model import Project, Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy
from odoo_seed.core.report_sheet import SheetImport
from odoo_seed.edges.schemas import schema

HOSTILE = "Jan\x1b[31m\u202e @team <img src=x> ##[error] `x`\n::error::"


def done(*, written: bool = True, text: str = "Jan 2026") -> SheetImport:
    before = SeedAndPolicy(Seed(), Policy())
    after = SeedAndPolicy(Seed(projects=(Project("CLOSE", f"Close {text}", "ACME"),)), Policy())
    return SheetImport(
        f"{text}.xlsx",
        "closing",
        ("CLOSE",),
        compare(Base("the YAML as it was", content=before), after),
        (
            Doubt(text, 7, "B7", "no-task", f"{text} names no task", f"write {text}", "error"),
            Doubt(text, 8, "E8", "due-on-free-day", f"{text} is due", "move it"),
        ),
        (f"{text} was left aside",),
        (f"seed/{text}.yaml",),
        written=written,
        again=(35, 3),
    )


def test_what_was_not_taken_comes_before_what_is_doubtful() -> None:
    lines = report_sheet.text(done()).splitlines()

    assert lines[0] == "Jan 2026.xlsx, profile closing: 1 project, 1 place not taken, 1 doubt"
    assert lines[1:3] == [
        "  NOTE Jan 2026 was left aside",
        "  NOTE 35 tasks come again in 3 periods: --template FILE writes them once, as a template",
    ]
    assert lines.index("Not taken") < lines.index("  Jan 2026!B7: Jan 2026 names no task")
    assert lines.index("Not taken") < lines.index("Doubtful")
    assert lines[-1] == "Written: seed/Jan 2026.yaml"
    assert report_sheet.text(done(written=False)).endswith("Would be written: seed/Jan 2026.yaml")


def test_nothing_that_stands_in_a_workbook_comes_to_life() -> None:
    told = done(text=HOSTILE)

    for shown in (report_sheet.text(told), report_sheet.markdown(told)):
        assert harmless(shown) == shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    markdown = report_sheet.markdown(told)
    assert "<img" not in markdown.replace("`", "").split("**Not taken**")[0]
    assert " @team" not in markdown.split("**Not taken**")[0]


def test_the_json_keeps_its_schema() -> None:
    for told in (done(), done(written=False), done(text=HOSTILE)):
        made = report_sheet.as_json(told)
        Draft202012Validator(schema("sheet_import")).validate(made)
        assert made["ok"] is False
        assert len(made["doubts"]) == 2
