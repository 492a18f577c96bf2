"""GitHub's REST API on loopback, with a memory, in which every exchange is checked.

    with GitHubDouble() as github:
        github.world.merge(7, github.world.commit())
        ...  # with github.variables in the environment

At its end it raises an AssertionError for what was not as GitHub describes it, asked or answered.
"""

from __future__ import annotations

import json
import re
import threading
import traceback
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.github.routes import Answer, answer_to, error
from tests.github.spec import answer_fault, request_fault, request_of
from tests.github.world import ACTIONS, Account, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TOKEN = "ghs_double7Qx2NoMessageMayHoldThis"
NOW = 1_767_662_400
"""What the double's clock says, in seconds; ours may say anything else."""


@dataclass
class Trouble:
    """Something that goes wrong with the next requests that fit.

    Attributes:
        after: The request was carried out all the same.
        cut: The connection breaks, without an answer.
        action: Somebody does something just before the request is carried out.
    """

    method: str
    path: str
    status: int = 0
    message: str = "boo"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    after: bool = False
    cut: bool = False
    times: int = 1
    action: Callable[[], object] | None = None


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class GitHubDouble:
    """A server; `world` is what it holds, `accounts` whose tokens it knows."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.accounts: dict[str, Account] = {TOKEN: ACTIONS}
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self._troubles: list[Trouble] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if kind is None:
            assert not self.faults, "\n".join(self.faults)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a job that talks to it."""
        return {
            "GITHUB_API_URL": self.url,
            "GITHUB_REPOSITORY": self.world.repository,
            "GITHUB_TOKEN": TOKEN,
        }

    def trouble(self, method: str, path: str, **what: Any) -> None:
        """Let something go wrong with requests whose path ends so (a regular expression)."""
        self._troubles.append(Trouble(method, path, **what))

    def calls(self) -> Sequence[str]:
        """What was asked, without the repository's name."""
        prefix = f"/repos/{self.world.repository}"
        return [f"{one.method} {one.path.removeprefix(prefix)}" for one in self.asked]

    def answer(self, asked: Asked, sent: bytes) -> Answer | None:
        """Answer a request; None where the connection is to break."""
        with self._lock:
            self.asked.append(asked)
            request = request_of(asked.method, asked.path, asked.query, asked.headers, sent)
            if told := request_fault(request):
                self.faults.append(told)
                return error(422, told)
            try:
                made = self._answer(asked)
            except Exception:  # whatever it is, the client must not take it for a broken network
                self.faults.append(traceback.format_exc())
                raise
            if made is not None and not made.foreign:
                told = answer_fault(request, made.status, made.body)
                self.faults += [told] if told else []
            return made

    def _answer(self, asked: Asked) -> Answer | None:
        trouble = self._next(asked)
        if trouble is None:
            return self._done(asked)
        if trouble.action:
            trouble.action()
        if trouble.after:
            self._done(asked)
        if trouble.cut:
            return None
        if trouble.body is not None:
            return Answer(trouble.status, trouble.body, dict(trouble.headers), foreign=True)
        if trouble.status:
            return error(trouble.status, trouble.message, trouble.headers)
        return self._done(asked)

    def _next(self, asked: Asked) -> Trouble | None:
        for trouble in self._troubles:
            fits = trouble.method == asked.method and re.search(f"{trouble.path}$", asked.path)
            if fits and trouble.times:
                trouble.times -= 1
                return trouble
        return None

    def _done(self, asked: Asked) -> Answer:
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if asked.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            return error(400, "The version of the API is not named.")
        if token not in self.accounts:
            return error(401, "Bad credentials")
        made = answer_to(self.world, self.accounts[token], asked.method, asked.path,
                         asked.query, asked.body)  # fmt: skip
        return self._page(asked, made)

    def _page(self, asked: Asked, made: Answer) -> Answer:
        """One page of a list, with a Link to the next."""
        if made.items is None:
            return made
        size = min(int(asked.query.get("per_page", "30")), 100)
        page = int(asked.query.get("page", "1"))
        shown = made.items[(page - 1) * size : page * size]
        links = {}
        if page * size < len(made.items):
            query = urlencode({**asked.query, "page": page + 1})
            links = {"Link": f'<{self.url}{asked.path}?{query}>; rel="next"'}
        return Answer(made.status, json.dumps(shown).encode(), links)


def _handler(double: GitHubDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: no delayed acknowledgement

        def handle_any(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                unquote(parts.path),
                dict(parse_qsl(parts.query)),
                dict(self.headers.items()),
                json.loads(sent) if sent else None,
            )
            made = double.answer(asked, sent)
            if made is None:
                self.close_connection = True
                return
            self.send_response_only(made.status)
            named = {"Date": formatdate(NOW, usegmt=True), **made.headers}
            for name, value in named.items():
                self.send_header(name, value)
            if made.status != 204:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815 - http.server's names

        def log_message(self, *_args: object) -> None:
            pass

    return Handler
