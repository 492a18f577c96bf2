"""Requests, and the exact bytes that answer them: one table for whoever serves the endpoints.

`CASES` are single requests, `SCENARIOS` several that belong together. A test module gives them a
`World`, its own for each server, and calls `check(world, case)` or `scenario(world)`:

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_answer(world: World, case: Case) -> None:
        check(world, case)

An answer is compact JSON (as JSON.stringify writes it); its keys stand in the order of
`odoo_seed.core.answers.ORDER`, since jsonb forgets theirs. What differs between two answers is in
the table as <uuid>, <time>, <number> or <text>; the rest is compared byte by byte.
"""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import uuid4

import psycopg
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SEED, SHADOW = "seed-odoo-finance", "shadow-odoo-finance"

Serves = Literal["", "no token", "no database"]
"""A service as it should be; one whose SEED_RUN_TOKEN is not set; one whose database is away."""


class World(Protocol):
    """Who serves, and what stands behind it.

    A worker takes the runs of the targets `default` and `away` alone. At `default` there is an Odoo
    that holds what the seed says: `begin` saw to that. Where `away` should be nobody answers.

    Attributes:
        token: SEED_RUN_TOKEN.
        previous_token: SEED_RUN_TOKEN_PREVIOUS.
        database_url: Of the database, straight.
    """

    token: str
    previous_token: str
    database_url: str

    def url(self, function: str, serves: Serves = "") -> str:
        """Return the address of an endpoint, such as …/functions/v1/seed-odoo-finance."""
        ...


SEED_YAML = """\
projects:
  - external_ref: ALPHA
    name: Alpha
    company_name: Acme & Sons
    tasks:
      - {external_ref: A1, name: One}
      - {external_ref: A2, name: Two, depends_on_refs: [A1]}
  - external_ref: BETA
    name: Beta
    company_name: Acme & Sons
    tasks:
      - {external_ref: B1, name: One}
"""
"""The seed that is loaded; Odoo has to have that company."""


@dataclass(frozen=True)
class Case:
    """One request and its answer.

    Attributes:
        content: The body, bytes as they are sent; None sends none.
        told: The answer's body, with the placeholders.
        answer_headers: Those the answer must have, among others.
    """

    name: str
    status: int
    told: str
    function: str = SEED
    method: str = "POST"
    authorization: str | None = "Bearer <token>"
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    serves: Serves = ""

    def __str__(self) -> str:
        return f"{self.status} {self.name}"


def _told(status: int, title: str, detail: str, more: str = "", run_id: str = "") -> str:
    run = f'"run_id":"{run_id}",' if run_id else ""
    titled = f'"type":"about:blank","title":"{title}",{run}'
    return f'{{{titled}"status":{status},"detail":"{detail}"{more}}}'


def _done(action: str, more: str = "", status: str = "success") -> str:
    return (
        f'{{"ok":true,"run_id":"<uuid>","status":"{status}","projects_synced":2,"tasks_synced":3,'
        '"results":{"projects":['
        f'{{"external_ref":"ALPHA","odoo_id":<number>,"action":"{action}"}},'
        f'{{"external_ref":"BETA","odoo_id":<number>,"action":"{action}"}}]}}{more}}}'
    )


_AGREES = ',"verification":{"verdict":"agrees","words":"<text>","missing":0,"drift":0,"orphan":0}'
QUEUED = (
    '{"ok":true,"run_id":"<uuid>","status":"queued","projects_synced":0,"tasks_synced":0,'
    '"results":{"projects":[]}}'
)
_BUSY = _told(
    409,
    "A run is going on",
    "Target busy is in use by somebody else since <text> UTC.",
    ',"holder":"somebody else","since":"<time>"',
    "<uuid>",
)
_AWAY = _told(503, "Could not reach Odoo", "<text>", ',"remedy":"<text>"', "<uuid>")
_UNAUTHORIZED = _told(
    401, "Unauthorized", "Send the run token: Authorization: Bearer, then SEED_RUN_TOKEN."
)
_KEYS = "The body knows target, projects, dry_run and wait_seconds, and nothing else."
_OBJECT = "The body is a JSON object, or empty."
_TARGET = "target is a name of up to 40 letters, digits, - and _ that begins with a letter."
_PROJECTS = "projects is a list of external_refs; leave it out to mean all."
_DRY_RUN = "dry_run is true or false."
_WAIT = "wait_seconds is a number from 0 to 120."
_KEY = "Idempotency-Key has 1 to 255 characters, all of ASCII."

FIRST = Case("the first seed", 200, _done("created"))

PROBLEM: Mapping[str, str] = {"Content-Type": "application/problem+json"}
ANSWER: Mapping[str, str] = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def _refused(name: str, content: str | bytes, detail: str, **more: str) -> Case:
    data = content.encode() if isinstance(content, str) else content
    told = _told(400, "Bad Request", detail)
    return Case(name, 400, told, content=data, headers=more, answer_headers=PROBLEM)


def _unauthorized(name: str, authorization: str | None, **more: str) -> Case:
    return Case(
        name, 401, _UNAUTHORIZED,
        authorization=authorization, answer_headers=PROBLEM | {"WWW-Authenticate": "Bearer"},
        **more,
    )  # fmt: skip


CASES: tuple[Case, ...] = (
    Case("as the pattern document's curl sends it", 200, _done("unchanged"), answer_headers=ANSWER),
    Case("an empty object", 200, _done("unchanged"), content=b"{}"),
    Case("blanks around it", 200, _done("unchanged"), content=b' \n{"target": "default"} '),
    Case(
        "a character set",
        200,
        _done("unchanged"),
        content=b"{}",
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    ),
    Case("no body, of any type", 200, _done("unchanged"), headers={"Content-Type": "text/plain"}),
    Case(
        "the token before, while it is rotated",
        200,
        _done("unchanged"),
        authorization="bearer <previous>",
    ),
    Case("shadow", 200, _done("unchanged", _AGREES), function=SHADOW, answer_headers=ANSWER),
    Case(
        "a dry run",
        200,
        _done("unchanged", status="planned"),
        content=b'{"dry_run": true, "wait_seconds": 30.5}',
    ),
    Case(
        "one project",
        200,
        '{"ok":true,"run_id":"<uuid>","status":"success","projects_synced":1,"tasks_synced":1,'
        '"results":{"projects":[{"external_ref":"BETA","odoo_id":<number>,"action":"unchanged"}]}}',
        content=b'{"projects": ["BETA"]}',
    ),
    Case(
        "a project that is not in the seed",
        422,
        _told(
            422, "Refused", "There is no project GAMMA in the seed.", ',"remedy":"<text>"', "<uuid>"
        ),
        content=b'{"projects": ["GAMMA"]}',
        answer_headers=PROBLEM,
    ),
    Case(
        "longer than it may wait",
        202,
        QUEUED,
        content=b'{"target": "idle", "wait_seconds": 0}',
        answer_headers=ANSWER | {"Retry-After": "5"},
    ),
    Case(
        "a run is going on",
        409,
        _BUSY,
        content=b'{"target": "busy"}',
        answer_headers=PROBLEM | {"Retry-After": "30"},
    ),
    Case(
        "Odoo is away",
        503,
        _AWAY,
        content=b'{"target": "away", "wait_seconds": 1.6}',
        answer_headers=PROBLEM | {"Retry-After": "30"},
    ),
    Case(
        "the database is away",
        503,
        _told(503, "Could not reach the database", "The database of odoo-seed cannot be used now."),
        serves="no database",
        answer_headers=PROBLEM | {"Retry-After": "30"},
    ),
    _unauthorized("no token", None),
    _unauthorized("another token", "Bearer wrong"),
    _unauthorized("another sort of token", "Basic <token>"),
    _unauthorized("the token's beginning", "Bearer <half>"),
    _unauthorized("more than the token", "Bearer <token>x"),
    _unauthorized("nothing after Bearer", "Bearer "),
    _unauthorized("the token alone", "<token>"),
    _unauthorized("another script", "Bearer \u00e9\u00ff"),
    _unauthorized("no token is set", "Bearer <token>", serves="no token"),
    _unauthorized("no token is set, and none is sent", "Bearer ", serves="no token"),
    _unauthorized("the token matters before the body", "Bearer wrong", content=b"["),
    _unauthorized("the token matters before the database", "Bearer wrong", serves="no database"),
    *(
        Case(
            f"by {method}",
            405,
            _told(405, "Method Not Allowed", "Use POST."),
            method=method,
            answer_headers=PROBLEM | {"Allow": "POST"},
        )
        for method in ("GET", "PUT", "DELETE")
    ),
    Case(
        "a long body",
        413,
        _told(413, "Content Too Large", "A body has at most 65536 bytes."),
        content=b'{"target": "' + b"a" * 65536 + b'"}',
        answer_headers=PROBLEM,
    ),
    *(
        Case(
            f"a body of type {given or 'nothing'}",
            415,
            _told(415, "Unsupported Media Type", "Send application/json, or no body."),
            content=b"{}",
            headers={"Content-Type": given} if given else {"Content-Type": ""},
            answer_headers=PROBLEM,
        )
        for given in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "")
    ),
    _refused("not JSON", "{", _OBJECT),
    _refused("not UTF-8", b'{"target": "\xff"}', _OBJECT),
    _refused("another encoding", '{"target": "default"}'.encode("utf-16"), _OBJECT),
    _refused("a list", "[]", _OBJECT),
    _refused("null", "null", _OBJECT),
    _refused("deeply nested", "[" * 30_000, _OBJECT),
    _refused("deeply nested and closed", "[" * 30_000 + "]" * 30_000, _OBJECT),
    _refused("not a number", '{"wait_seconds": NaN}', _OBJECT),
    _refused("an unknown key", '{"targets": "default"}', _KEYS),
    _refused("a hostile key", r'{"__proto__": {"dry_run": true}}', _KEYS),
    _refused("an unknown key before a wrong value", '{"target": 1, "action": "seed"}', _KEYS),
    _refused("a number as target", '{"target": 1}', _TARGET),
    _refused("null as target", '{"target": null}', _TARGET),
    _refused("no letters in the target", '{"target": ""}', _TARGET),
    _refused("SQL in the target", '{"target": "a\'; drop table x"}', _TARGET),
    _refused("another line in the target", '{"target": "default\\n"}', _TARGET),
    _refused("a zero byte in the target", '{"target": "a\\u0000"}', _TARGET),
    _refused("a long target", '{"target": "' + "a" * 41 + '"}', _TARGET),
    _refused("no projects", '{"projects": []}', _PROJECTS),
    _refused("a text as projects", '{"projects": "ALPHA"}', _PROJECTS),
    _refused("null among the projects", '{"projects": ["ALPHA", null]}', _PROJECTS),
    _refused("not a ref among the projects", '{"projects": ["ALPHA", "a b"]}', _PROJECTS),
    _refused("another line in a ref", '{"projects": ["ALPHA\\n"]}', _PROJECTS),
    _refused("half a character in a ref", r'{"projects": ["\ud800"]}', _PROJECTS),
    _refused("a number as dry_run", '{"dry_run": 1}', _DRY_RUN),
    _refused("a text as dry_run", '{"dry_run": "false"}', _DRY_RUN),
    _refused("a text as wait_seconds", '{"wait_seconds": "5"}', _WAIT),
    _refused("true as wait_seconds", '{"wait_seconds": true}', _WAIT),
    _refused("less than no seconds", '{"wait_seconds": -1}', _WAIT),
    _refused("too many seconds", '{"wait_seconds": 120.1}', _WAIT),
    _refused("endless seconds", '{"wait_seconds": 1e999}', _WAIT),
    _refused("an empty key", "{}", _KEY, **{"Idempotency-Key": ""}),
    _refused("a long key", "{}", _KEY, **{"Idempotency-Key": "k" * 256}),
    _refused("a key of another script", "{}", _KEY, **{"Idempotency-Key": "\u00e9"}),
)


def send(world: World, case: Case) -> requests.Response:
    """Send the request of a case."""
    places = {
        "<token>": world.token,
        "<previous>": world.previous_token,
        "<half>": world.token[: len(world.token) // 2],
    }
    headers = {} if case.content is None else {"Content-Type": "application/json"}
    headers |= case.headers
    if case.authorization is not None:
        given = case.authorization
        for place, value in places.items():
            given = given.replace(place, value)
        headers["Authorization"] = given
    if not headers.get("Content-Type", "unset"):
        del headers["Content-Type"]  # a body without one
    return requests.request(
        case.method,
        world.url(case.function, case.serves),
        data=case.content,
        headers={name: value.encode("latin-1") for name, value in headers.items()},
        timeout=60,
        allow_redirects=False,
    )


def check(world: World, case: Case) -> None:
    """Send a case's request and compare the answer, byte by byte."""
    with _prepared(world, case):
        answer = send(world, case)
    told = answer.content.decode()
    assert answer.status_code == case.status, told
    assert re.fullmatch(_pattern(case.told), told), f"\n{told}\nis not\n{case.told}"
    for name, value in case.answer_headers.items():
        assert answer.headers.get(name) == value, dict(answer.headers)
    json.loads(told)
    for secret in (world.token, world.previous_token, "Traceback"):
        assert secret not in told + str(answer.headers)


def begin(world: World) -> None:
    """Seed for the first time; whoever makes a world does this once."""
    check(world, FIRST)


def _same_key_is_one_run(world: World) -> None:
    key = {"Idempotency-Key": f"close {uuid4()}"}
    one = Case("", 200, _done("unchanged"), content=b'{"target": "default"}', headers=key)
    told = [send(world, one) for _ in range(3)]
    assert {answer.status_code for answer in told} == {200}
    assert len({answer.content for answer in told}) == 1
    none = Case("", 200, _done("unchanged"), headers=key)  # an empty body means the same
    assert send(world, none).content == told[0].content
    used = "The same Idempotency-Key came with another request before: take a new one."
    other = _told(422, "Idempotency-Key used before", used, run_id="<uuid>")
    check(world, Case("", 422, other, content=b'{"dry_run": true}', headers=key))
    check(world, Case("", 422, other, function=SHADOW, headers=key))


def _same_key_while_it_waits(world: World) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    content = b'{"target": "idle", "wait_seconds": 0}'
    with _prepared(world, None):
        told = [send(world, Case("", 202, "", content=content, headers=key)) for _ in range(2)]
        assert [answer.status_code for answer in told] == [202, 202]
        assert told[0].content == told[1].content


def _of_several_at_once_one_is_let_in(world: World) -> None:
    content = b'{"target": "idle", "wait_seconds": 0}'
    with _prepared(world, None), ThreadPoolExecutor(6) as pool:
        case = Case("", 202, "", content=content)
        told = list(pool.map(lambda _: send(world, case), range(6)))
        assert sorted(answer.status_code for answer in told) == [202] + [409] * 5
        ids = {answer.json()["run_id"] for answer in told}
        assert len(ids) == 1  # the holder of the others is the one that was let in
    with _prepared(world, None), ThreadPoolExecutor(6) as pool:
        case = replace(case, headers={"Idempotency-Key": str(uuid4())})
        told = list(pool.map(lambda _: send(world, case), range(6)))
        assert {answer.status_code for answer in told} == {202}
        assert len({answer.content for answer in told}) == 1


def _waits_as_long_as_it_is_told(world: World) -> None:
    with _prepared(world, None):
        begun = time.monotonic()
        content = b'{"target": "idle", "wait_seconds": 0.6}'
        assert send(world, Case("", 202, "", content=content)).status_code == 202
    assert 0.6 <= time.monotonic() - begun < 3


def _a_long_body_comes_in_pieces(world: World) -> None:
    told = requests.post(
        world.url(SEED),
        data=iter([b'{"target": "', *[b"a" * 4096] * 16, b'"}']),  # no Content-Length
        headers={"Authorization": f"Bearer {world.token}", "Content-Type": "application/json"},
        timeout=60,
    )
    assert (told.status_code, told.json()["title"]) == (413, "Content Too Large")


SCENARIOS: tuple[Callable[[World], None], ...] = (
    _same_key_is_one_run,
    _same_key_while_it_waits,
    _of_several_at_once_one_is_let_in,
    _waits_as_long_as_it_is_told,
    _a_long_body_comes_in_pieces,
)

_PLACES = {
    "<uuid>": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)",
    "<number>": r"\d+",
    "<text>": r'[^"\\]+',
}


def _pattern(told: str) -> str:
    pattern = re.escape(told)
    for place, meant in _PLACES.items():
        pattern = pattern.replace(re.escape(place), meant)
    return pattern


@contextmanager
def _prepared(world: World, case: Case | None) -> Iterator[None]:
    """Somebody else's run at `busy`; afterwards nothing is left that the next one would meet."""
    with psycopg.connect(world.database_url, autocommit=True) as connection:
        if case is not None and b'"busy"' in (case.content or b""):
            connection.execute(
                "select odoo_seed.request_run('seed', 'busy', requested_by => 'somebody else')"
            )
        yield
        gone = ["busy", "idle", "away"]
        # One that waits to be tried again would hold up those behind it.
        connection.execute(
            "delete from procrastinate.procrastinate_jobs where queue_name = any(%s)", [gone]
        )
        connection.execute("delete from odoo_seed.run_requests where target = any(%s)", [gone])
