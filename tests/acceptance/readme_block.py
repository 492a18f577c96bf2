"""Writes what the product prints into README and docs, between the markers of each block.

`<!-- NAME:begin … -->` and `<!-- NAME:end -->` stand around a block: a fence of text, or Markdown
as it is. The names are those of `screens`.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from product import BOT, PASSWORD, REPOSITORY, Product
from screens import blocks

from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Mapping

README = REPOSITORY / "README.md"
GUIDES = tuple(REPOSITORY / f"docs/{name}.md" for name in ("pm", "reviewer", "operator"))
PAGES = (README, *GUIDES)
BLOCK = re.compile(
    r"(<!-- (?P<name>[\w-]+):begin .*?-->\n(?:```text\n)?).*?((?:```\n)?<!-- (?P=name):end -->)",
    re.DOTALL,
)


def with_blocks(page: str, told: Mapping[str, str]) -> str:
    """The page with each of its blocks as it is told now."""
    return BLOCK.sub(lambda found: found[1] + told[found["name"]] + found[3], page)


def main() -> None:
    """Rewrite the blocks of all pages."""
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
            told = blocks(product)
    finally:
        shutil.rmtree(folder)
    for page in PAGES:
        text = with_blocks(page.read_text(encoding="utf-8"), told)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
