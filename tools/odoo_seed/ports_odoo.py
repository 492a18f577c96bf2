"""What the pipeline needs of Odoo. Edges implement these; tests use the real edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from odoo_seed.core.adoption import Stranger
    from odoo_seed.core.eyes import Question, Sight
    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Directory, Live, LiveQuery
    from odoo_seed.core.model import Kind, Stage
    from odoo_seed.core.plan import StageChange, StageToAdd
    from odoo_seed.core.rehearsal import Complaint, Sheet

PATIENCE = 150.0
"""Odoo ends a call after 120 s unless its limit_time_real says otherwise; a quarter more for the
time that the call waits for a worker."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to be created, in canonical values.

    Attributes:
        stages: Of a new project.
        waits: For a task: whether something it depends on is still open.
    """

    external_ref: str
    values: Mapping[str, Value]
    stages: tuple[Stage, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task's state in Odoo.

    Attributes:
        depends_on: Ids of the tasks it waits for.
        by_us: Whether we were the last to write the task.
    """

    state: str
    depends_on: tuple[int, ...] = ()
    by_us: bool = False


class OdooReader(Protocol):
    """Reads Odoo. Has no method that writes: plan, shadow and verify get only this."""

    def read_live(self, query: LiveQuery) -> Live:
        """Read everything that carries a ref, whole or not at all (raises OdooError)."""
        ...

    def all_projects(self) -> Sequence[Stranger]:
        """Return all projects, with and without a ref, archived ones too, by id."""
        ...

    def inside(self, projects: Sequence[int]) -> Sequence[Stranger]:
        """Return the milestones and tasks of projects (Odoo ids), archived ones too, by id."""
        ...

    def look(self, question: Question) -> Sight:
        """Look at what people did on records that a plan would archive or hide."""
        ...

    @property
    def database_key(self) -> str:
        """Server and database in words that are the same for everybody who works there."""
        ...

    @property
    def answer_seconds(self) -> float:
        """Seconds that the quickest answer took so far; infinite before the first."""
        ...

    @property
    def patience(self) -> float:
        """Seconds after which Odoo cannot be busy any more with a call that was sent."""
        ...


class OdooWriter(OdooReader, Protocol):
    """Writes Odoo. One call is one transaction on the other side."""

    def guard(self, check: Callable[[], None]) -> None:
        """Call `check` before every write, `another`'s too; what it raises stops that write."""
        ...

    def create_tags(self, names: Sequence[str]) -> Mapping[str, int]:
        """Create project tags and return their ids by name."""
        ...

    def create_stages(self, stages: Sequence[StageToAdd], directory: Directory) -> None:
        """Add stages to existing projects, and put them into the directory."""
        ...

    def write_stage(self, change: StageChange) -> None:
        """Give a stage its place and fold."""
        ...

    def read_made(self, projects: Sequence[NewRecord], directory: Directory) -> None:
        """Put the stages of projects just made into the directory."""
        ...

    def create(
        self, kind: Kind, records: Sequence[NewRecord], directory: Directory
    ) -> Sequence[int]:
        """Create records of one kind in one call; ids in the order given."""
        ...

    def write(
        self,
        kind: Kind,
        refs: Sequence[str],
        values: Mapping[str, Value],
        directory: Directory,
        *,
        project_ref: str = "",
        state: str | None = None,
    ) -> None:
        """Write the same values to several records in one call.

        Args:
            project_ref: The project whose stages a stage name means.
            state: Task state to send along, so that a change of stage, dependencies, parent or
                project does not make Odoo recompute it.
        """
        ...

    def set_states(self, directory: Directory, *, closed: bool) -> Mapping[int, TaskState]:
        """Return the tasks that people reviewed, by id, whoever made them.

        Args:
            closed: Also those that are done or canceled, in the projects we manage.
        """
        ...

    def read_states(self, ids: Sequence[int]) -> Mapping[int, TaskState]:
        """Return the states of tasks; those that are gone are left out."""
        ...

    def write_state(self, ids: Sequence[int], state: str) -> None:
        """Set the state of tasks."""
        ...

    def followed_tasks(self) -> Sequence[int]:
        """Return the ids of our tasks that the bot created and follows."""
        ...

    def unfollow(self, ids: Sequence[int]) -> None:
        """Let the bot no longer follow these tasks: Odoo makes it follow all that it creates."""
        ...

    def find(
        self, kind: Kind, records: Sequence[NewRecord], directory: Directory
    ) -> Mapping[str, int]:
        """Return, by ref, the ids of those records that are in Odoo, archived ones included."""
        ...

    def another(self) -> AbstractContextManager[OdooWriter]:
        """Open a second connection for another thread."""
        ...

    def read_descriptions(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, str]:
        """Return Odoo's own HTML of the descriptions, by id."""
        ...


class OdooRehearser(Protocol):
    """Lets Odoo try records and take them back. Has no method that writes for good."""

    def try_out(self, sheet: Sheet, directory: Directory) -> Sequence[Complaint]:
        """Let Odoo create or update a sheet's records, roll it all back, and say what it said.

        Raises:
            OdooRefusedError: Odoo could not even begin to try; it speaks of no record.
            OdooAccessError: This user may not import.
            OdooError: Odoo cannot be reached, or cannot import.
        """
        ...
