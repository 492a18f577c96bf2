"""The Odoo ports: records by ref and canonical values, over any transport."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import Directory, Live, LiveRecord, LiveStage, LiveUser
from odoo_seed.edges.odoo.mapping import MODELS, ODOO_NAMES, REF, Names, from_odoo, readers, to_odoo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key, LiveQuery
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import StageToAdd
    from odoo_seed.edges.odoo.mapping import Readers
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.ports import NewRecord

READ_CONTEXT = {"lang": "en_US", "active_test": False}

WRITE_CONTEXT = READ_CONTEXT | {
    # Silent, but managers and assignees still follow their work: `tracking_disable` would
    # suppress that too.
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}

PAGE = 5000
"""Records read in one call."""


class OdooReading:
    """Implements ports.OdooReader. Holds no method that writes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

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
        reading = _Reading(query, projects, milestones, tasks)
        reading.name_companies(self._all("res.company", ["name"]))
        reading.name_tags(self._all("project.tags", ["name"]))
        reading.name_users(self._users(query.emails, [*projects, *milestones, *tasks]))
        reading.name_stages(self._stages([row["id"] for row in projects]))
        return reading.live()

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
            fields.append("state")
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
        domain = ["|", ("login", "in", sorted(emails)), ("id", "in", sorted(ids))]
        return self._all("res.users", ["login", "name", "active", "company_ids"], domain)

    def _stages(self, project_ids: Sequence[int]) -> list[dict[str, Any]]:
        model, fields = "project.task.type", ["name", "sequence", "fold", "project_ids"]
        domain = [("project_ids", "in", list(project_ids)), ("user_id", "=", False)]
        if not project_ids:
            return []
        ids = self._call(model, "search", [domain], {"order": "sequence, id"})
        stages: list[dict[str, Any]] = self._call(model, "read", [ids, fields], {"load": ""})
        return stages

    def _call(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return self._transport.call(
            model, method, args, {**(kwargs or {}), "context": READ_CONTEXT}
        )


class _Reading:
    """One reading while its ids get names."""

    def __init__(
        self,
        query: LiveQuery,
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
        self._directory = Directory(time_zone=query.time_zone)

    def _milestone_refs(self, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
        """Milestones carry no ref: match by the id we stored, else by project and name."""
        live_ids = {row["id"] for row in rows}
        refs = {
            odoo_id: ref
            for ref, odoo_id in self._query.milestone_ids.items()
            if odoo_id in live_ids
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

    def name_stages(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._names.stages[row["id"]] = row["name"]
        put_stages(rows, self._names.projects, self._directory)

    def live(self) -> Live:
        """Put everything together; refs that stand twice are set apart."""
        found: defaultdict[Key, list[LiveRecord]] = defaultdict(list)
        read = readers(self._names, self._query.time_zone)
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
        return Live(records, self._directory, duplicates)

    def _record(self, kind: Kind, ref: str, row: Mapping[str, Any], read: Readers) -> LiveRecord:
        return LiveRecord(
            kind,
            ref,
            row["id"],
            from_odoo(kind, row, read),
            state=row.get("state"),
            written_at=row["write_date"] or None,
            written_by=self._user_names.get(row["write_uid"]),
        )


def put_stages(
    rows: Iterable[Mapping[str, Any]], projects: Mapping[int, str], directory: Directory
) -> None:
    """Put stages into the directory, the first of a name in each project."""
    for row in rows:
        stage = LiveStage(row["id"], row["name"], row["sequence"], bool(row["fold"]))
        for project_id in row["project_ids"]:
            if project_id in projects:
                directory.stages.setdefault((projects[project_id], row["name"]), stage)


class OdooWriting(OdooReading):
    """Implements ports.OdooWriter."""

    def create_tags(self, names: Sequence[str]) -> Mapping[str, int]:
        """See ports.OdooWriter."""
        ids = self._write("project.tags", "create", [[{"name": name} for name in names]])
        return dict(zip(names, ids, strict=True))

    def create_stages(self, stages: Sequence[StageToAdd], directory: Directory) -> None:
        """See ports.OdooWriter."""
        rows = [
            {
                "name": item.stage.name,
                "sequence": item.sequence,
                "fold": item.stage.fold,
                "user_id": False,  # otherwise it becomes a personal stage of the bot
                "project_ids": [(6, 0, [directory.records["project", item.project_ref]])],
            }
            for item in stages
        ]
        ids = self._write("project.task.type", "create", [rows])
        for item, odoo_id in zip(stages, ids, strict=True):
            directory.stages[item.project_ref, item.stage.name] = LiveStage(
                odoo_id, item.stage.name, item.sequence, item.stage.fold
            )

    def read_stages(self, project_refs: Sequence[str], directory: Directory) -> None:
        """See ports.OdooWriter."""
        projects = {directory.records["project", ref]: ref for ref in project_refs}
        put_stages(self._stages(list(projects)), projects, directory)

    def create(
        self, kind: Kind, records: Sequence[NewRecord], directory: Directory
    ) -> Sequence[int]:
        """See ports.OdooWriter."""
        if kind == "milestone":
            self._allow_milestones(records, directory)
        rows = [_new_vals(kind, record, directory) for record in records]
        ids: list[int] = self._write(MODELS[kind], "create", [rows])
        return ids

    def _allow_milestones(self, records: Sequence[NewRecord], directory: Directory) -> None:
        """Projects hide milestones unless told otherwise (project_project.py, allow_milestones)."""
        refs = {str(record.values["project_external_ref"]) for record in records}
        ids = sorted(directory.records["project", ref] for ref in refs)
        self._write("project.project", "write", [ids, {"allow_milestones": True}])

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
        """See ports.OdooWriter."""
        vals = to_odoo(kind, values, project_ref, directory)
        if state is not None:
            vals["state"] = state
        ids = [directory.records[kind, ref] for ref in refs]
        self._write(MODELS[kind], "write", [ids, vals])

    def find(self, kind: Kind, refs: Sequence[str]) -> Mapping[str, int]:
        """See ports.OdooWriter."""
        rows = self._all(MODELS[kind], [REF], [(REF, "in", list(refs))])
        return {row[REF]: row["id"] for row in rows}

    def read_descriptions(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, str]:
        """See ports.OdooWriter."""
        rows = self._call(MODELS[kind], "read", [list(ids), ["description"]], {"load": ""})
        return {row["id"]: row["description"] or "" for row in rows}

    def _write(self, model: str, method: str, args: Sequence[Any]) -> Any:
        return self._transport.call(model, method, args, {"context": WRITE_CONTEXT})


def _new_vals(kind: Kind, record: NewRecord, directory: Directory) -> dict[str, Any]:
    project_ref = str(record.values.get("project_external_ref") or record.external_ref)
    vals = to_odoo(kind, record.values, project_ref, directory)
    if kind == "milestone":
        return vals
    vals[REF] = record.external_ref
    if kind == "project":
        vals.setdefault("user_id", False)  # otherwise the bot becomes the manager
        vals["type_ids"] = [
            (
                0,
                0,
                {"name": stage.name, "sequence": place, "fold": stage.fold, "user_id": False},
            )
            for place, stage in zip(range(10, 10**6, 10), record.stages, strict=False)
        ]
    return vals
