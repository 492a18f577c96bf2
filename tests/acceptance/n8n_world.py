"""A real n8n with our workflows, and a mailbox for what they tell."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from html import unescape
from typing import TYPE_CHECKING, Any, TypeVar

import requests
from aiosmtpd.controller import Controller
from test_n8n_workflows import CREDENTIALS, kind, workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

FORM_USER = ("finance", "form-" + secrets.token_hex(8))

Found = TypeVar("Found")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until(find: Callable[[], Found | None], seconds: float, what: Callable[[], object]) -> Found:
    """What is found in the end; `what` tells how things stand when it is not."""
    deadline = time.monotonic() + seconds
    while (found := find()) is None:
        assert time.monotonic() < deadline, what()
        time.sleep(0.2)
    return found


def answers(url: str, status: int) -> bool | None:
    """Whether that is what is answered there; None: not yet. For `until`."""
    try:
        return requests.get(url, timeout=30).status_code == status or None
    except requests.ConnectionError:
        return None


@dataclass(frozen=True)
class Mail:
    """One mail that was sent; the text is that of its HTML where it has no other."""

    subject: str
    to: str
    text: str

    @property
    def links(self) -> list[str]:
        return re.findall(r"href=\"([^\"]+)\"", unescape(self.text))


class Mailbox:
    """Takes every mail; for aiosmtpd."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._read = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """See aiosmtpd."""
        content = envelope.content
        assert isinstance(content, bytes)
        told = message_from_bytes(content, policy=policy.default)
        part = told.get_body(("plain", "html"))
        assert part is not None
        self.mails.append(Mail(told["Subject"], told["To"], str(part.get_content())))
        return "250 OK"

    def next(self, how: Callable[[], object]) -> Mail:
        """The next mail, when it is there."""
        until(lambda: len(self.mails) > self._read or None, 60, how)
        self._read += 1
        return self.mails[self._read - 1]


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server and its port."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


class N8n:
    """One n8n in a folder of its own.

    Args:
        binary: Of the npm package, `node_modules/.bin/n8n`; a fitting node is in PATH.
    """

    def __init__(self, binary: str, home: Path) -> None:
        self._binary, self.home = binary, home
        self.port, broker = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "n8n.log"
        self._env = {
            "PATH": os.environ["PATH"], "HOME": str(home),
            "N8N_USER_FOLDER": str(home), "N8N_ENCRYPTION_KEY": secrets.token_hex(16),
            "N8N_PORT": str(self.port), "N8N_LISTEN_ADDRESS": "127.0.0.1",
            "N8N_RUNNERS_BROKER_PORT": str(broker), "WEBHOOK_URL": f"{self.url}/",
            "N8N_DIAGNOSTICS_ENABLED": "false", "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
            "N8N_TEMPLATES_ENABLED": "false", "N8N_PERSONALIZATION_ENABLED": "false",
        }  # fmt: skip

    def cli(self, *words: str) -> str:
        """Run one command of n8n."""
        done = subprocess.run(
            [self._binary, *words], env=self._env, check=False, text=True, timeout=180,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def give(self, what: str, documents: list[dict[str, Any]]) -> None:
        """Import credentials or workflows."""
        file = self.home / f"{what}.json"
        file.write_text(json.dumps(documents))
        self.cli(f"import:{what}", f"--input={file}")
        file.unlink()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start it; it ends with the test."""
        with self.log.open("w") as log:
            process = subprocess.Popen(
                [self._binary, "start"], env=self._env, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        try:
            until(self._ready, 180, self.log.read_text)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # node may run below a launcher
            process.wait()

    def _ready(self) -> bool | None:
        return answers(f"{self.url}/healthz/readiness", 200)

    def executions(self, workflow_id: str) -> list[str]:
        """How the executions of a workflow ended or stand, in their order."""
        with closing(sqlite3.connect(self.home / ".n8n/database.sqlite")) as connection:
            rows = connection.execute(
                'select status from execution_entity where "workflowId" = ? order by id',
                [workflow_id],
            ).fetchall()
        return [status for (status,) in rows]

    @property
    def form(self) -> str:
        """Where the form of `seed-on-demand.json` is."""
        return f"{self.url}/form/odoo-seed"

    def send_form(self, url: str, *answers: str) -> None:
        """Fill in the fields of a form, and send it as a browser does."""
        fields = {f"field-{number}": (None, answer) for number, answer in enumerate(answers)}
        sent = requests.post(url, files=fields, auth=FORM_USER, timeout=30)
        assert sent.ok, sent.text


def credentials(token: str, mail_port: int) -> list[dict[str, Any]]:
    """What whoever sets n8n up types in."""
    data: dict[str, dict[str, Any]] = {
        "httpBearerAuth": {
            "token": token,
            "allowedHttpRequestDomains": "domains",
            "allowedDomains": "127.0.0.1",
        },
        "smtp": {
            "host": "127.0.0.1",
            "port": mail_port,
            "secure": False,
            "user": "",
            "password": "",
        },
        "httpBasicAuth": {"user": FORM_USER[0], "password": FORM_USER[1]},
    }
    ids = {
        sort: given["id"]
        for node in workflow("seed-on-demand.json")["nodes"]
        for sort, given in node.get("credentials", {}).items()
    }
    return [
        {"id": ids[sort], "name": CREDENTIALS[sort], "type": sort, "data": values}
        for sort, values in data.items()
    ]


def filled_in(name: str, cron: str = "", **settings: object) -> dict[str, Any]:
    """A workflow with its Settings as somebody fills them in, and another time of the night."""
    told: dict[str, Any] = json.loads(json.dumps(workflow(name)))
    for node in told["nodes"]:
        if node["name"] == "Settings":
            for row in node["parameters"]["assignments"]["assignments"]:
                row["value"] = settings.get(row["name"], row["value"])
        if kind(node) == "scheduleTrigger" and cron:
            node["parameters"]["rule"]["interval"][0]["expression"] = cron
    return told
