"""The settings that the environment of this process gives."""

from __future__ import annotations

import getpass
import os
import re
import socket
from pathlib import Path

from odoo_seed.core.comment import Footer
from odoo_seed.core.escape import plain
from odoo_seed.errors import UsageError
from odoo_seed.settings import Settings
from odoo_seed.wiring_secrets import with_secrets


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
    return with_secrets(Settings.read(os.environ, folder, seed_dir))


def holder() -> str:
    """Who we are, for others to read: account, host and process."""
    return f"{_user()}@{socket.gethostname()} pid {os.getpid()}"


def _user() -> str:
    try:
        return plain(getpass.getuser())
    except (KeyError, OSError):  # a container may run as an account without a name
        return f"uid {os.getuid()}"


def footer() -> Footer:
    """Where a comment comes from, as far as GitHub's runner says it."""
    commit = os.environ.get("GITHUB_SHA", "")
    known = re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit)
    return Footer(commit if known else "", run_url() or "")


def run_url() -> str | None:
    """Where the run of GitHub Actions that we are part of can be read; None outside of one."""
    server, repository, run = (
        os.environ.get(name, "")
        for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    url = f"{server}/{repository}/actions/runs/{run}"
    shape = r"https?://[\w.:-]{1,100}/[\w-]{1,50}/[\w.-]{1,100}/actions/runs/\d{1,20}"
    return url if re.fullmatch(shape, url) else None
