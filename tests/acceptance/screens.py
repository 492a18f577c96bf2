"""What the product prints in the one story that README and docs tell: their blocks, by name.

The seed is README's own example, with two more tasks; the pull request moves a deadline, gives a
task to somebody else, adds one and removes one. `readme_seed` is that seed after the pull request.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from product import Product

AFTER = Path(__file__).resolve().parent / "readme_seed"
COMPANY = "TBWA\\SMP"
FILE = "projects/FIN_CLOSE_PROJ.yaml"
REMOVED = """\
      - external_ref: FIN_CLOSE_T003
        name: Collect the cut-off memos
        assignee_email: ana.santos@example.com
        deadline: 2026-01-14
"""
MISTAKES = {
    "company_name": "compny_name",
    "2026-01-12  # moved": "2026-31-12",
    "FIN_CLOSE_T004": "FIN_CLOSE_T002",
    "2026-01-21\n": "2026-01-21\n        depends_on_refs: [FIN_CLOSE_T01]\n",
}
"""What the pull request says, and what people write instead."""

_CHECKSUMS = ("d14bf4a625b69736", "5b0c93ae41f72d68")
_VARIABLE = {
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b": "0a6f3b1e-4d52-4c1b-9b7e-5f0c8e2d7a91",
    r"(?<=seed run )[0-9a-f]{8}\b": "0a6f3b1e",
    r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC": "2026-01-06 01:20 UTC",
    r"(?<=stopped by )\S+ pid \d+": "ana@laptop pid 4711",
}


def before() -> str:
    """The YAML that the pull request starts from: README's example and two more tasks."""
    text = after().replace("deadline: 2026-01-12  # moved", "deadline: 2026-01-09")
    start = text.index("      - external_ref: FIN_CLOSE_T004\n")
    return text[:start].replace("cora.lim@", "ana.santos@") + REMOVED


def after() -> str:
    """The YAML of the pull request."""
    return (AFTER / FILE).read_text(encoding="utf-8")


def blocks(product: Product) -> dict[str, str]:
    """Let the product tell the story; return what it prints, with what differs each time fixed."""
    return {name: _fixed(product, told) for name, told in _story(product)}


def _story(product: Product) -> Iterator[tuple[str, str]]:
    people = {address: address for address in re.findall(r"\S+@\S+", before() + after())}
    product.odoo.populate([COMPANY], [(name, login, [COMPANY]) for name, login in people.items()])
    file = product.seed_dir / FILE
    file.write_text(before(), encoding="utf-8")
    product.ok("migrate")
    yield "doctor", _excerpt(product.run("doctor").out, "FAIL", "→", "27 checks")
    product.ok("prepare")
    product.ok("run")
    broken = after()
    for right, wrong in MISTAKES.items():
        broken = broken.replace(right, wrong)
    file.write_text(broken, encoding="utf-8")
    yield "mistakes", product.run("validate").out
    file.write_text(after().replace("cora.lim@", "cora.lin@"), encoding="utf-8")
    yield "refusal", product.run("plan", "--from", "files").out
    file.write_text(after(), encoding="utf-8")
    yield "plan", product.ok("plan", "--from", "files", "--format", "comment")
    product.ok("run")
    yield "comment", product.ok("summary", "--format", "markdown")
    yield "rollback", product.ok("rollback", "last")
    yield from _review(product, file)
    product.ok("stop", "--reason", "The ledger is being audited.", "--yes")
    yield "stopped", product.run("seed").err


def _review(product: Product, file: Path) -> Iterator[tuple[str, str]]:
    """People work in Odoo; then a pull request meets it."""
    ana = product.odoo.as_user("ana.santos@example.com")
    names = ("FIN_CLOSE_T001", "FIN_CLOSE_T002", "FIN_CLOSE_T004")
    first, second, fourth = (product.in_odoo("project.task", ref, "id")["id"] for ref in names)
    ana.call("project.task", "write", [first], {"name": "Chart of accounts"})
    ana.call("project.task", "write", [second], {"date_deadline": "2026-01-15 16:00:00"})
    ana.call("project.task", "message_post", [fourth], body="Sent.", message_type="comment")
    product.ok("shadow")
    yield "verify", product.run("verify").out
    text = after().replace("deadline: 2026-01-13", "deadline: 2026-01-14")
    file.write_text(text, encoding="utf-8")
    product.ok("load")
    yield "drift", product.ok("plan", "--out", "plan.json")
    file.write_text(text[: text.index("      - external_ref: FIN_CLOSE_T004")], encoding="utf-8")
    product.ok("load")
    yield "guard", _excerpt(product.run("plan").out, "Plan for", "GUARD", "- task", "Checksum")
    yield "planned", product.run("seed", "--plan", "plan.json").err
    renamed = text.replace("FIN_CLOSE_T004", "FIN_CLOSE_BRIEF")
    file.write_text(renamed, encoding="utf-8")
    product.ok("load")
    yield "rename", _excerpt(product.run("plan").out, "NOTE")


def _fixed(product: Product, told: str) -> str:
    """What differs from run to run, as one and the same."""
    told = told.replace(product.odoo.url, "https://erp.example.com")
    for pattern, same in _VARIABLE.items():
        told = re.sub(pattern, same, told)
    found = dict.fromkeys(re.findall(r"\b[0-9a-f]{16}\b", told))
    for checksum, same in zip(found, _CHECKSUMS, strict=False):
        told = told.replace(checksum, same)
    return told


def _excerpt(told: str, *words: str) -> str:
    """The lines with one of these words; what is left out is one line of dots."""
    kept = [line if any(word in line for word in words) else "…" for line in told.splitlines()]
    return "".join(f"{line}\n" for line, _ in groupby(kept))
