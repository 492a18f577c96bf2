"""Many sandbox Odoos in one process, which count what is written to each at the same time.

`python -m bench.sandboxes NUMBER SECONDS` starts so many, each of whose calls takes that long
besides, tells their URLs as JSON, and at a line on stdin what each of them holds. It ends with its
stdin.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from bench.child import clean_environ
from bench.seeds import COMPANIES, PEOPLE
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WRITES = {"create", "write", "unlink", "web_save", "load", "message_unsubscribe"}


@dataclass(slots=True)
class Sandboxes:
    """The process, seen from outside."""

    urls: Sequence[str]
    _process: subprocess.Popen[str]

    def held(self) -> list[dict[str, int]]:
        """Of each Odoo: `projects`, `tasks`, `duplicates` and `at_once`, the most writers."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._process.stdout is not None  # noqa: S101 - as above
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[dict[str, int]] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def sandboxes(number: int, seconds: float) -> Iterator[Sandboxes]:
    """Start them; end them afterwards."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sandboxes", str(number), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environ(),
    ) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        try:
            yield Sandboxes(json.loads(process.stdout.readline()), process)
        finally:
            process.communicate()


class _Counted:
    """One sandbox, and how many wrote to it at once."""

    def __init__(self, seconds: float) -> None:
        self.server = SandboxServer(prepared=True)
        users = [(login.split("@")[0], login, COMPANIES) for login in PEOPLE]
        self.server.populate(COMPANIES, users)
        self.server.trouble("delay", before=seconds, times=10**9)
        self._call = self.server.service.call
        self._lock, self._now, self._most = Lock(), 0, 0
        self.server.service.call = self._counted  # type: ignore[method-assign]  # to look at it

    def _counted(self, uid: int, model: str, method: str, *given: Any) -> Any:
        if method not in _WRITES:
            return self._call(uid, model, method, *given)
        with self._lock:
            self._now += 1
            self._most = max(self._most, self._now)
        try:
            return self._call(uid, model, method, *given)
        finally:
            with self._lock:
                self._now -= 1

    def held(self) -> dict[str, int]:
        rows = self.server.service.db.rows
        refs = {
            model: Counter(row.get("x_external_ref") for row in rows[model].values())
            for model in ("project.project", "project.task")
        }
        for found in refs.values():
            found.pop(None, None)
            found.pop(False, None)
        return {
            "projects": len(refs["project.project"]),
            "tasks": len(refs["project.task"]),
            "duplicates": sum(found.total() - len(found) for found in refs.values()),
            "at_once": self._most,
        }


def main() -> None:
    """Run them until stdin ends."""
    number, seconds = int(sys.argv[1]), float(sys.argv[2])
    with ExitStack() as stack:
        running = [_Counted(seconds) for _ in range(number)]
        for one in running:
            stack.enter_context(one.server)
        _answer([one.server.url for one in running])
        for _ in sys.stdin:
            _answer([one.held() for one in running])


def _answer(told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
