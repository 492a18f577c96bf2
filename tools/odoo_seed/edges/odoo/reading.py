"""The port that reads Odoo: records by ref, in canonical values, over any transport."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import Directory, Live, LiveRecord, LiveStage, LiveUser
from odoo_seed.edges.odoo.mapping import MODELS, ODOO_NAMES, REF, Names, from_odoo, readers
from odoo_seed.edges.odoo.versions import major

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.live import Key, LiveQuery
    from odoo_seed.core.model import Kind
    from odoo_seed.edges.odoo.mapping import Readers
    from odoo_seed.edges.odoo.transport import Transport

READ_CONTEXT = {"lang": "en_US", "active_test": False}

_WITH_REF: tuple[Kind, ...] = ("project", "task")

PAGE = 5000
"""Records read in one call."""


class OdooReading:
    """Implements ports.OdooReader. Holds no method that writes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._answer_seconds = math.inf
        self._own_partner = 0

    @property
    def answer_seconds(self) -> float:
        """See ports.OdooReader."""
        return self._answer_seconds

    @property
    def calls(self) -> int:
        """Requests sent so far."""
        return self._transport.calls

    def read_live(self, query: LiveQuery) -> Live:
        """See ports.OdooReader."""
        projects = self._rows("project", [(REF, "not in", [False, ""])], search_read=True)
        tasks = self._rows("task", [(REF, "not in", [False, ""])])
        milestones = self._rows(
            "milestone", [("project_id", "in", [row["id"] for row in projects])], search_read=True
        )
        odoo_major = major(self._transport.version())
        reading = _Reading(query, odoo_major, projects, milestones, tasks)
        reading.name_companies(self._all("res.company", ["name"]))
        reading.name_tags(self._all("project.tags", ["name"]))
        reading.name_users(self._users(query.emails, [*projects, *milestones, *tasks]))
        reading.name_stages(self._stages([*projects, *tasks]))
        return reading.live(self._strays(query, projects, tasks))

    def _strays(
        self, query: LiveQuery, *rows: Iterable[Mapping[str, Any]]
    ) -> dict[Key, tuple[int, str]]:
        """Which records bear an id that we wrote, though not its ref any more."""
        seen = {
            (kind, row[REF]) for kind, found in zip(_WITH_REF, rows, strict=True) for row in found
        }
        found: dict[Key, tuple[int, str]] = {}
        for kind in _WITH_REF:
            lost = {
                odoo_id: key
                for key, odoo_id in query.known_ids.items()
                if key[0] == kind and key not in seen
            }
            if lost:
                others = self._all(MODELS[kind], ["name"], [("id", "in", sorted(lost))])
                found |= {lost[row["id"]]: (row["id"], row["name"]) for row in others}
        return found

    def _rows(
        self, kind: Kind, domain: list[Any], *, search_read: bool = False
    ) -> list[dict[str, Any]]:
        """Read all records of a kind.

        `search_read` saves a call, but drops archived records from x2many fields, so it serves
        only kinds without such (odoo/models.py, search_read).
        """
        fields = ["id", *ODOO_NAMES[kind].values(), "write_date", "write_uid"]
        if kind != "milestone":
            fields.append(REF)
        if kind == "task":
            fields += ["state", "recurring_task"]
        if kind == "project":
            fields.append("type_ids")
        model = MODELS[kind]
        if search_read:
            return self._all(model, fields, domain)
        ids = self._call(model, "search", [domain], {"order": "id"})
        rows: list[dict[str, Any]] = []
        for start in range(0, len(ids), PAGE):
            rows += self._call(model, "read", [ids[start : start + PAGE], fields], {"load": ""})
        return rows

    def _all(
        self, model: str, fields: Sequence[str], domain: Sequence[Any] = ()
    ) -> list[dict[str, Any]]:
        options = {"order": "id", "load": ""}
        if model == "project.tags":
            del options["load"]  # its own search_read does not know it (project_tags.py)
        found: list[dict[str, Any]] = self._call(
            model, "search_read", [list(domain), list(fields)], options
        )
        return found

    def _users(
        self, emails: Iterable[str], rows: Iterable[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        ids: set[int] = set()
        for row in rows:
            ids.update(row.get("user_ids") or ())
            ids.update(value for value in (row.get("user_id"), row["write_uid"]) if value)
        me = self._transport.login()
        domain = ["|", ("login", "in", sorted(emails)), ("id", "in", sorted({*ids, me}))]
        fields = ["login", "name", "active", "company_ids", "partner_id"]
        rows = self._all("res.users", fields, domain)
        self._own_partner = next((row["partner_id"] for row in rows if row["id"] == me), 0)
        return rows

    def _stages(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Read the stages that projects list and tasks stand in, in the order of a board."""
        ids: set[int] = set()
        for row in rows:
            ids.update(row.get("type_ids") or ())
            if row.get("stage_id"):
                ids.add(row["stage_id"])
        if not ids:
            return []
        return self._stage_rows([("id", "in", sorted(ids))])

    def _stage_rows(self, domain: list[Any]) -> list[dict[str, Any]]:
        fields = ["name", "sequence", "fold", "user_id", "active", "project_ids"]
        stages = self._all("project.task.type", fields, domain)
        return sorted(stages, key=lambda stage: (stage["sequence"], stage["id"]))

    def _call(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        begun = time.monotonic()
        options = {**(kwargs or {}), "context": READ_CONTEXT}
        found = self._transport.call(model, method, args, options)
        self._answer_seconds = min(self._answer_seconds, time.monotonic() - begun)
        return found


class _Reading:
    """One reading while its ids get names."""

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
        self._names.projects = {row["id"]: row[REF] for row in projects}
        self._names.tasks = {row["id"]: row[REF] for row in tasks}
        self._names.milestones = self._milestone_refs(milestones)
        self._directory = Directory(time_zone=query.time_zone, odoo_major=odoo_major)

    def _milestone_refs(self, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
        """Milestones carry no ref: match by the id we stored, else by project and name.

        An id counts only in the project it belongs to: in a database that was made anew it may
        be somebody else's milestone.
        """
        project_refs = {row["id"]: self._names.projects.get(row["project_id"]) for row in rows}
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
            place = (self._names.projects.get(row["project_id"], ""), row["name"])
            if row["id"] not in refs and place in by_name:
                refs[row["id"]] = by_name.pop(place)
        return refs

    def name_companies(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._names.companies[row["id"]] = row["name"]
            self._directory.companies[row["name"]] = row["id"]

    def name_tags(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._names.tags[row["id"]] = row["name"]
            self._directory.tags[row["name"]] = row["id"]

    def name_users(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            login = row["login"].lower()
            self._names.users[row["id"]] = login
            self._user_names[row["id"]] = row["name"]
            self._directory.users[login] = LiveUser(
                row["id"], login, bool(row["active"]), tuple(row["company_ids"])
            )

    def name_stages(self, rows: Sequence[Mapping[str, Any]]) -> None:
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
        return LiveRecord(
            kind,
            ref,
            row["id"],
            from_odoo(kind, row, read),
            state=row.get("state"),
            written_at=row["write_date"] or None,
            written_by=self._user_names.get(row["write_uid"]),
            left_alone=_left_alone(kind, row),
        )


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
                )
                directory.stages.setdefault((refs[project["id"]], row["name"]), stage)
