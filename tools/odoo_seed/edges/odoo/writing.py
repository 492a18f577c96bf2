"""The port that writes Odoo: canonical values in, one call a transaction."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import CLOSED, REVIEWED, LiveStage
from odoo_seed.edges.odoo.letters import hold_back
from odoo_seed.edges.odoo.mapping import MODELS, REF, to_odoo
from odoo_seed.edges.odoo.naming import put_stages
from odoo_seed.edges.odoo.reading import HAS_REF, READ_CONTEXT, OdooReading
from odoo_seed.errors import OdooRefusedError, OdooReplyLostError, OdooUnreachableError
from odoo_seed.ports_odoo import PATIENCE, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Directory
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import StageChange, StageToAdd
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.ports_odoo import NewRecord

WRITE_CONTEXT = READ_CONTEXT | {
    # Silent, but managers and assignees still follow their work: `tracking_disable` would
    # suppress that too.
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}

CREATE_CONTEXT = WRITE_CONTEXT | {
    # Otherwise hr_timesheet asks the database for its unit of time at every new task, to fill a
    # field that it computes anew whenever it reads it.
    "default_encode_uom_in_days": False,
}

_PLACES = range(10, 10**6, 10)
"""Sequence of the stages of a new project."""


class OdooWriting(OdooReading):
    """Implements ports_odoo.OdooWriter."""

    def __init__(self, transport: Transport, patience: float = PATIENCE) -> None:
        super().__init__(transport, patience)
        self._descriptions: dict[int, str] = {}
        """Odoo's HTML of new projects, by id, as read along with their stages."""
        self._check: Callable[[], None] = lambda: None

    def guard(self, check: Callable[[], None]) -> None:
        """See ports_odoo.OdooWriter."""
        self._check = check

    def create_tags(self, names: Sequence[str]) -> Mapping[str, int]:
        """See ports_odoo.OdooWriter."""
        ids = self._write("project.tags", "create", [[{"name": name} for name in names]])
        return dict(zip(names, ids, strict=True))

    def create_stages(self, stages: Sequence[StageToAdd], directory: Directory) -> None:
        """See ports_odoo.OdooWriter."""
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

    def write_stage(self, change: StageChange) -> None:
        """See ports_odoo.OdooWriter."""
        vals = {"sequence": change.sequence, "fold": change.stage.fold}
        self._write("project.task.type", "write", [[change.odoo_id], vals])

    def read_made(self, projects: Sequence[NewRecord], directory: Directory) -> None:
        """See ports_odoo.OdooWriter. The descriptions come with it, for `read_descriptions`."""
        refs = {directory.records["project", item.external_ref]: item for item in projects}
        fields = ["type_ids", "description"]
        rows = self._call(MODELS["project"], "read", [list(refs), fields], {"load": ""})
        self._descriptions |= {row["id"]: row["description"] or "" for row in rows}
        if all(len(row["type_ids"]) == len(refs[row["id"]].stages) for row in rows):
            for row in rows:
                item = refs[row["id"]]
                # Made by the create of their project, in this order.
                made = zip(item.stages, sorted(row["type_ids"]), _PLACES, strict=False)
                for stage, odoo_id, place in made:
                    directory.stages[item.external_ref, stage.name] = LiveStage(
                        odoo_id, stage.name, place, stage.fold
                    )
            return
        # Something in this Odoo gives new projects stages of its own.
        ids = sorted({stage for row in rows for stage in row["type_ids"]})
        names = {odoo_id: item.external_ref for odoo_id, item in refs.items()}
        put_stages(self._stage_rows([("id", "in", ids)]), rows, names, directory)

    def create(
        self, kind: Kind, records: Sequence[NewRecord], directory: Directory
    ) -> Sequence[int]:
        """See ports_odoo.OdooWriter."""
        if kind == "milestone":
            self._allow_milestones(records, directory)
        rows = [_new_vals(kind, record, directory) for record in records]
        held = hold_back(records, rows, directory) if kind == "task" else {}
        ids: list[int] = self._write(MODELS[kind], "create", [rows], CREATE_CONTEXT)
        for stage, places in held.items():
            self._put_on(stage, [ids[place] for place in places])
        return ids

    def _put_on(self, stage: int, ids: Sequence[int]) -> None:
        """Put new tasks on a stage. Where that fails, the next run finds them without one."""
        try:
            self._write(MODELS["task"], "write", [ids, {"stage_id": stage}])
        except (OdooRefusedError, OdooReplyLostError) as error:
            # Neither refused nor lost are the tasks: those would be created again, or looked for.
            raise OdooUnreachableError(str(error), remedy=error.remedy) from None

    def _allow_milestones(self, records: Sequence[NewRecord], directory: Directory) -> None:
        """Projects hide milestones unless told otherwise (project_project.py, allow_milestones).

        A second time it does no harm, so a lost reply is asked for again; without one nothing is
        created, and nobody may wait for it.
        """
        refs = {str(record.values["project_external_ref"]) for record in records}
        ids = sorted(directory.records["project", ref] for ref in refs)
        call = ("project.project", "write", [ids, {"allow_milestones": True}])
        try:
            self._write(*call)
        except OdooReplyLostError:
            try:
                self._write(*call)
            except OdooReplyLostError as lost:
                raise OdooUnreachableError(str(lost), remedy=lost.remedy) from None

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
        """See ports_odoo.OdooWriter."""
        vals = to_odoo(kind, values, project_ref, directory)
        ids = [directory.records[kind, ref] for ref in refs]
        if state is not None:
            vals["state"] = state
        elif directory.odoo_major >= 19 and {"parent_id", "depend_on_ids"} <= vals.keys():
            # Together with a parent, 19 computes no state, so a blocked task would not wait
            # (project_task.py, write).
            self._write(MODELS[kind], "write", [ids, {"depend_on_ids": vals.pop("depend_on_ids")}])
        self._write(MODELS[kind], "write", [ids, vals])

    def set_states(self, directory: Directory, *, closed: bool) -> Mapping[int, TaskState]:
        """See ports_odoo.OdooWriter."""
        domain: list[Any] = [("state", "in", sorted(REVIEWED))]
        if closed:
            ids = [odoo_id for (kind, _), odoo_id in directory.records.items() if kind == "project"]
            domain = ["|", *domain, "&", ("project_id", "in", sorted(ids))]
            domain.append(("state", "in", sorted(CLOSED)))
        return self._states(domain)

    def read_states(self, ids: Sequence[int]) -> Mapping[int, TaskState]:
        """See ports_odoo.OdooWriter."""
        return self._states([("id", "in", list(ids))])

    def _states(self, domain: list[Any]) -> dict[int, TaskState]:
        rows = self._all(MODELS["task"], ["state", "depend_on_ids", "write_uid"], domain)
        me = self._transport.login()
        return {
            row["id"]: TaskState(row["state"], tuple(row["depend_on_ids"]), row["write_uid"] == me)
            for row in rows
        }

    def write_state(self, ids: Sequence[int], state: str) -> None:
        """See ports_odoo.OdooWriter."""
        self._write(MODELS["task"], "write", [list(ids), {"state": state}])

    def followed_tasks(self) -> Sequence[int]:
        """See ports_odoo.OdooWriter."""
        domain = [
            *HAS_REF,
            ("create_uid", "=", self._transport.login()),
            ("message_partner_ids", "in", [self._own_partner]),
        ]
        found: list[int] = self._call(MODELS["task"], "search", [domain], {"order": "id"})
        return found

    def unfollow(self, ids: Sequence[int]) -> None:
        """See ports_odoo.OdooWriter."""
        if self._own_partner:
            self._write(MODELS["task"], "message_unsubscribe", [list(ids), [self._own_partner]])

    def find(
        self, kind: Kind, records: Sequence[NewRecord], directory: Directory
    ) -> Mapping[str, int]:
        """See ports_odoo.OdooWriter."""
        if kind == "milestone":
            return self._find_milestones(records, directory)
        refs = [record.external_ref for record in records]
        rows = self._all(MODELS[kind], [REF], [(REF, "in", refs)])
        return {row[REF]: row["id"] for row in rows}

    def _find_milestones(
        self, records: Sequence[NewRecord], directory: Directory
    ) -> Mapping[str, int]:
        """Milestones carry no ref: project and name tell them."""
        refs = {
            (
                directory.records["project", str(record.values["project_external_ref"])],
                record.values["name"],
            ): record.external_ref
            for record in records
        }
        domain = [("project_id", "in", sorted({project_id for project_id, _ in refs}))]
        rows = self._all(MODELS["milestone"], ["project_id", "name"], domain)
        places = ((refs.get((row["project_id"], row["name"])), row["id"]) for row in rows)
        return {ref: odoo_id for ref, odoo_id in places if ref}

    @contextmanager
    def another(self) -> Iterator[OdooWriting]:
        """See ports_odoo.OdooWriter."""
        with closing(self._transport.another()) as transport:
            other = OdooWriting(transport, self.patience)
            other.guard(self._check)
            yield other

    def read_descriptions(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, str]:
        """See ports_odoo.OdooWriter."""
        known = self._descriptions if kind == "project" else {}
        missing = [odoo_id for odoo_id in ids if odoo_id not in known]
        fields = ["description"]
        rows = self._call(MODELS[kind], "read", [missing, fields], {"load": ""}) if missing else []
        read = {row["id"]: row["description"] or "" for row in rows}
        return {odoo_id: known[odoo_id] for odoo_id in ids if odoo_id in known} | read

    def _write(
        self,
        model: str,
        method: str,
        args: Sequence[Any],
        context: Mapping[str, Any] = WRITE_CONTEXT,
    ) -> Any:
        self._check()
        return self._transport.call(model, method, args, {"context": context})


def _new_vals(kind: Kind, record: NewRecord, directory: Directory) -> dict[str, Any]:
    project_ref = str(record.values.get("project_external_ref") or record.external_ref)
    vals = to_odoo(kind, record.values, project_ref, directory)
    if kind == "milestone":
        return vals
    vals[REF] = record.external_ref
    if record.waits:
        vals["state"] = "04_waiting_normal"  # Odoo computes it on writes, not on creation
    if kind == "task":
        vals.setdefault("user_ids", [])  # otherwise the bot is assigned
        if directory.odoo_major < 19:
            # The bot's own. Left out, Odoo searches for its first stage at every new task, which
            # an assigned bot is given afterwards all the same (_populate_missing_personal_stages).
            vals["personal_stage_type_id"] = False
    if kind == "project":
        vals.setdefault("user_id", False)  # otherwise the bot becomes the manager
        vals["type_ids"] = [
            (
                0,
                0,
                {"name": stage.name, "sequence": place, "fold": stage.fold, "user_id": False},
            )
            for place, stage in zip(_PLACES, record.stages, strict=False)
        ]
    return vals
