"""What was read of Odoo, from rows full of ids to records in canonical values."""

from __future__ import annotations

from collections import defaultdict
from sys import intern
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import Directory, Live, LiveRecord, LiveStage, LiveUser
from odoo_seed.edges.odoo.bound import Bound
from odoo_seed.edges.odoo.mapping import REF, Names, from_odoo, readers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.live import Key, LiveQuery
    from odoo_seed.core.model import Kind
    from odoo_seed.edges.odoo.bound import Search
    from odoo_seed.edges.odoo.mapping import Readers


class Naming:
    """One reading while its ids get names; `live` puts it together."""

    def __init__(
        self,
        query: LiveQuery,
        odoo_major: int,
        projects: list[dict[str, Any]],
        milestones: list[dict[str, Any]],
        tasks: list[dict[str, Any]],
    ) -> None:
        self._query = query
        self._rows: dict[Kind, list[dict[str, Any]]] = {
            "project": projects,
            "milestone": milestones,
            "task": tasks,
        }
        self._names = Names()
        self._user_names: dict[int, str] = {}
        self._bound: Bound | None = None
        self._names.projects = {row["id"]: row[REF] for row in projects}
        self._names.tasks = {row["id"]: row[REF] for row in tasks}
        self._names.milestones = self._milestone_refs(milestones)
        self._directory = Directory(time_zone=query.time_zone, odoo_major=odoo_major)

    def _milestone_refs(self, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
        """Milestones carry no ref: match by the id we stored, else by project and name.

        An id counts only in the project it belongs to: in a database that was made anew it may
        be somebody else's milestone. It also counts less than a name when the ref that had it is
        no longer in the seed: that milestone got a new ref.
        """
        project_refs = {row["id"]: self._seeded_project(row) for row in rows}
        seeded = {item.external_ref: item.project_external_ref for item in self._query.milestones}
        refs = {
            odoo_id: ref
            for (kind, ref), odoo_id in self._query.known_ids.items()
            if kind == "milestone"
            and odoo_id in project_refs
            and seeded.get(ref, project_refs[odoo_id]) == project_refs[odoo_id]
        }
        taken = set(refs.values())
        by_name = {
            (milestone.project_external_ref, milestone.name): milestone.external_ref
            for milestone in self._query.milestones
            if milestone.external_ref not in taken
        }
        for row in rows:
            place = (project_refs[row["id"]], row["name"])
            if refs.get(row["id"]) not in seeded and place in by_name:
                refs[row["id"]] = by_name.pop(place)
        return refs

    def _seeded_project(self, row: Mapping[str, Any]) -> str:
        """The ref that the seed has for a milestone's project, which Odoo may know as a former."""
        ref = self._names.projects.get(row["project_id"], "")
        return self._query.renamed_projects.get(ref, ref)

    def name_companies(self, names: Mapping[int, str], archived: Iterable[str]) -> None:
        """Learn the companies' names by id, and which of them are archived, as far as is known."""
        self._names.companies |= names
        self._directory.companies |= {name: odoo_id for odoo_id, name in names.items()}
        self._directory.archived_companies.update(archived)

    def name_bound(self, search: Search) -> None:
        """Learn what bindings name, once the companies are known."""
        if self._query.bound_fields:
            projects = self._rows["project"]
            self._bound = Bound(self._query, search, projects, self._directory.companies)
            self._directory.bound |= self._bound.ids()

    def name_tags(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Learn the tags, from rows with `name`."""
        for row in rows:
            self._names.tags[row["id"]] = row["name"]
            self._directory.tags[row["name"]] = row["id"]

    def name_users(self, rows: Iterable[Mapping[str, Any]], me: int) -> None:
        """Learn the users, from rows with login, name, active and company_ids.

        Args:
            me: Id of the user that we work as.
        """
        for row in rows:
            login = row["login"].lower()
            self._names.users[row["id"]] = login
            self._user_names[row["id"]] = row["name"]
            user = LiveUser(row["id"], login, bool(row["active"]), tuple(row["company_ids"]))
            self._directory.users[login] = user
            if row["id"] == me:
                self._directory.me = user

    def name_stages(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Learn the stages, in the order of a board, and which project's they are."""
        for row in rows:
            self._names.stages[row["id"]] = row["name"]
        put_stages(rows, self._rows["project"], self._names.projects, self._directory)

    def live(self, strays: Mapping[Key, tuple[int, str]]) -> Live:
        """Put everything together; refs that stand twice are set apart."""
        found: defaultdict[Key, list[LiveRecord]] = defaultdict(list)
        read = readers(self._names, self._query.time_zone, self._directory.odoo_major)
        for kind, rows in self._rows.items():
            for row in rows:
                ref = self._names.milestones.get(row["id"]) if kind == "milestone" else row[REF]
                if ref:
                    found[kind, ref].append(self._record(kind, ref, row, read))
        records = {key: same[0] for key, same in found.items() if len(same) == 1}
        self._directory.records |= {key: record.odoo_id for key, record in records.items()}
        duplicates = {
            key: tuple(record.odoo_id for record in same)
            for key, same in found.items()
            if len(same) > 1
        }
        return Live(records, self._directory, duplicates, strays)

    def _record(self, kind: Kind, ref: str, row: Mapping[str, Any], read: Readers) -> LiveRecord:
        values = from_odoo(kind, row, read)
        if kind == "project" and self._bound is not None:
            values |= self._bound.values(self._query.renamed_projects.get(ref, ref), row)
        return LiveRecord(
            kind,
            ref,
            row["id"],
            values,
            state=_shared(row.get("state")),
            written_at=_shared(row["write_date"]),
            written_by=self._user_names.get(row["write_uid"]),
            left_alone=_left_alone(kind, row),
        )


def _shared(text: str | None) -> str | None:
    """One text for all rows that say the same."""
    return intern(text) if text else None


def _left_alone(kind: Kind, row: Mapping[str, Any]) -> str:
    """Why a task must not be written: people made something of it that a write would disturb."""
    if kind == "task" and row["recurring_task"]:
        return "it is recurring in Odoo"
    if kind == "task" and not row["project_id"]:
        return "it is somebody's private task in Odoo"
    return ""


def put_stages(
    stages: Sequence[Mapping[str, Any]],
    projects: Iterable[Mapping[str, Any]],
    refs: Mapping[int, str],
    directory: Directory,
) -> None:
    """Put each project's own stages into the directory, the first of a name.

    Personal stages share names with them and are never meant (project_task_type.py, user_id).
    """
    for project in projects:
        listed = set(project["type_ids"])
        for row in stages:
            if row["id"] in listed and row["active"] and not row["user_id"]:
                stage = LiveStage(
                    row["id"],
                    row["name"],
                    row["sequence"],
                    bool(row["fold"]),
                    shared=len(row["project_ids"]) > 1,
                    writes=bool(row["mail_template_id"]),
                    asks=bool(row["rating_template_id"]) and _asks({**project, **row}),
                )
                directory.stages.setdefault((refs[project["id"]], row["name"]), stage)


def _asks(row: Mapping[str, Any]) -> bool:
    """Whether ratings are asked for on arrival: 18 says so of projects, 19 of stages."""
    return bool(row.get("rating_active")) and row.get("rating_status") == "stage"
