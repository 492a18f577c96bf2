import pytest

from odoo_seed.core.plan import FieldChange
from odoo_seed.core.words import say


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("deadline", "2026-01-09T18:00", "2026-01-16", "deadline 9 Jan → 16 Jan (7 days later)"),
        ("deadline", "2026-01-02T18:00", "2026-01-01", "deadline 2 Jan → 1 Jan (1 day earlier)"),
        ("deadline", "2025-12-31T18:00", "2026-01-01",
         "deadline 31 Dec 2025 → 1 Jan 2026 (1 day later)"),
        ("deadline", None, "2026-01-09", "deadline set to 9 Jan 2026"),
        ("deadline", "2026-01-09T18:00", None, "deadline cleared (was 9 Jan 2026)"),
        ("assignee_emails", ("beng@x.com",), ("ana@x.com",), "moves from beng to ana"),
        ("assignee_emails", (), ("ana@x.com",), "assigned to ana"),
        ("assignee_emails", ("ana@x.com",), (), "moves from ana to nobody"),
        ("tag_names", (), ("VAT",), "gets the tag VAT"),
        ("tag_names", ("GL", "VAT"), ("VAT",), "loses the tag GL"),
        ("tag_names", ("GL",), ("VAT",), "gets the tag VAT, loses the tag GL"),
        ("depends_on_refs", ("T1",), ("T1", "T2"), "now waits for T2"),
        ("planned_hours", 6.0, 8.5, "planned hours 6 h → 8.5 h"),
        ("stage_name", "To Do", "Done", "stage To Do → Done"),
        ("is_active", True, False, "archived"),
        ("name", "A", "B", "name “A” → “B”"),
        ("description", "<p>x</p>", "y", "description rewritten"),
    ],
)  # fmt: skip
def test_a_change_reads_as_people_say_it(name, old, new, words):
    assert say("task", FieldChange(name, old, new, None, "git")) == words
