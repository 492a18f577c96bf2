"""What is to run by the clock: SHADOW_CRON and DRIFT_CRON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.periodic import Periodic, is_cron
from odoo_seed.core.targets import DEFAULT_TARGET, variable
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.run_requests import RunAction
    from odoo_seed.settings import Settings


def periodic(settings: Settings, targets: Sequence[str] | None = None) -> list[Periodic]:
    """Return what is to run by the clock: SHADOW_CRON and DRIFT_CRON.

    Args:
        targets: Whose; None for all that the variables name, in small letters.

    Raises:
        UsageError: Not five fields as cron has them.
    """
    found = []
    actions: tuple[RunAction, ...] = ("shadow", "drift")
    for action in actions:
        name = f"{action.upper()}_CRON"
        suffixed = [one for one in settings.values if one.startswith(f"{name}__")]
        named = [one.removeprefix(f"{name}__").lower() for one in sorted(suffixed)]
        for target in named:
            if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", target):
                raise UsageError(
                    f"{name}__{target.upper()} names no target.",
                    remedy="Behind the two underscores stands a target's name: up to 40 "
                    "letters, digits and _ that begin with a letter.",
                )
        for target in targets or [DEFAULT_TARGET, *named]:
            given = settings.values.get(variable(name, target))
            if given is None:
                continue
            if not is_cron(given):
                raise UsageError(
                    f"{variable(name, target)} is not a time as cron has it.",
                    remedy="Five fields: minute, hour, day, month, day of the week; "
                    '"0 2 * * *" is every night at two.',
                )
            found.append(Periodic(action, target, given))
    return found
