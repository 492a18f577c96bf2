"""The generic model: create, write, unlink, copy; what Odoo's ORM does for every model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox import access
from odoo_seed.sandbox.exceptions import (
    MissingError,
    constraint,
    foreign_key,
    invalid_field,
    not_null,
)
from odoo_seed.sandbox.queries import Queries
from odoo_seed.sandbox.schema import MANY
from odoo_seed.sandbox.values import commands, ids_of, to_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.sandbox.schema import Field

Vals = dict[str, Any]

_LOG_FIELDS = frozenset({"id", "create_date", "create_uid", "write_date", "write_uid"})


class Model(Queries):
    """One model in one environment. Subclasses override as Odoo's modules do, with super().

    Attributes:
        missing_matters: Deleting what does not exist is refused.
    """

    missing_matters = False

    def create(self, vals_list: Vals | Sequence[Vals]) -> int | list[int]:
        """Create one record (from a dict) or several (from a list)."""
        access.check_model(self.env, self.name, "create")
        every = [vals_list] if isinstance(vals_list, dict) else vals_list
        ids = self.create_all([dict(vals) for vals in every])
        access.check_records(self.env, self.name, ids, "create")
        return ids[0] if isinstance(vals_list, dict) else ids

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Create the records of already copied values. What subclasses extend."""
        for vals in vals_list:
            self.check_names(vals)
        return [self._create_one(vals) for vals in vals_list]

    def write(self, ids: int | Sequence[int], vals: Vals) -> bool:
        """Write the same values to several records."""
        wanted = self.existing(ids, "write")
        access.check_model(self.env, self.name, "write")
        access.check_records(self.env, self.name, wanted, "write")
        if wanted and vals:
            self.write_all(wanted, dict(vals))
        return True

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """Write already copied values to existing records. What subclasses extend."""
        self.check_names(vals)
        for name, value in vals.items():
            field = self.fields[name]
            if field.computed or name in _LOG_FIELDS:
                continue
            if field.type in MANY:
                for record_id in ids:
                    self.apply_commands(record_id, field, value)
                continue
            stored = to_store(field, self.name, value)
            self._check_value(field, stored)
            column = self.env.column(field)
            for record_id in ids:
                self.env.db.put(self.name, record_id, column, stored)
        for record_id in ids:
            row = self.rows[record_id]
            self._log(record_id)
            self.check_row(row, set(vals))

    def compute(self, record_id: int, name: str, value: Any) -> None:
        """Keep what Odoo computes; where that changes something, it counts as written."""
        if self.rows[record_id][name] != value:
            self.env.db.put(self.name, record_id, name, value)
            self._log(record_id)

    def _log(self, record_id: int) -> None:
        self.env.db.put(self.name, record_id, "write_date", self.env.now())
        self.env.db.put(self.name, record_id, "write_uid", self.env.uid)

    def unlink(self, ids: int | Sequence[int]) -> bool:
        """Delete records; ids that do not exist are passed over, by most models."""
        access.check_model(self.env, self.name, "unlink")
        if self.missing_matters:
            self.existing(ids, "unlink")
        wanted = [one for one in self._ids(ids) if one in self.rows]
        access.check_records(self.env, self.name, wanted, "read")
        access.check_records(self.env, self.name, wanted, "unlink")
        self.unlink_all(wanted)
        return True

    def unlink_all(self, ids: list[int]) -> None:
        """Delete existing records. What subclasses extend."""
        for record_id in ids:
            for field in self.fields.values():
                if field.type == "many2many" and not field.computed:
                    for other in list(self.many(record_id, field)):
                        self._unlink_pair(field, record_id, other)
            self.env.db.delete(self.name, record_id)

    def copy(self, ids: int | Sequence[int], default: Vals | None = None) -> int | list[int]:
        """Duplicate records; what is not `copied` starts empty."""
        several = not isinstance(ids, int)
        made = [self.copy_one(one, dict(default or {})) for one in self.existing(ids, "read")]
        return made if several else made[0]

    def copy_one(self, record_id: int, default: Vals) -> int:
        """Duplicate one record."""
        row, vals = self.rows[record_id], {}
        for name, field in self.fields.items():
            if field.computed or not field.copied or name in _LOG_FIELDS:
                continue
            if field.type == "many2many":
                vals[name] = [(6, 0, sorted(self.many(record_id, field)))]
            elif field.type != "one2many":
                vals[name] = row[name]
        return self.create_all([vals | default])[0]

    def action_archive(self, ids: Sequence[int]) -> None:
        """Archive, as the button does."""
        self.write(ids, {"active": False})

    def action_unarchive(self, ids: Sequence[int]) -> None:
        """Unarchive, as the button does."""
        self.write(ids, {"active": True})

    def name_create(self, name: str) -> tuple[int, str]:
        """Create a record of which only the name is known."""
        made = self.create({"name": name})
        assert isinstance(made, int)  # noqa: S101 - one dict, one id
        return made, self.label(made)

    def default_get(self, names: Sequence[str]) -> Vals:
        """Return the defaults of these fields, `default_<field>` of the context first."""
        found: Vals = {}
        for name in names:
            field = self.fields[name]
            given = self.env.context.get(f"default_{name}")
            if given is not None:
                found[name] = given
            elif field.default is not False and not field.computed:
                found[name] = field.default
        return found

    def existing(self, ids: int | Sequence[int], operation: str) -> list[int]:
        """Return the ids, having checked that they exist and that the rules let them be read."""
        wanted = self._ids(ids)
        for record_id in wanted:
            if record_id not in self.rows:
                raise MissingError.of(self.name, record_id, self.env.uid)
        access.check_records(self.env, self.name, wanted, "read")
        if operation == "read":
            access.check_model(self.env, self.name, "read")
        return wanted

    def check_names(self, vals: Vals) -> None:
        """Raise for a field that the model lacks."""
        for name in vals:
            if name not in self.fields:
                raise invalid_field(self.name, name)

    def check_row(self, row: Vals, names: set[str]) -> None:
        """Check the constraints of one row after some of its fields were written."""
        for name, message in self.definition.unique:
            if name in names and any(
                other[name] == row[name] for other in self.rows.values() if other is not row
            ):
                raise constraint(message)

    def apply_commands(self, record_id: int, field: Field, value: Any) -> None:
        """Carry out the commands that were given for an x2many field."""
        other = self.env[field.relation]
        if field.type == "many2many":
            self.note_many(record_id, field)
        for code, target, values in commands(field, self.name, value).steps:
            if code == 0:
                made = other.create_all([self._child_vals(record_id, field, values)])[0]
                self._link(record_id, field, made)
            elif code == 1:
                other.write_all([target], dict(values))
            elif code == 2:
                other.unlink_all([target])
            elif code == 3:
                self._remove(record_id, field, target)
            elif code == 4:
                self._link(record_id, field, *ids_of([target]))
            elif code in (5, 6):
                keep = set(values) if code == 6 else set()
                for old in sorted(self.many(record_id, field) - keep):
                    self._remove(record_id, field, old)
                for new in sorted(keep):
                    self._link(record_id, field, new)

    def note_many(self, record_id: int, field: Field) -> None:
        """Remember a many2many's links before this transaction changes them."""
        if field.tracked:
            old = frozenset(self.many(record_id, field))
            self.env.db.note(self.name, record_id, field.name, old)

    def _create_one(self, vals: Vals) -> int:
        missing = [name for name in self.fields if name not in vals]
        given = self.default_get(missing) | vals
        now = self.env.now()
        row: Vals = self.empty()
        many: list[tuple[Field, Any]] = []
        for name, value in given.items():
            field = self.fields[name]
            if field.computed or name in _LOG_FIELDS:
                continue
            if field.type in MANY:
                if value:
                    many.append((field, value))
            else:
                row[name] = to_store(field, self.name, value)
        for field in self.required:
            self._check_value(field, row[field.name])
        self._check_references(row)
        row |= {
            "create_date": now,
            "write_date": now,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        record_id = self.env.db.insert(self.name, row)
        for field, value in many:
            self.apply_commands(record_id, field, value)
        self.check_row(row, set(row))
        return record_id

    def _child_vals(self, record_id: int, field: Field, values: Vals) -> Vals:
        vals = dict(values)
        if field.type == "one2many":
            vals[field.inverse] = record_id
        elif field.relation == "project.task.type":
            vals.setdefault("user_id", False)
        return vals

    def _check_references(self, row: Vals) -> None:
        for field in self.references:
            target = row[field.name]
            if target and target not in self.env.db.rows[field.relation]:
                raise self._dangling(field)

    def _check_value(self, field: Field, value: Any) -> None:
        if field.required and value is False and field.type != "boolean":
            raise not_null(self.name, self.definition.label, field.name, field.string)
        if field.type == "many2one" and value and value not in self.env.db.rows[field.relation]:
            raise self._dangling(field)

    def _dangling(self, field: Field) -> Exception:
        table = self.name.replace(".", "_")
        return foreign_key(self.definition.label, self.name, f"{table}_{field.name}_fkey")

    def _link(self, record_id: int, field: Field, other: int) -> None:
        if other not in self.env.db.rows[field.relation]:
            if self.env.major >= 19:
                raise MissingError.of(field.relation, other, self.env.uid)
            raise foreign_key("Unknown", "unknown", f"{field.table}_{field.name}_fkey")
        if field.type == "one2many":
            if self.env.db.rows[field.relation][other][field.inverse] != record_id:
                self.env[field.relation].write_all([other], {field.inverse: record_id})
        else:
            pair = (record_id, other) if field.side == 0 else (other, record_id)
            self.env.db.link(field.table, *pair)

    def _remove(self, record_id: int, field: Field, other: int) -> None:
        if field.type == "one2many":
            self.env[field.relation].write_all([other], {field.inverse: False})
        else:
            self._unlink_pair(field, record_id, other)

    def _unlink_pair(self, field: Field, record_id: int, other: int) -> None:
        pair = (record_id, other) if field.side == 0 else (other, record_id)
        self.env.db.unlink(field.table, *pair)
