"""The settings that the environment of this process gives."""

from __future__ import annotations

import os
from pathlib import Path

from odoo_seed.errors import UsageError
from odoo_seed.settings import Settings


def settings_of(seed_dir: Path | None = None) -> Settings:
    """Read the environment, and `.env.local` of the working folder.

    Raises:
        UsageError: There is no working folder, or `.env.local` cannot be read.
    """
    try:
        folder = Path.cwd()
    except OSError:
        raise UsageError(
            "The working folder is gone.", remedy="Change to a folder that exists."
        ) from None
    return Settings.read(os.environ, folder, seed_dir)
