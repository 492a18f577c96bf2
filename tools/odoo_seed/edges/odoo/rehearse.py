"""The port that lets Odoo try records and take them back: the dry run of its own import.

All it can call is `base_import.import`, and of that only what a dry run takes. Whatever the dry run
does happens inside a savepoint that Odoo rolls back (base_import.py, execute_import). What it does
not roll back is avoided: headers, of which Odoo would remember the mapping; and what calls would
leave for the end of the transaction (chatter, mail, notifications).
"""

from __future__ import annotations

import contextlib
import csv
import io
import uuid
from typing import TYPE_CHECKING, Any

from odoo_seed.core.rehearsal import Complaint
from odoo_seed.edges.odoo.mapping import MODELS, ODOO_NAMES, REF, to_odoo
from odoo_seed.edges.odoo.writing import WRITE_CONTEXT
from odoo_seed.errors import (
    OdooAccessError,
    OdooError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooSetupError,
    OdooUnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Directory
    from odoo_seed.core.rehearsal import Attempt, Sheet
    from odoo_seed.edges.odoo.transport import Transport

_MODEL = "base_import.import"
_EMPTY = {"file": False, "res_model": False, "file_name": False, "file_type": False}
_MANY2ONE = frozenset(
    {
        "company_id",
        "user_id",
        "project_id",
        "stage_id",
        "milestone_id",
        "parent_id",
        "partner_id",
        "account_id",
    }
)

_CONTEXT = WRITE_CONTEXT | {
    "tz": "UTC",  # in which an import reads a time of day
    "tracking_disable": True,
    "mail_notify_force_send": False,
}

_OPTIONS = {
    # All of Unicode in ASCII: no protocol and no way to keep a file in a field can spoil it.
    "encoding": "utf-7",
    "separator": ",",
    "quoting": '"',
    "has_headers": False,  # with headers, Odoo remembers them in base_import.mapping for good
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "skip": 0,
}


class OdooRehearsing:
    """Implements ports_odoo.OdooRehearser."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._import_id: int | None = None
        # No external id of this name can be in Odoo: the import would update what bears it.
        self._prefix = f"__import__.odoo_seed_{uuid.uuid4().hex}_"

    def try_out(self, sheet: Sheet, directory: Directory) -> Sequence[Complaint]:
        """See ports_odoo.OdooRehearser."""
        rows = [self._row(sheet, attempt, directory) for attempt in sheet.attempts]
        columns = list(rows[0])
        self._put_file(MODELS[sheet.kind], [[row[name] for name in columns] for row in rows])
        by_name = {"project_id", "tag_ids"}.intersection(columns)
        options = {**_OPTIONS, "name_create_enabled_fields": dict.fromkeys(by_name, True)}
        context = _CONTEXT | _defaults(sheet.stand_in, directory)
        answer = self._dry_run(columns, options, context)
        refs = [attempt.change.external_ref for attempt in sheet.attempts]
        return [
            _complaint(message, refs, stand_in=sheet.stand_in is not None)
            for message in answer["messages"]
            if message["type"] == "error"
        ]

    def close(self) -> None:
        """Empty the one record that is left: nobody may delete it, Odoo itself does after 12 h."""
        if self._import_id is not None:
            with contextlib.suppress(OdooError):
                self._call("write", [[self._import_id], _EMPTY])
            self._import_id = None

    def _row(self, sheet: Sheet, attempt: Attempt, directory: Directory) -> dict[str, str]:
        """One record's cells by column, as an import names columns."""
        change, values = attempt.change, dict(attempt.values)
        row: dict[str, str] = {}
        if change.action != "create":
            row[".id"] = str(change.odoo_id)
        else:
            row["id"] = self._external_id(change.external_ref)
            if sheet.kind != "milestone":
                row[REF] = change.external_ref
        if sheet.stand_in is not None:
            row["project_id"] = f"{change.project_ref} ({self._prefix.rpartition('.')[2]})"
            values.pop("project_external_ref", None)
        if sheet.new_tags and "tag_names" in values:
            tags = values.pop("tag_names")
            row["tag_ids"] = ",".join(tags) if isinstance(tags, tuple) else ""
        for name, refs in attempt.links.items():
            column = f"{ODOO_NAMES[sheet.kind][name]}/id"
            row[column] = ",".join(self._external_id(ref) for ref in refs)
        vals = to_odoo(sheet.kind, values, change.project_ref, directory)
        return row | {_column(name, value): _cell(value) for name, value in vals.items()}

    def _external_id(self, ref: str) -> str:
        return self._prefix + ref.encode().hex()  # a ref may hold what an external id may not

    def _put_file(self, model: str, rows: Sequence[Sequence[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
        vals = {
            "res_model": model,
            "file": text.getvalue().encode("utf-7").decode("ascii"),
            "file_name": "odoo-seed rehearsal.csv",
            "file_type": "text/csv",
        }
        if self._import_id is None:
            self._import_id = self._call("create", [[vals]])[0]
        else:
            self._call("write", [[self._import_id], vals])

    def _dry_run(
        self, columns: Sequence[str], options: Mapping[str, Any], context: Mapping[str, Any]
    ) -> dict[str, Any]:
        args = [[self._import_id], list(columns), [], dict(options)]
        answer = self._call("execute_import", args, {"dryrun": True, "context": dict(context)})
        if not isinstance(answer, dict):  # its reason holds a None, which XML-RPC cannot say
            raise OdooRefusedError("Odoo could not read the file it was to try.")
        return answer

    def _call(
        self, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return self._transport.call(
                _MODEL, method, args, {"context": _CONTEXT, **(kwargs or {})}
            )
        except OdooAccessError as error:
            raise OdooAccessError(
                f"Odoo does not let this user rehearse: {error}",
                remedy="Importing is for internal users: in Odoo, make the bot one (Settings, "
                "Users, User Type). Or leave --rehearse out.",
                odoo_name=error.odoo_name,
            ) from None
        except OdooSetupError as error:
            raise OdooSetupError(
                f"Odoo cannot rehearse: {error}",
                remedy="Install its module Base import (base_import), or leave --rehearse out.",
            ) from None
        except OdooReplyLostError as error:
            raise OdooUnreachableError(
                f"The rehearsal got no answer: {error}",
                remedy="Nothing was written, it was a dry run. Run it again, or for fewer records "
                "at a time with --project.",
            ) from None


def _column(name: str, value: Any) -> str:
    return f"{name}/.id" if name in _MANY2ONE or isinstance(value, list) else name


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float):
        return f"{value:f}"
    if isinstance(value, list):  # the one command that to_odoo gives: replace by these ids
        return ",".join(str(odoo_id) for _, _, ids in value for odoo_id in ids)
    return str(value)


def _defaults(stand_in: Mapping[str, Value] | None, directory: Directory) -> dict[str, Any]:
    """The context that makes Odoo give a stand-in what the new project will have.

    Of another kind of record the same default is what its project would hand down.
    """
    if stand_in is None:
        return {}
    return {
        "default_company_id": directory.companies.get(str(stand_in.get("company_name")), False),
        "default_privacy_visibility": stand_in["visibility"],
        "default_allow_task_dependencies": bool(stand_in["allow_dependencies"]),
        "default_allow_milestones": True,
        "default_user_id": False,
    }


def _complaint(message: Mapping[str, Any], refs: Sequence[str], *, stand_in: bool) -> Complaint:
    words = " ".join(str(message["message"]).split())
    rows = message.get("rows")
    if not rows:
        raise OdooRefusedError(words)
    about_stand_in = stand_in and message.get("field") == "project_id"
    return Complaint(refs[rows["from"]], words, about_stand_in)
