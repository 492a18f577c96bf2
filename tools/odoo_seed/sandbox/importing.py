"""base_import.import: a file that Odoo imports, or tries and takes back (base_import.py)."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.load import Load
from odoo_seed.sandbox.model import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.sandbox.model import Vals
    from odoo_seed.sandbox.schema import Field


class UnusableError(Exception):
    """A file that the import cannot even read."""


class Import(Model):
    """base_import.import. Nobody may delete one; Odoo's vacuum does, after 12 hours."""

    def execute_import(
        self,
        ids: int | Sequence[int],
        fields: Sequence[str],
        columns: Sequence[str],
        options: dict[str, Any],
        dryrun: bool = False,
    ) -> dict[str, Any]:
        """Import the file; with `dryrun`, roll back what that did, but not what comes after it."""
        (one,) = self.existing(ids, "read")
        row = self.rows[one]
        model = self.env.with_context(import_file=True)[str(row["res_model"])]
        try:
            rows = _read(str(row["file"] or ""), fields, options)
            _parse(model, rows, fields, options)
        except UnusableError as error:
            return {
                "messages": [
                    {
                        "type": "error",
                        "message": str(error),
                        "record": False,
                        "not_matching_error": True,
                        "field_path": False,
                        "field_type": None,
                    }
                ]
            }
        before = self.env.db.mark()
        load = Load(model, fields, options.get("name_create_enabled_fields") or {})
        answer = load.run(rows)
        if dryrun:
            self.env.db.roll_back(before)
        if answer["ids"] and options.get("has_headers"):
            self._remember(str(row["res_model"]), fields, columns)
        named = list(fields).index("name") if "name" in fields else None
        answer["name"] = [] if named is None else [cells[named] for cells in rows]
        return answer

    def _remember(self, res_model: str, fields: Sequence[str], columns: Sequence[str]) -> None:
        """Keep which header meant which field, dry run or not."""
        mapping = self.env["base_import.mapping"]
        for name, header in zip(fields, columns, strict=False):
            if header:
                vals: Vals = {"res_model": res_model, "column_name": header, "field_name": name}
                mapping.create([vals])


def _read(text: str, fields: Sequence[str], options: dict[str, Any]) -> list[list[str]]:
    decoded = text.encode("ascii").decode(options["encoding"])
    reader = csv.reader(
        io.StringIO(decoded), quotechar=options["quoting"], delimiter=options["separator"]
    )
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    if rows and len(rows[0]) != len(fields):
        raise UnusableError(
            "Error while importing records: all rows should be of the same size, but the title row "
            f"has {len(fields)} entries while the first row has {len(rows[0])}. You may need to "
            "change the separator character."
        )
    return rows[1:] if options.get("has_headers") else rows


def _parse(
    model: Model, rows: list[list[str]], fields: Sequence[str], options: dict[str, Any]
) -> None:
    """Bring dates and numbers into Odoo's form, in place."""
    for index, name in enumerate(fields):
        field = model.fields.get(name)
        if field is None:
            continue
        for line, cells in enumerate(rows, 1):
            if field.type == "float":
                cells[index] = _number(cells[index].strip(), options)
            elif field.type in {"date", "datetime"} and cells[index]:
                cells[index] = _moment(field, cells[index].strip(), line, options)


def _number(text: str, options: dict[str, Any]) -> str:
    thousands = options.get("float_thousand_separator", " ")
    return text.replace(thousands, "").replace(options.get("float_decimal_separator", "."), ".")


def _moment(field: Field, text: str, line: int, options: dict[str, Any]) -> str:
    day = options.get("date_format") or "%Y-%m-%d"
    moment = options.get("datetime_format") or "%Y-%m-%d %H:%M:%S"
    stored = "%Y-%m-%d" if field.type == "date" else "%Y-%m-%d %H:%M:%S"
    for form in (moment, day) if field.type == "datetime" else (day,):
        try:
            return datetime.strptime(text, form).strftime(stored)  # noqa: DTZ007 - as Odoo does
        except ValueError as error:
            problem = error
    raise UnusableError(
        f"Column {field.name} contains incorrect values. Error in line {line}: {problem}"
    )
