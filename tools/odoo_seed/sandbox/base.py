"""res.users, res.company, ir.model and ir.model.fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox import access
from odoo_seed.sandbox.exceptions import AccessError, UserError, ValidationError, constraint
from odoo_seed.sandbox.model import Model
from odoo_seed.sandbox.schema import Field
from odoo_seed.sandbox.series import groups_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.sandbox.environment import ServerState
    from odoo_seed.sandbox.model import Vals


SELF_READABLE = frozenset(
    {"company_id", "email", "lang", "login", "name", "partner_id", "share", "tz", "write_date"}
)
"""Of what the sandbox has (res_users.py, SELF_READABLE_FIELDS)."""


class Users(Model):
    """res.users."""

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Every user has a partner; the password is kept out of the row."""
        passwords = [vals.pop("password", None) for vals in vals_list]
        partners = self.env.sudo()["res.partner"]
        first_company = min(self.env.db.rows["res.company"], default=False)
        for vals in vals_list:
            self.check_names(vals)
            email = vals.get("email") or vals.get("login")
            partner = {"name": vals.get("name"), "email": email}
            vals.setdefault("partner_id", partners.create_all([partner])[0])
            vals.setdefault("company_id", first_company)
            vals.setdefault("company_ids", [(6, 0, [vals["company_id"]])])
            internal = self.env.server_state.groups[access.INTERNAL]
            vals.setdefault(groups_field(self.env.major), [(4, internal)])
        ids = super().create_all(vals_list)
        for one, password in zip(ids, passwords, strict=True):
            if self.rows[one]["company_id"] not in self.many(one, self.fields["company_ids"]):
                raise ValidationError(
                    f"Company {self._company(one)} is not in the allowed companies for user "
                    f"{self.rows[one]['name']}."
                )
            self._set_password(one, password)
            self.env.db.put(self.name, one, "share", not self.has_group(one, access.INTERNAL))
        return ids

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """A password is kept out of the row."""
        password = vals.pop("password", None)
        super().write_all(ids, vals)
        for one in ids:
            self._set_password(one, password)

    def read(
        self,
        ids: int | Sequence[int],
        fields: Sequence[str] | None = None,
        load: str = "_classic_read",
    ) -> list[dict[str, Any]]:
        """Everybody, portal users too, may read a few fields of themselves."""
        if fields and self._ids(ids) == [self.env.uid] and SELF_READABLE.issuperset(fields):
            rows: list[dict[str, Any]] = super(Users, self.env.sudo()[self.name]).read(
                ids, fields, load
            )
            return rows
        return super().read(ids, fields, load)

    def has_group(self, ids: int | Sequence[int], name: str) -> bool:
        """Say whether a user has a group, implied ones included."""
        (user,) = self._ids(ids)
        other = type(self.env)(self.env.db, self.env.server_state, user)
        return name in other.groups

    def context_get(self) -> dict[str, Any]:
        """Return the caller's language and time zone."""
        row = self.rows[self.env.uid]
        return {"lang": row["lang"], "tz": row["tz"], "uid": self.env.uid}

    def _company(self, record_id: int) -> str:
        company = self.rows[record_id]["company_id"]
        return str(self.env.db.rows["res.company"].get(company, {}).get("name"))

    def _set_password(self, record_id: int, password: str | None) -> None:
        if password is not None:
            old = self.env.db.passwords.get(record_id, "")
            self.env.db.on_undo(self.env.db.passwords.__setitem__, record_id, old)
            self.env.db.passwords[record_id] = password


class Companies(Model):
    """res.company."""

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Whoever creates a company may work in it."""
        ids = super().create_all(vals_list)
        for one in ids:
            self.env.db.link("res_company_users_rel", self.env.uid, one)
        return ids

    def unlink_all(self, ids: list[int]) -> None:
        """Nobody may work in a company that is gone."""
        table = "res_company_users_rel"
        for one in ids:
            for user in list(self.env.db.links[table].of(1, one)):
                self.env.db.unlink(table, user, one)
        super().unlink_all(ids)


class Fields(Model):
    """ir.model.fields: creating one adds a column to its model at once."""

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Add custom fields."""
        for vals in vals_list:
            access.check_model(self.env, "ir.model", "create")
            self.check_names(vals)
            target = self.env.db.rows["ir.model"].get(vals.get("model_id") or 0)
            if target:
                vals["model"] = target["model"]
            vals.setdefault("copied", True)  # Odoo's default, which copies a ref along
        ids = super().create_all(vals_list)
        for one in ids:
            self._add(self.rows[one])
        return ids

    def unlink_all(self, ids: list[int]) -> None:
        """Take custom fields away again."""
        for one in ids:
            row = self.rows[one]
            if row["state"] != "manual":
                raise UserError("This column contains module data and cannot be removed!")
            fields = self.env.models[row["model"]].fields
            self.env.db.on_undo(fields.__setitem__, row["name"], fields.pop(row["name"]))
        super().unlink_all(ids)

    def _add(self, row: Vals) -> None:
        name, model = str(row["name"]), str(row["model"])
        if not name.startswith("x_"):
            raise ValidationError("Custom fields must have a name that starts with 'x_'!")
        fields = self.env.models[model].fields
        if name in fields:
            raise constraint("Field names must be unique per model.")
        label = str(row["field_description"] or name)
        fields[name] = Field(
            name, str(row["ttype"]), label, copied=bool(row["copied"]), manual=True
        )
        self.env.db.on_undo(fields.pop, name, None)
        for record in self.env.db.rows[model].values():
            record.setdefault(name, False)


def register(state: ServerState, env_models: Model, env_fields: Model) -> None:
    """Fill ir.model and ir.model.fields from the schema."""
    for definition in state.models.values():
        values = {"name": definition.label, "model": definition.name}
        model_id = Model.create_all(env_models, [values])[0]
        Model.create_all(
            env_fields,
            [
                {
                    "name": field.name,
                    "model": definition.name,
                    "model_id": model_id,
                    "ttype": field.type,
                    "field_description": field.string,
                    "state": "base",
                    "copied": field.copied,
                    "required": field.required,
                    "relation": field.relation or False,
                }
                for field in definition.fields.values()
            ],
        )


def check_public(method: str, model: str) -> None:
    """Refuse methods that Odoo does not let be called from outside."""
    if method.startswith("_"):
        raise AccessError(
            f"Private methods (such as '{model}.{method}') cannot be called remotely."
        )
