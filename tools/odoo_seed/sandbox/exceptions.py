"""Odoo's exceptions, by the names its servers report."""

from __future__ import annotations


class OdooException(Exception):  # noqa: N818 - the names below are Odoo's
    """Base of Odoo's own exceptions.

    Attributes:
        fault_code: Number in XML-RPC (addons/base/controllers/rpc.py).
    """

    fault_code = 2

    @property
    def odoo_name(self) -> str:
        """Name as JSON-RPC reports it."""
        return f"odoo.exceptions.{type(self).__name__}"


class UserError(OdooException):
    """Something a user should not do."""


class ValidationError(UserError):
    """A constraint was violated."""


class MissingError(UserError):
    """A record is gone."""

    @classmethod
    def of(cls, model: str, record_id: int, uid: int) -> MissingError:
        """Return the error with Odoo's words."""
        return cls(
            "Record does not exist or has been deleted.\n"
            f"(Record: {model}({record_id},), User: {uid})"
        )


class AccessError(UserError):
    """The user lacks rights."""

    fault_code = 4


class AccessDenied(UserError):  # noqa: N818 - Odoo's name
    """Wrong login or password."""

    fault_code = 3

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class SqlError(Exception):
    """An error that Odoo passes on from Postgres.

    Attributes:
        odoo_name: Such as ``psycopg2.OperationalError``.
    """

    def __init__(self, odoo_name: str, message: str) -> None:
        super().__init__(message)
        self.odoo_name = odoo_name


def name_of(error: Exception) -> str:
    """Return the exception name as Odoo would report it."""
    return str(getattr(error, "odoo_name", f"builtins.{type(error).__name__}"))


def invalid_field(model: str, field: str) -> ValueError:
    """Return the error of a field that a model lacks."""
    return ValueError(f"Invalid field {field!r} on model {model!r}")


def constraint(text: str) -> ValidationError:
    """Return the error of a violated database constraint."""
    return ValidationError(f"The operation cannot be completed: {text}")


def not_null(model: str, label: str, field: str, field_label: str) -> ValidationError:
    """Return the error of a required field without a value."""
    return constraint(
        "\n- Create/update: a mandatory field is not set.\n"
        "- Delete: another model requires the record being deleted. If possible, archive it "
        f"instead.\n\nModel: {label} ({model})\nField: {field_label} ({field})\n"
    )


def foreign_key(label: str, model: str, name: str) -> ValidationError:
    """Return the error of a record that is referred to, or of a reference to none."""
    return constraint(
        "another model requires the record being deleted. If possible, archive it instead.\n\n"
        f"Model: {label} ({model})\nConstraint: {name}\n"
    )
