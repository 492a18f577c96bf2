"""Targets by their names: what belongs to one in the settings and on the command line."""

from __future__ import annotations

DEFAULT_TARGET = "default"


def variable(name: str, target: str) -> str:
    """The variable of a target: `ODOO_URL`, or `ODOO_URL__STAGING` for target `staging`."""
    if target == DEFAULT_TARGET:
        return name
    return f"{name}__{target.upper().replace('-', '_')}"


def option(target: str) -> str:
    """The option that names a target, with a space before it; empty where none is needed."""
    return "" if target == DEFAULT_TARGET else f" --target {target}"
