"""The seed folder: which files belong to it, and what they say all together."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING

from odoo_seed.core.recurring import RECURRING
from odoo_seed.core.rules import ANYTHING, check_seed
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files.listing import Listing, list_files, read_bytes
from odoo_seed.edges.seed_files.reading import ReadFile, read_file
from odoo_seed.edges.seed_files.repository import Repository
from odoo_seed.ports import SeedReading

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import Pointer, SeedAndPolicy, Source
    from odoo_seed.core.problems import Problem


class SeedFolder:
    """Implements `ports.SeedFiles` for a folder on disk; with `tracked`, for what git knows of it.

    Args of the class: `now`, a moment with a time zone, is the day from which schedules roll; by
    default that of this machine's clock.

    What a commit holds is decided by git's index: other files may lie around on this machine.
    With `instead` some files are taken to hold something else than they do, or to be there. With
    `may_be_empty` it is no problem that there is no project yet.
    """

    def __init__(
        self,
        root: Path,
        *,
        tracked: bool = False,
        repository: Repository | None = None,
        now: datetime | None = None,
        instead: Mapping[Path, bytes] | None = None,
        may_be_empty: bool = False,
    ) -> None:
        self.root = root
        self.may_be_empty = may_be_empty
        self.instead = instead
        self.tracked = tracked
        self.repository = repository
        self.now = now or datetime.now(UTC)

    def read(self) -> SeedReading:
        """Read, check and expand every file; never raises for what the folder holds.

        Problems come sorted by file and place. `content` is None when one of them is an error.
        """
        with no_garbage_collection():
            return self._read()

    def _read(self) -> SeedReading:
        repository = self.repository or Repository.around(self.root)
        commit = repository.commit()
        only = repository.tracked(self.root) if self.tracked else None
        if self.instead and not os.path.lexists(self.root):
            listing = Listing()  # all of it is still to be written
        else:
            listing = list_files(self.root, repository.name, only)
        files = _read_files(listing, self.instead or {}, repository)
        documents = (file.document for file in files if file.document)
        unsure = _lost(listing, files)
        expansion = expand(documents, commit, self.now, unsure)
        problems = [
            *listing.problems,
            *(problem for file in files for problem in file.problems),
            *expansion.problems,
        ]
        problems += _check(
            expansion.content,
            files,
            unsure=unsure if expansion.complete and not _templates_lost(files) else ANYTHING,
            empty_is_error=not problems and not self.may_be_empty,
            where=repository.name(self.root),
        )
        problems.sort(key=_order)
        errors = any(problem.severity == "error" for problem in problems)
        names = tuple(file.path for file in files)
        return SeedReading(None if errors else expansion.content, tuple(problems), names, commit)


def _read_files(
    listing: Listing, instead: Mapping[Path, bytes], repository: Repository
) -> list[ReadFile]:
    files = []
    listed = dict(listing.files)
    added = {path: repository.name(path) for path in instead if path not in listed}
    for path, name in sorted({**listed, **added}.items(), key=itemgetter(1)):
        if path in instead:
            files.append(read_file(name, instead[path]))
            continue
        content, problem = read_bytes(path, name)
        if problem is not None:
            files.append(ReadFile(name, problems=[problem], lost=None))
        else:
            files.append(read_file(name, content))
    return files


def _check(
    content: SeedAndPolicy,
    files: Sequence[ReadFile],
    *,
    unsure: Container[str],
    empty_is_error: bool,
    where: str,
) -> list[Problem]:
    by_path = {file.path: file for file in files}

    def locate(source: Source, pointer: Pointer, *, key: bool) -> Position:
        return by_path[source.path].places((*source.pointer, *pointer), key=key)

    problems = check_seed(
        content.seed,
        content.policy,
        locate=locate,
        unsure=unsure,
        faulty={(file.path, place) for file in files for place in file.faulty},
        empty_is_error=empty_is_error,
        where=where,
    )
    return [
        replace(problem, pointer=by_path[problem.path].places.in_file(problem.pointer))
        if problem.path in by_path
        else problem
        for problem in problems
    ]


def _lost(listing: Listing, files: Sequence[ReadFile]) -> Container[str]:
    """Words of what could not be used: refs and names that may be defined there."""
    lost: set[str] = set()
    for file in files:
        if file.lost is None:
            return ANYTHING
        lost |= file.lost
    return ANYTHING if listing.problems else lost


def _templates_lost(files: Sequence[ReadFile]) -> bool:
    """Whether templates had faults: nobody knows then which refs they would have made."""
    return any(
        file.problems and file.document and not RECURRING.isdisjoint(file.document.data)
        for file in files
    )


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.path, problem.line, problem.column, problem.code, problem.found


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Reading makes many objects and no circular garbage: collecting would cost a tenth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
