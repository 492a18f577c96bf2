"""Write down what `validate` says about every example: run after a change, then read the diff.

Usage: python tests/examples/rewrite_expected.py
"""

from pathlib import Path

from odoo_seed.core.problem_report import problems_as_text
from odoo_seed.edges.seed_files.folder import SeedFolder

EXAMPLES = Path(__file__).resolve().parent


def report(folder: Path) -> str:
    """What a user reads about one example."""
    reading = SeedFolder(folder).read()
    seed = reading.content.seed if reading.content else None
    return problems_as_text(reading.problems, len(reading.files), seed)


if __name__ == "__main__":
    for folder in sorted(EXAMPLES.glob("*valid/*")):
        (folder / "expected.txt").write_text(report(folder), encoding="utf-8")
