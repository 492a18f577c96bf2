"""Each measurement runs in a process of its own, so that none inherits another's heap or caches.

`call` starts one; `python -m bench.child MODULE FUNCTION` is what it starts.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH120, PTH100 - a child wants few imports


class ChildError(RuntimeError):
    """A measurement failed; its own words were shown on stderr."""


def call(
    function: str, environ: Mapping[str, str], /, *, python: str = sys.executable, **arguments: Any
) -> dict[str, Any]:
    """Run `module.function(**arguments)` of this package in a new process.

    Args:
        environ: Added to a minimal environment; the caller's ODOO_* and SUPABASE_* stay out.

    Returns:
        What the function returned, through JSON.

    Raises:
        ChildError: It did not end well.
    """
    module, _, name = function.rpartition(".")
    done = subprocess.run(
        [python, "-m", "bench.child", module, name],
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env=clean_environ() | dict(environ),
    )
    if done.returncode:
        raise ChildError(f"{function} ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def clean_environ() -> dict[str, str]:
    """The caller's environment without anything that points to a database or an Odoo."""
    foreign = ("ODOO_", "SUPABASE_", "SEED_", "PG")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PYTHONPATH": TOOLS}


def main() -> None:
    """Do one measurement; whatever it prints, the last line of stdout is the outcome."""
    module, name = sys.argv[1:]
    function = getattr(importlib.import_module(f"bench.{module}"), name)
    sys.stdout.write("\n" + json.dumps(function(**json.load(sys.stdin))) + "\n")


if __name__ == "__main__":
    main()
