"""A worker that notices within two seconds that another is dead: for tests."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from odoo_seed.ports_runs import Timing
from odoo_seed.settings import Settings
from odoo_seed.shells.working import Worker


def main() -> None:
    """Work until SIGTERM."""
    timing = Timing(poll=0.2, heartbeat=0.3, silence=1.5, grace=1.0)
    settings = Settings.read(os.environ, Path.cwd())
    worker = Worker(settings, None, 1, _tell, timing)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
