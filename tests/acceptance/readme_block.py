"""Writes the pull-request comment of the README as the product prints it.

The seed is README's own example, with two more tasks; the pull request moves a deadline, gives a
task to somebody else, adds one and removes one. `readme_seed` is that seed after the pull request.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from product import BOT, PASSWORD, Product

from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.sandbox import SandboxServer

HERE = Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
AFTER = HERE / "readme_seed"
COMPANY = "TBWA\\SMP"
FILE = "projects/FIN_CLOSE_PROJ.yaml"
REMOVED = """\
      - external_ref: FIN_CLOSE_T003
        name: Collect the cut-off memos
        assignee_email: ana.santos@example.com
        deadline: 2026-01-14
"""
_BLOCK = re.compile(r"(<!-- comment:begin .*?-->\n).*?(<!-- comment:end -->)", re.DOTALL)
_VARIABLE = {
    r"plan `[0-9a-f]{16}`": "plan `d14bf4a625b69736`",
    r"run `[0-9a-f-]{36}`": "run `0a6f3b1e-4d52-4c1b-9b7e-5f0c8e2d7a91`",
    r"\d{4}-\d\d-\d\d \d\d:\d\d UTC": "2026-01-06 01:20 UTC",
}


def before() -> str:
    """The YAML that the pull request starts from: README's example and two more tasks."""
    text = (AFTER / FILE).read_text(encoding="utf-8")
    text = text.replace("deadline: 2026-01-12  # moved", "deadline: 2026-01-09")
    start = text.index("      - external_ref: FIN_CLOSE_T004\n")
    return text[:start].replace("cora.lim@", "ana.santos@") + REMOVED


def comment(product: Product) -> str:
    """Let the product bring the seed and then the pull request into an Odoo; return its comment."""
    after = (AFTER / FILE).read_text(encoding="utf-8")
    people = {address: address for address in re.findall(r"\S+@\S+", before() + after)}
    users = [(name, login, [COMPANY]) for name, login in people.items()]
    product.odoo.populate([COMPANY], users)
    file = product.seed_dir / FILE
    file.write_text(before(), encoding="utf-8")
    for verb in ("migrate", "prepare", "run"):
        product.ok(verb)
    file.write_text(after, encoding="utf-8")
    product.ok("run")
    told = product.ok("summary", "--format", "markdown")
    for pattern, fixed in _VARIABLE.items():
        told, times = re.subn(pattern, fixed, told)
        assert times == 1, pattern
    return told


def with_block(readme: str, told: str) -> str:
    """README with this comment between its markers."""
    changed, times = _BLOCK.subn(lambda found: found[1] + told + found[2], readme)
    assert times == 1
    return changed


def main() -> None:
    """Rewrite the README's block."""
    # Not a closed folder: root's Postgres runs as nobody.
    folder = Path(tempfile.mkdtemp(prefix="odoo-seed readme "))
    folder.chmod(0o755)
    try:
        with (
            EmbeddedPostgres(folder / "home", durable=False) as postgres,
            SandboxServer(login=BOT, password=PASSWORD) as odoo,
        ):
            product = Product(folder, postgres.url, odoo)
            os.environ.update(product.variables)
            os.chdir(folder)
            told = comment(product)
    finally:
        shutil.rmtree(folder)
    README.write_text(with_block(README.read_text(encoding="utf-8"), told), encoding="utf-8")


if __name__ == "__main__":
    main()
