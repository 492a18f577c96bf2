"""A double of HashiCorp Vault: the answers of its HTTP API for one secret of a KV engine v2."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "hvs.CAESIJ4-token-of-vault"
SECRETS = {"ODOO_PASSWORD": "kept-4Qz", "ODOO_PASSWORD__STAGING": "staging-7Lm", "ODOO_DB": "prod"}
METADATA = {
    "created_time": "2026-01-06T01:20:00.1Z", "custom_metadata": None, "deletion_time": "",
    "destroyed": False, "version": 3,
}  # fmt: skip
FOUND = {
    "request_id": "b1", "lease_id": "", "renewable": False, "lease_duration": 0, "wrap_info": None,
    "data": {"data": SECRETS, "metadata": METADATA}, "warnings": None, "auth": None,
}  # fmt: skip


class Vault:
    """Answers as Vault's HTTP API documents it, or as it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.told: tuple[int, Any, dict[str, str]] | None = None
        self.data: dict[str, Any] = dict(FOUND)
        self.silent = threading.Event()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        self.asked.append((path, headers))
        if self.told is not None:
            return self.told
        if headers.get("X-Vault-Token") != TOKEN:
            return 403, {"errors": ["2 errors occurred:\n\t* permission denied\n\n"]}, {}
        if path != "/v1/secret/data/odoo-seed":
            return 404, {"errors": []}, {}
        return 200, self.data, {}


@contextmanager
def vault_server() -> Iterator[tuple[Vault, str]]:
    vault = Vault()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if vault.silent.is_set():
                threading.Event().wait(1)
                return
            status, body, headers = vault.answer(self.path, dict(self.headers))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield vault, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
