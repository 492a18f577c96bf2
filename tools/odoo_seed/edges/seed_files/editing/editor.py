"""The seed folder brought to hold other records, each file changed where it must be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy
from odoo_seed.core.problem_report import count
from odoo_seed.core.quoting import visible
from odoo_seed.core.record_keys import same_record
from odoo_seed.edges.seed_files.editing.changes import Changes, by_key
from odoo_seed.edges.seed_files.editing.files import EditedFile
from odoo_seed.edges.seed_files.editing.saving import save_all
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.listing import list_files, read_bytes
from odoo_seed.edges.seed_files.repository import Repository
from odoo_seed.edges.seed_files.schema import key_validator
from odoo_seed.errors import InvalidSeedError, SeedEditError
from odoo_seed.ports_editing import FileEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.model import Kind
    from odoo_seed.core.problems import Problem

_TOLD = 12


class SeedEditor:
    """Implements `ports.SeedEditing` for a folder on disk.

    New projects get files of their own, in `new_files` or else below the folder. What is in
    `new_files` counts as a part of the seed. Rolling schedules roll from the day of `now`; without
    it they make nothing.
    """

    def __init__(
        self, root: Path, new_files: Path | None = None, now: datetime | None = None
    ) -> None:
        self.root = root
        self.now = now
        self.new_files = new_files
        self._edited: dict[str, EditedFile] = {}

    def current(self) -> SeedAndPolicy:
        """See ports_editing.SeedEditing."""
        if self._is_empty():
            return SeedAndPolicy(Seed(), Policy())
        return self._content({})

    def _is_empty(self) -> bool:
        """Whether there is nothing yet, which is no fault of a folder to be written."""
        return not self._files()

    def allows(self, kind: Kind, key: str, value: Any) -> bool:
        """See ports_editing.SeedEditing."""
        return key_validator(kind, key).is_valid(value)

    def edit(self, wanted: Seed) -> Sequence[FileEdit]:
        """See ports_editing.SeedEditing."""
        now = self.current()
        self._edited = {}
        changes = Changes(now.seed, wanted, self._files(), self._new_file)
        files = changes.run()
        self._edited = {file.name: file for file in files if file.changed}
        if self._edited:
            self._prove(wanted)
        return [
            FileEdit(file.name, file.before, file.after) for _, file in sorted(self._edited.items())
        ]

    def save(self) -> None:
        """See ports_editing.SeedEditing."""
        save_all([file for _, file in sorted(self._edited.items())])
        self._edited = {}

    def _files(self) -> dict[str, EditedFile]:
        return _in_folder(self.root) | self._beside()

    def _beside(self) -> dict[str, EditedFile]:
        """What is in a folder for new files that is no part of the seed's own."""
        folder = self.new_files
        if folder is None or _real(folder).is_relative_to(_real(self.root)):
            return {}
        return _in_folder(folder)

    def _new_file(self, ref: str, folder: str) -> EditedFile:
        """Return the file of a new project, or of new programs; its ref is a safe name."""
        path = (self.new_files or self.root / folder) / f"{ref}.yaml"
        name = Repository.around(self.root).name(path)
        if os.path.lexists(path):
            raise SeedEditError(
                f"{name} is there already, and is not the file of {ref}.",
                remedy="Move what it holds to a file of another name.",
            )
        return EditedFile(path, name, None)

    def _content(self, instead: Mapping[Path, bytes]) -> SeedAndPolicy:
        beside = {file.path: file.before or b"" for file in self._beside().values()}
        reading = SeedFolder(
            self.root, instead=beside | dict(instead), now=self.now, may_be_empty=not instead
        ).read()
        if reading.content is None:
            raise _invalid([item for item in reading.problems if item.severity == "error"])
        return reading.content

    def _prove(self, wanted: Seed) -> None:
        """Read back what is to be saved: it must say what is wanted, and nothing else."""
        instead = {file.path: file.after for file in self._edited.values()}
        found = by_key(self._content(instead).seed)
        expected = by_key(wanted)
        other = [
            key
            for key in (*expected, *(key for key in found if key not in expected))
            if key not in found or key not in expected or not same_record(found[key], expected[key])
        ]
        if other:
            place = next((found[key].source for key in other if key in found), None)
            where = f" ({place})" if place else ""
            named = ", ".join(f"{kind} {ref}" for kind, ref in other[:_TOLD])
            raise SeedEditError(
                f"The YAML cannot be changed without changing what else it says: {named}{where}."
                " No file was changed.",
                remedy="Write that record simply, as `key: value`, and run the command again.",
            )


def _in_folder(folder: Path) -> dict[str, EditedFile]:
    files = {}
    if os.path.lexists(folder):
        for path, name in list_files(folder, Repository.around(folder).name).files:
            content, problem = read_bytes(path, name)
            if problem is not None:
                raise _invalid([problem])
            files[name] = EditedFile.of(path, name, content)
    return files


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _invalid(problems: Sequence[Problem]) -> InvalidSeedError:
    lines = [
        f"{visible(item.location)}: {visible(item.found)}; {visible(item.remedy)}"
        for item in problems[:_TOLD]
    ]
    return InvalidSeedError(
        f"The seed has {count(len(problems), 'problem')}; no file was changed.",
        remedy="Run `odoo-seed validate` to see each with file and line.",
        details=lines,
    )
