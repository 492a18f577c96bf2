"""Model.load: rows of text become records, all or none (odoo/models.py, ir_fields.py).

Without one2many columns, which odoo-seed does not use: every row is one record.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from odoo_seed.sandbox.exceptions import AccessError, SqlError, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.sandbox.model import Model, Vals
    from odoo_seed.sandbox.schema import Field

_REFERENCING = {"id": "external id", ".id": "database id", "": "name"}
_FALSE = frozenset({"", "0", "false", "no"})
_TRUE = frozenset({"1", "true", "yes"})
_CONSTRAINT = "The operation cannot be completed: "
_MISSING = re.compile(r"mandatory field is not set.*\nField: (?P<field>.*)\n", re.DOTALL)
_MANY_ERRORS = 10


class _ConversionError(Exception):
    """A cell that is of no use; `more` goes into the message's dict."""

    def __init__(self, text: str, **more: Any) -> None:
        super().__init__(text)
        self.more = more


class Load:
    """One load. External ids live only as long as it does: nobody here keeps them."""

    def __init__(self, model: Model, columns: Sequence[str], by_name: Mapping[str, bool]) -> None:
        self._model, self._by_name = model, by_name
        self._columns = [column.partition("/") for column in columns]
        self._db = model.env.db
        self._start = self._db.mark()
        self._known: dict[str, int] = {}
        self._cache: dict[str, int] = {}
        self._batch: list[tuple[str, Vals, dict[str, Any]]] = []
        self._ids: list[int] = []
        self.messages: list[dict[str, Any]] = []

    def run(self, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Load the rows; with any error, nothing of it stays."""
        for name, _, _ in self._columns:
            if name not in {"id", ".id"} and name not in self._model.fields:
                raise ValueError(f"Invalid field name {name!r}")
        for index, cells in enumerate(rows):
            info = {"rows": {"from": index, "to": index}, "record": index}
            xid, vals = self._convert(cells, info)
            self._batch.append((xid, vals, info))
        self._flush()
        failed = any(message["type"] == "error" for message in self.messages)
        if failed:
            self._db.roll_back(self._start)
        ids: list[int] | bool = False if failed else self._ids
        return {"ids": ids, "messages": self.messages, "nextrow": 0}

    def _convert(self, cells: Sequence[str], info: dict[str, Any]) -> tuple[str, Vals]:
        xid, vals = "", {}
        for (name, _, sub), cell in zip(self._columns, cells, strict=True):
            if name == "id":
                xid = cell
            elif name == ".id":
                if cell and not self._model.find([("id", "=", int(cell))]):
                    words = f"Unknown database identifier '{cell}'"
                    self._say(info, "error", words, field=".id")
                elif cell:
                    vals["id"] = int(cell)
            elif not cell:
                vals[name] = False
            else:
                field = self._model.fields[name]
                try:
                    vals[name] = self._value(field, sub, cell, info)
                except _ConversionError as error:
                    self._say(info, "error", str(error), field=name, **error.more)
        return xid, vals

    def _value(self, field: Field, sub: str, cell: str, info: dict[str, Any]) -> Any:
        match field.type:
            case "many2one":
                return self._reference(field, sub, cell, info)
            case "many2many":
                found = [self._reference(field, sub, part, info) for part in cell.split(",")]
                return [(6, 0, found)]
            case "boolean":
                return self._boolean(field, cell, info)
            case "selection":
                return _selected(field, cell)
            case "datetime":
                return self._to_utc(cell)
            case "integer" | "float":
                return _number(field, cell)
            case _:
                return cell

    def _boolean(self, field: Field, cell: str, info: dict[str, Any]) -> bool:
        if cell.lower() not in _FALSE | _TRUE:
            words = f"Unknown value '{cell}' for boolean field '{field.string}'"
            self._say(info, "warning", words, field=field.name)
        return cell.lower() not in _FALSE

    def _to_utc(self, cell: str) -> str:
        """A time of day is one in the caller's zone."""
        env = self._model.env
        zone = env.context.get("tz") or env.db.rows["res.users"][env.uid]["tz"] or "UTC"
        wall = datetime.fromisoformat(cell).replace(tzinfo=ZoneInfo(str(zone)))
        return wall.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def _reference(self, field: Field, sub: str, cell: str, info: dict[str, Any]) -> Any:
        """The id that a cell stands for (ir_fields.py, db_id_for)."""
        other = self._model.env[field.relation]
        found: int | None = None
        more: dict[str, Any] = {}
        if sub in {".id", "id"} and cell.lower() in _FALSE:
            return False
        if sub == ".id":
            if not cell.isdigit():
                raise _ConversionError(
                    f"Invalid database id '{cell}' for the field '{field.string}'"
                )
            found = int(cell) if int(cell) in other.rows else None
        elif sub == "id":
            if any(xid == cell for xid, _, _ in self._batch):
                self._flush()
            found = self._cache.get(cell) or self._known.get(cell)
            if found:
                self._cache[cell] = found
        else:
            if field.relation == self._model.name:
                self._flush()
            matches = other.name_search(cell, operator="=")
            if len(matches) > 1:
                words = (
                    f'Found multiple matches for value "{cell}" in field "{field.string}" '
                    f"({len(matches)} matches)"
                )
                self._say(info, "warning", words, field=field.name)
            if matches:
                found = matches[0][0]
            elif self._by_name.get(field.name):
                found, more = self._create_by_name(other, cell)
        if found is not None:
            return found
        words = f"No matching record found for {_REFERENCING[sub]} '{cell[:50]}' in field "
        words += f"'{field.string}'"
        if more:
            words += " and the following error was encountered when we attempted to create one: "
            words += more["error_message"]
        raise _ConversionError(words, value=cell[:50], **more)

    def _create_by_name(self, other: Model, name: str) -> tuple[int | None, dict[str, Any]]:
        mark = self._db.mark()
        try:
            return other.name_create(name)[0], {}
        except (UserError, SqlError, ValueError):
            self._db.roll_back(mark if other.env.major < 19 else self._start)
            return None, {
                "error_message": f"Cannot create new '{other.definition.label}' records from their "
                "name alone. Please create those records manually and try importing again."
            }

    def _flush(self) -> None:
        """Save the batch at once; if that fails, record by record."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        mark, known, told = self._db.mark(), dict(self._known), None
        try:
            self._save(batch)
        except (UserError, SqlError, ValueError, TypeError) as error:
            if isinstance(error, UserError) and not str(error).startswith(_CONSTRAINT):
                told = {**batch[0][2], "type": "error", "message": str(error)}
        else:
            return
        self._db.roll_back(mark)
        self._known = known
        failed = self._one_by_one(batch)
        if failed and told and told not in self.messages:
            self.messages.insert(0, told)  # it blames the first of the batch, whoever it was

    def _one_by_one(self, batch: Sequence[tuple[str, Vals, dict[str, Any]]]) -> int:
        errors = 0
        for number, one in enumerate(batch, 1):
            mark, known = self._db.mark(), dict(self._known)
            try:
                self._save([one])
            except (UserError, SqlError, ValueError, TypeError) as error:
                errors += 1
                if self._model.env.major >= 19:  # all the load did so far goes with it
                    mark, known = self._start, {}
                self._db.roll_back(mark)
                self._known = known
                self._say(one[2], "error", self._words(error))
            if errors >= _MANY_ERRORS and errors >= number / 10:
                self.messages.append(
                    {
                        "type": "warning",
                        "message": "Found more than 10 errors and more than one error per 10 "
                        "records, interrupted to avoid showing too many errors.",
                    }
                )
                break
        return errors

    def _save(self, batch: Sequence[tuple[str, Vals, dict[str, Any]]]) -> None:
        env = self._model.env.with_context(install_mode=True)
        model = env[self._model.name]
        made = []
        for xid, vals, _ in batch:
            odoo_id = self._known.get(xid) or vals.get("id")
            if odoo_id:
                given = {name: value for name, value in vals.items() if name != "id"}
                model.write([odoo_id], given)
                self._ids.append(odoo_id)
            else:
                made.append((xid, vals))
        if made:
            ids = model.create([vals for _, vals in made])
            self._ids += ids
            self._known |= {xid: one for (xid, _), one in zip(made, ids, strict=True) if xid}

    def _words(self, error: Exception) -> str:
        """What an error is called here; Postgres' own are not yet in Odoo's usual words."""
        text = str(error)
        if isinstance(error, SqlError | UserError):
            if not text.startswith(_CONSTRAINT) or isinstance(error, AccessError):
                return text
            if missing := _MISSING.search(text):
                name, _, technical = missing["field"].rpartition(" ")
                return f"Missing required value for the field '{name}' {technical}"
            text = text.removeprefix(_CONSTRAINT)
            return f"'{text}'" if self._model.env.major < 19 else text
        return f"Unknown error during import: {type(error)}: {text}"

    def _say(self, info: Mapping[str, Any], kind: str, words: str, **more: Any) -> None:
        self.messages.append({**info, "type": kind, "message": words, **more})


def _selected(field: Field, cell: str) -> str:
    for key, label in field.selection:
        if cell.lower() in {key.lower(), label.lower()}:
            return key
    raise _ConversionError(f"Value '{cell}' not found in selection field '{field.string}'")


def _number(field: Field, cell: str) -> int | float:
    kind, words = (int, "an integer") if field.type == "integer" else (float, "a number")
    try:
        return kind(cell)
    except ValueError:
        text = f"'{cell}' does not seem to be {words} for field '{field.string}'"
        raise _ConversionError(text) from None
