"""What Odoo's own exceptions mean to a user of this project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.secrets import without_secret
from odoo_seed.core.targets import option
from odoo_seed.errors import (
    OdooAccessError,
    OdooError,
    OdooLoginError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooSetupError,
)

if TYPE_CHECKING:
    from odoo_seed.edges.odoo.target import OdooTarget

_NO_MODEL = re.compile(
    r"Object (?P<model>[\w.]+) doesn't exist|^the model '(?P<model2>[\w.]+)' does not exist$"
)
_NO_FIELD = re.compile(r"Invalid field\b.*\bx_external_ref\b", re.DOTALL)
_LONGEST = 500

FIRST_DEPENDENCIES = (
    "Let an administrator of Odoo tick Task Dependencies in the settings of any one project and "
    "leave it so."
)


class Refusal(Exception):  # noqa: N818 - it is Odoo's answer, and becomes an error in `explain`
    """An error as Odoo gave it.

    Attributes:
        odoo_name: Exception name such as ``odoo.exceptions.ValidationError``.
        message: Odoo's words, without any traceback.
    """

    def __init__(self, odoo_name: str, message: str) -> None:
        super().__init__(message)
        self.odoo_name = odoo_name
        self.message = message


def explain(refusal: Refusal, target: OdooTarget, model: str, method: str) -> OdooError:
    """Return the error to raise for Odoo's answer to `method` of `model`."""
    text = _one_line(refusal, target)
    name = refusal.odoo_name
    if name == "odoo.exceptions.AccessDenied":
        return login_refused(target)
    if name.endswith("OperationalError") and f'"{target.database}" does not exist' in text:
        return no_database(target)
    if name == "odoo.exceptions.AccessError":
        return _not_allowed(target, model, method, text)
    if _NO_FIELD.search(text):
        return OdooSetupError(
            f"{model} in Odoo has no field x_external_ref.",
            remedy=f"Run `odoo-seed prepare{option(target.name)}` once.",
        )
    no_model = _NO_MODEL.search(text)
    if no_model:
        return OdooSetupError(
            f"Odoo has no model {no_model['model'] or no_model['model2']}.",
            remedy=f"Install the app it belongs to (Project) in the database {target.database!r}.",
        )
    return OdooRefusedError(f"Odoo refused {method} on {model}: {text}", odoo_name=name)


def _not_allowed(target: OdooTarget, model: str, method: str, text: str) -> OdooAccessError:
    told = f"Odoo does not let {target.user} call {method} on {model}: {text}"
    remedy = (
        "In Odoo, give this user the group Project / Administrator and access to the companies of "
        "the seed."
    )
    if model.startswith("ir.model"):
        remedy = (
            "Let an administrator of Odoo do this once, with their own login and password or API "
            "key; the user of the seed needs no more than Project / Administrator afterwards."
        )
    elif model == "project.project" and "(mail.message.subtype)" in text:
        # Odoo 19 forgets to write as superuser (project_project.py,
        # _inverse_allow_task_dependencies).
        told = (
            f"Odoo does not let {target.user} switch Task Dependencies on for the first project, "
            "or off for the last."
        )
        remedy = FIRST_DEPENDENCIES
    return OdooAccessError(told, remedy=remedy, odoo_name="odoo.exceptions.AccessError")


def login_refused(target: OdooTarget) -> OdooLoginError:
    """Return the error of a login or password that Odoo does not accept."""
    *others, last = (target.variable(name) for name in ("ODOO_DB", "ODOO_USER", "ODOO_PASSWORD"))
    return OdooLoginError(
        f"Odoo at {target.address} refused the login {target.user!r} to the database "
        f"{target.database!r}.",
        remedy=f"Check {', '.join(others)} and {last}. A user with two-factor authentication needs "
        "an API key in place of the password.",
    )


def key_refused(target: OdooTarget, reason: str) -> OdooLoginError:
    """Return the error of an API key that JSON-2 does not accept.

    Args:
        reason: Why, without the key and without a full stop.
    """
    reason = without_secret(reason, target.password, target.user)
    return OdooLoginError(
        f"Odoo at {target.address} did not accept {target.variable('ODOO_PASSWORD')} as the API "
        f"key of {target.user!r}: {reason}.",
        remedy="JSON-2 needs an API key of this user (in Odoo: My Preferences, Account Security, "
        f"New API Key). With a password, set {target.variable('ODOO_PROTOCOL')} to jsonrpc or "
        "auto.",
    )


def no_database(target: OdooTarget, more: str = "") -> OdooLoginError:
    """Return the error of a database that the server does not have."""
    name = target.variable("ODOO_DB")
    return OdooLoginError(
        f"Odoo at {target.address} has no database {target.database!r}.",
        remedy=f"Set {name} to the name of an existing database. {more}".strip(),
    )


def not_understood(target: OdooTarget) -> OdooReplyLostError:
    """Return the error of an answer that makes no sense; what it was about may be done."""
    return OdooReplyLostError(
        f"The answer of {target.address} cannot be understood.",
        remedy="Odoo may have done the work; run this again, it looks before it writes.",
    )


def _one_line(refusal: Refusal, target: OdooTarget) -> str:
    """Odoo's words on one line; of a technical exception only the first, the rest is code."""
    text = without_secret(refusal.message, target.password, target.user).strip()
    if not refusal.odoo_name.startswith("odoo.exceptions."):
        text = text.split("\n", 1)[0]
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
