"""The seed folder: which files belong to it, and what they say all together."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from odoo_seed.core.rules import ANYTHING, check_seed
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files.listing import list_files, read_bytes
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.edges.seed_files.repository import Repository
from odoo_seed.ports import SeedReading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from odoo_seed.core.documents import Document, Position
    from odoo_seed.core.model import Pointer, Source
    from odoo_seed.core.problems import Problem


class SeedFolder:
    """Implements `ports.SeedFiles` for a folder on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self) -> SeedReading:
        """Read, check and expand every file; never raises for what the folder holds.

        Problems come sorted by file and place. `content` is None when one of them is an error.
        """
        with _no_garbage_collection():
            return self._read()

    def _read(self) -> SeedReading:
        repository = Repository.around(self.root)
        commit = repository.commit()
        listing = list_files(self.root, repository.name)
        problems = list(listing.problems)
        documents: list[Document] = []
        lost: set[str] = set()
        all_known = not problems
        for path, name in listing.files:
            data, problem = read_bytes(path, name)
            if problem is not None:
                problems.append(problem)
                all_known = False
                continue
            result = read_file(name, data)
            problems.extend(result.problems)
            if result.lost is None:
                all_known = False
            else:
                lost |= result.lost
            if result.document is not None:
                documents.append(result.document)
        expansion = expand(documents, commit)
        by_path = {document.path: document for document in documents}
        problems.extend(expansion.problems)

        def locate(source: Source, pointer: Pointer, key: bool) -> Position:
            return by_path[source.path].locate((*source.pointer, *pointer), key=key)

        content = expansion.content
        problems.extend(
            check_seed(
                content.seed,
                content.policy,
                locate=locate,
                unsure=lost if all_known else ANYTHING,
                empty_is_error=not problems,
                where=repository.name(self.root),
            )
        )
        problems.sort(key=_order)
        errors = any(problem.severity == "error" for problem in problems)
        names = tuple(name for _, name in listing.files)
        return SeedReading(None if errors else content, tuple(problems), names, commit)


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.path, problem.line, problem.column, problem.code, problem.found


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Reading makes many objects and no circular garbage: collecting would cost a tenth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
