"""Plan files: written whole or not at all, read as if anybody could have made them."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NoReturn

import jsonschema_rs

from odoo_seed.core.escape import json_text, plain
from odoo_seed.core.plan_json import as_json
from odoo_seed.core.planned import REMEDY, planned
from odoo_seed.edges.schemas import schema
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.plan import Plan
    from odoo_seed.core.planned import Planned

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is read; a plan of 100,000 new tasks has about half of that."""


def write_plan(path: Path, plan: Plan) -> None:
    """Write the plan's JSON, readable by its owner alone, in place of what was there.

    Raises:
        UsageError: The file cannot be written; what was there is still there.
    """
    temporary = ""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a file.", remedy="Name a file for the plan.")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - the open handle
            file.write(json_text(as_json(plan)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the name may hold anything
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as above
        raise UsageError(
            f"The plan cannot be written to {path}: {getattr(error, 'strerror', None) or error}.",
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from None


def read_plan(path: Path) -> Planned:
    """Read a plan file.

    Raises:
        UsageError: There is none, or it is not one that `write_plan` wrote.
    """
    try:
        text = _bytes(path).decode("utf-8")
        data = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, nested without end
        raise UsageError(
            f"{path} is not a plan: it is not JSON, or was cut off.", remedy=REMEDY
        ) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    known = schema("plan")["properties"]["schema_version"]["const"]
    if version != known and isinstance(version, int):
        raise UsageError(
            f"{path} was written by another version of odoo-seed: it has schema_version "
            f"{version}, this one reads {known}.",
            remedy="Plan and seed with the same version.",
        )
    for fault in _validator().iter_errors(data):
        place = ".".join(str(step) for step in fault.instance_path)
        what = f"at {plain(place)}: {plain(fault.message)}" if place else plain(fault.message)
        raise UsageError(f"{path} is not a plan: {what}.", remedy=REMEDY)
    return planned(data)


def _bytes(path: Path) -> bytes:
    try:
        # Not to wait for the other end of a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 - the open handle
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UsageError(f"{path} is not a file.", remedy="Name the plan's file.")
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"The plan {path} cannot be read: {why}.", remedy=REMEDY) from None
    if len(content) > LARGEST:
        raise UsageError(
            f"{path} is larger than any plan: more than {LARGEST // 1024**2} MB.", remedy=REMEDY
        )
    return content


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema("plan"))
