"""Files brought into their canonical form, each wholly or not at all."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

from odoo_seed.core.documents import Mapping
from odoo_seed.core.format_report import FormatResult, Reformatted
from odoo_seed.core.problems import Problem
from odoo_seed.edges.seed_files.folder import no_garbage_collection
from odoo_seed.edges.seed_files.formatting.events import comments_of
from odoo_seed.edges.seed_files.formatting.layout import lay_out, with_line_feeds
from odoo_seed.edges.seed_files.formatting.replace import ChangedMeanwhileError, replace_content
from odoo_seed.edges.seed_files.listing import (
    ENDINGS,
    LINK_REMEDY,
    Listing,
    list_files,
    read_bytes,
    why,
)
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.edges.seed_files.repository import Repository
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class SeedFormatter:
    """Formats files, and the YAML files in folders.

    With `tracked` only those that git knows.
    """

    def __init__(self, paths: Sequence[Path], *, tracked: bool = False) -> None:
        self.paths = paths
        self.tracked = tracked

    def run(self, *, write: bool) -> FormatResult:
        """Format every file, or only say what would change; never raises for what one holds."""
        with no_garbage_collection():
            return self._run(write=write)

    def _run(self, *, write: bool) -> FormatResult:
        files: dict[str, Path] = {}
        problems: list[Problem] = []
        for path in self.paths:
            listing = self._listing(path)
            problems += listing.problems
            files |= {name: path for path, name in listing.files}
        changed = []
        for name, path in sorted(files.items()):
            done = _format_file(path, name, write=write)
            if isinstance(done, Reformatted):
                changed.append(done)
            elif done:
                problems += done
        problems.sort()
        return FormatResult(len(files), changed, problems, written=write)

    def _listing(self, path: Path) -> Listing:
        repository = Repository.around(path)
        only = repository.tracked(path) if self.tracked else None
        name = repository.name(path)

        def refuse(code: str, found: str, remedy: str) -> Listing:
            return Listing(problems=[Problem(name, 1, 1, code, found, remedy)])

        try:
            is_link = stat.S_ISLNK(path.lstat().st_mode)
            is_folder = path.is_dir()
        except OSError as error:
            return refuse("unreadable", f"it cannot be read: {why(error)}", "name what is there")
        if is_folder:
            return list_files(path, repository.name, only)
        if is_link:
            return refuse("link", "this file is a link", LINK_REMEDY)
        if not path.name.lower().endswith(ENDINGS):
            return refuse("not-yaml", "this is no YAML file", "name *.yaml, *.yml or a folder")
        if only is not None and path not in only:
            return Listing()
        return Listing([(path, name)])


def _format_file(path: Path, name: str, *, write: bool) -> Reformatted | Sequence[Problem]:
    """Return what was changed, or problems; neither when there is nothing to do."""
    before, problem = read_bytes(path, name)
    if problem is not None:
        return [problem]
    done = reformat(name, before)
    if write and isinstance(done, Reformatted):
        try:
            replace_content(path, before, "\n".join([*done.after, ""]).encode())
        except OSError as error:
            found = f"the file cannot be written: {why(error)}"
            return [Problem(name, 1, 1, "unwritable", found, "give yourself the right to write it")]
        except ChangedMeanwhileError:
            found = "somebody changed the file while it was being formatted"
            return [Problem(name, 1, 1, "changed-meanwhile", found, "run the command again")]
    return done


def reformat(name: str, content: bytes) -> Reformatted | Sequence[Problem]:
    """Return a file's canonical form, `name` being how problems name it; nothing when it has it.

    A file that the seed's reader cannot read gives the problems that `validate` gives.
    """
    text, fault = decode(content)
    parsed = parse(text)
    if fault is not None or parsed.faults or not isinstance(parsed.root, Mapping):
        return read_file(name, content).problems
    formatted = lay_out(text)
    if formatted.encode() == content:
        return []
    text = with_line_feeds(text)
    if not _same(parsed.root, text, formatted):
        found = "the file cannot be formatted without changing what it says"
        remedy = "write each key and its value simply, as `key: value`, and format again"
        return [Problem(name, 1, 1, "not-formatted", found, remedy)]
    before, after = (each.removesuffix("\n").split("\n") for each in (text, formatted))
    return Reformatted(name, before, after)


def _same(root: Mapping, text: str, formatted: str) -> bool:
    """Compare what both say: values with their types, the order of keys, the comments."""
    again = parse(formatted)
    if again.faults or json.dumps(again.root) != json.dumps(root):
        return False
    return comments_of(formatted) == comments_of(text)
