"""`odoo-seed worker` that ends with whoever started it, even when that is killed.

With `--quick` it notices within two seconds that another worker is dead: for tests.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from odoo_seed.ports_runs import Timing
from odoo_seed.settings import Settings
from odoo_seed.shells.cli import main as command
from odoo_seed.shells.working import Worker

_QUICK = Timing(poll=0.2, heartbeat=0.3, silence=1.5, grace=1.0)


def main() -> int:
    """Work until SIGTERM, or until the parent is gone."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    if sys.argv[1:] != ["--quick"]:
        return command(["worker", *sys.argv[1:]])
    worker = Worker(Settings.read(os.environ, Path.cwd()), None, 1, _tell, _QUICK)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    return 0


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
