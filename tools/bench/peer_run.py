"""Runs in the peer's own Python: imports nothing but the peer and the standard library."""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from pathlib import Path
from typing import Any


def load(config: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    """Import the files one after the other and time it.

    Raises:
        RuntimeError: It refused lines; they stand in a `.fail` file.
    """
    peer = importlib.import_module("odoo_csv_tools.import_threaded")
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
    ):
        seconds = {}
        for file in files:
            begun = time.perf_counter()
            peer.import_data(
                config,
                file["model"],
                file_csv=file["file_csv"],
                context={"tracking_disable": True},
                split=file.get("split", False),
                ignore=file.get("ignore", False),
                max_connection=file["threads"],
                batch_size=file["batch"],
            )
            seconds[Path(file["file_csv"]).stem] = time.perf_counter() - begun
    for file in files:
        refused = Path(file["file_csv"] + ".fail").read_text(encoding="utf-8").splitlines()[1:]
        if refused:
            raise RuntimeError(f"{len(refused)} lines of {file['file_csv']} refused: {refused[0]}")
    return {"seconds": sum(seconds.values()), "by_file": seconds}
