"""A seed folder as another revision of its git repository has it, or as another folder has it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from odoo_seed.core.compare import Base
from odoo_seed.core.problem_report import count
from odoo_seed.core.quoting import quoted, visible
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.listing import ENDINGS, MAX_BYTES, MAX_FILES, why
from odoo_seed.edges.seed_files.repository import Repository
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

MAX_ALL_BYTES = 500_000_000
"""Of all files of one revision."""

_LINK = "120000"
_SECONDS = 120


def read_base(seed_dir: Path, named: str, now: datetime | None = None) -> Base:
    """Read what `--base` names: an existing folder, else a revision of the seed's repository.

    Of a folder that is a whole checkout, its seed folder is read. Schedules roll from `now`.

    Raises:
        UsageError: It is neither, or git does not give it out.
    """
    repository = Repository.around(seed_dir)
    real = Path(os.path.realpath(seed_dir))
    inside = real.relative_to(repository.base) if real.is_relative_to(repository.base) else None
    if os.path.isdir(named):  # noqa: PTH112 - pathlib raises for names that are too long
        folder = Path(named)
        if inside is not None and (folder / inside).is_dir():
            folder /= inside
        return _base_of(named, None, SeedFolder(folder, now=now))
    if inside is None or not repository.in_git:
        raise UsageError(
            f"{quoted(named)} is no folder, and {repository.name(seed_dir)} is in no git "
            "repository that could know it as a revision.",
            remedy="Name the folder of the other seed.",
        )
    git = _Git(repository.base)
    commit = git.commit_of(named)
    try:
        with tempfile.TemporaryDirectory(prefix="odoo-seed-") as scratch:
            top = Path(os.path.realpath(scratch))
            if not git.extract(commit, inside, top):
                return Base(named, commit, trouble=f"{_named(named)} has no {visible(str(inside))}")
            files = SeedFolder(top / inside, repository=Repository(top, in_git=False), now=now)
            return _base_of(named, commit, files)
    except OSError as error:  # a full disk, a name too long, a tree that names a file twice
        raise UsageError(
            f"The files of {_named(named)} cannot be put into a temporary folder: {why(error)}.",
            remedy="Make room for them there, or compare with another revision.",
        ) from error


def _base_of(named: str, commit: str | None, files: SeedFolder) -> Base:
    reading = files.read()
    if reading.content is not None:
        return Base(named, commit, reading.content)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    first = f"{visible(errors[0].location)}: {visible(errors[0].found)}"
    found = f"{count(len(errors), 'problem')}, the first in {first}"
    return Base(named, commit, trouble=f"the seed of {_named(named)} is not valid ({found})")


def _named(name: str) -> str:
    return visible(name if len(name) <= 60 else f"{name[:60]}…")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a revision, by its path in the repository."""

    mode: str
    blob: str
    size: int
    path: PurePosixPath


class _Git:
    """Asks git for objects; never for anything that attributes, filters or hooks take part in."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def commit_of(self, named: str) -> str:
        """Return the commit's id; raises UsageError when there is none."""
        if not named or named.startswith("-") or not named.isprintable():
            raise UsageError(
                f"{quoted(named)} is no revision.",
                remedy="Name a branch, a tag or a commit, such as --base origin/main.",
            )
        asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}"]
        answer = self._run(asked)
        commit = answer.stdout.decode("ascii", "replace").strip()
        if answer.returncode == 0 and not commit.startswith("^"):  # "^main": all but that one
            return commit
        shallow = self._run(["rev-parse", "--is-shallow-repository"])
        if shallow.returncode != 0:
            self._fail(shallow)
        if shallow.stdout.strip() == b"true":
            raise UsageError(
                f"{quoted(named)} is neither a folder nor a revision in this clone, which is "
                "shallow: it lacks most of the history.",
                remedy="Give actions/checkout `fetch-depth: 0`, or run `git fetch --unshallow`.",
            )
        raise UsageError(
            f"{quoted(named)} is neither a folder nor a revision that git knows here.",
            remedy="Fetch it first (`git fetch origin`), or correct the name.",
        )

    def extract(self, commit: str, inside: Path, target: Path) -> bool:
        """Write a folder's YAML files below `target`; return whether there is such a folder."""
        prefix = inside.as_posix()
        tree = f"{commit}:{'' if prefix == '.' else prefix}"
        kind = self._run(["cat-file", "-t", tree])
        if kind.returncode != 0 or kind.stdout.strip() != b"tree":
            return False
        (target / inside).mkdir(parents=True, exist_ok=True)
        listing = self._run(["ls-tree", "-r", "-z", "--long", tree])
        if listing.returncode != 0:
            self._fail(listing)
        entries = [one for one in _entries(listing.stdout) if one.path.suffix.lower() in ENDINGS]
        self._refuse_excess(entries)
        small = [one for one in entries if one.mode != _LINK and one.size <= MAX_BYTES]
        contents = self._contents([one.blob for one in small])
        for entry in entries:
            path = target / inside / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode == _LINK:
                path.symlink_to("nowhere")  # refused when read, as any link, wherever it led
            elif entry.size > MAX_BYTES:
                with path.open("wb") as file:
                    file.truncate(MAX_BYTES + 1)  # refused for its size, so its content is no use
            else:
                path.write_bytes(next(contents))
        return True

    def _refuse_excess(self, entries: Sequence[_Entry]) -> None:
        size = sum(min(one.size, MAX_BYTES) for one in entries)
        if len(entries) > MAX_FILES or size > MAX_ALL_BYTES:
            raise UsageError(
                f"The base holds {count(len(entries), 'file')} with {size / 1e6:,.0f} MB of YAML, "
                "too much to compare.",
                remedy=f"Compare with a base of at most {MAX_FILES:,} files "
                f"and {MAX_ALL_BYTES // 10**6} MB.",
            )

    def _contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Yield the objects' contents in their order."""
        asked = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
        answer = self._run(["cat-file", "--batch"], asked)
        if answer.returncode != 0:
            self._fail(answer)
        told, place = answer.stdout, 0
        for _ in blobs:
            end = told.index(b"\n", place)
            words = told[place:end].split()
            if len(words) != 3:  # "<id> missing": the clone is partial
                self._fail(answer)
            place = end + 1 + int(words[2])
            yield told[end + 1 : place]
            place += 1

    def _run(self, words: Sequence[str], asked: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git without ever waiting for a password."""
        command = ["git", "-C", str(self._top), *words]
        environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            return subprocess.run(
                command,
                input=asked,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env=environment,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise UsageError(
                "git does not answer, so there is no revision to compare with.",
                remedy="Install git, or name a folder with --base.",
            ) from error

    def _fail(self, answer: subprocess.CompletedProcess[bytes]) -> None:
        lines = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        said = f": {visible(lines[0][:300])}" if lines else ""
        raise UsageError(
            f"git does not give out what the base holds{said}.",
            remedy="Run `git status` and `git fsck` there and follow what they say.",
        )


def _entries(listing: bytes) -> Iterator[_Entry]:
    """Read ``ls-tree -r -z --long``: ``<mode> <type> <id> <size>TAB<path>``, NUL after each.

    Paths are as hostile as the tree: one that leads out of its folder is refused.
    """
    for line in filter(None, listing.split(b"\0")):
        about, _, name = line.partition(b"\t")
        mode, kind, blob, size = about.decode("ascii").split()
        path = PurePosixPath(os.fsdecode(name))
        if path.is_absolute() or ".." in path.parts:
            raise UsageError(
                f"The base holds a file named {quoted(os.fsdecode(name))}.",
                remedy="Such a tree was not made by git; compare with another revision.",
            )
        hidden = any(part.startswith(".") for part in path.parts)
        if kind == "blob" and not hidden:
            # A size that git does not know belongs to an object that it lacks, as is said later.
            yield _Entry(mode, blob, int(size) if size.isdigit() else 0, path)
