"""The sandbox's HTTP: connections, paths, and the troubles that are ordered."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from odoo_seed.sandbox import json2, wire
from odoo_seed.sandbox.switches import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.sandbox.server import SandboxServer
    from odoo_seed.sandbox.switches import Call, Trouble

_XMLRPC = re.compile(r"/xmlrpc/2/(\w+)$")


class _Broken(Exception):  # noqa: N818 - an order, not an error
    """The connection is to be closed without an answer."""


class _Outcome(NamedTuple):
    answer: wire.Answer
    drop: bool = False


class SandboxHttp(ThreadingHTTPServer):
    """Knows its connections, so that stopping ends them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def remember(self, connection: socket.socket, *, is_open: bool) -> None:
        """Note a connection that begins or ends."""
        with self._guard:
            (self._connections.add if is_open else self._connections.discard)(connection)

    def break_off(self) -> None:
        """End every connection that is still open."""
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # it may be ending by itself just now
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: a client that goes away is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SandboxHttp
    _trouble: Sequence[Trouble] = ()

    def setup(self) -> None:
        super().setup()
        self.server.remember(self.connection, is_open=True)

    def finish(self) -> None:
        self.server.remember(self.connection, is_open=False)
        super().finish()

    def log_message(self, *_details: Any) -> None:
        """Write nothing."""

    def do_GET(self) -> None:
        if self.path in {"/web/version", "/json/version"} and self.server.sandbox.major >= 19:
            told = self.server.sandbox.version()
            bare = {"version_info": told["server_version_info"], "version": told["server_serie"]}
            self._send(json2.answer("version", bare))
            return
        self._send(wire.page(404, "404 Not Found"))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > self.server.sandbox.max_body:
            self.close_connection = True
            self._send(wire.page(413, "413 Request Entity Too Large"))
            return
        body = self.rfile.read(length)
        try:
            answer, drop = self._respond(body)
        except _Broken:
            self.close_connection = True
            return
        if drop:
            self.close_connection = True
            return
        self._send(answer)

    def _respond(self, body: bytes) -> _Outcome:
        named = json2.PATH.match(self.path)
        if named:
            return self._respond_json2(named["model"], named["method"], body)
        xml = _XMLRPC.match(self.path)
        if xml:
            request: wire.Request | None = wire.read_xmlrpc(xml[1], body)
        elif self.path == "/jsonrpc":
            request = wire.read_jsonrpc(body)
            if request is None:
                return _Outcome(wire.page(400, "Invalid JSON data"))
        elif self.path == "/web/webclient/version_info":
            bare = wire.Request("jsonrpc", "common", "version", [])
            return _Outcome(wire.answer(bare, self.server.sandbox.version()))
        else:
            return _Outcome(wire.page(404, "404 Not Found"))
        assert request is not None  # noqa: S101 - for the type checker; see above
        try:
            if request.error:
                raise request.error  # noqa: TRY301 - both ways end in Odoo's envelope
            result, drop = self._carry_out(request)
        except (_Broken, _Page) as order:
            if isinstance(order, _Page):
                return _Outcome(order.answer)
            raise
        except Exception as error:  # noqa: BLE001 - Odoo reports every exception to the client
            return _Outcome(wire.refusal(request, error))
        return _Outcome(wire.answer(request, result), drop)

    def _respond_json2(self, model: str, method: str, body: bytes) -> _Outcome:
        sandbox = self.server.sandbox
        if sandbox.major < 19:
            # 18 takes it for a page of its own, and asks for a login first.
            return _Outcome(wire.page(303, "303 See Other", "/web/login?redirect=%2Fjson%2F2"))
        if self.headers.get("X-Odoo-Database", sandbox.database) != sandbox.database:
            return _Outcome(wire.page(404, "404 Not Found"))
        try:
            uid = json2.who(sandbox.service, self.headers.get("Authorization", ""))
            args, kwargs = json2.arrange(sandbox.service, model, method, json2.read(body))
            call = describe("json2", model, method, args, kwargs)
            result, drop = self._execute(
                call, lambda: sandbox.service.call(uid, model, method, args, kwargs)
            )
        except _Page as order:
            return _Outcome(order.answer)
        except _Broken:
            raise
        except Exception as error:  # noqa: BLE001 - Odoo reports every exception to the client
            return _Outcome(json2.refusal(error))
        return _Outcome(json2.answer(method, result), drop)

    def _carry_out(self, request: wire.Request) -> tuple[Any, bool]:
        sandbox, params = self.server.sandbox, request.params
        if request.service == "common":
            if request.method == "version":
                return sandbox.version(), False
            if request.method in {"authenticate", "login"}:
                return sandbox.service.authenticate(*params[:3]), False
        if request.service != "object" or request.method not in {"execute", "execute_kw"}:
            raise KeyError(request.service)
        if request.method == "execute":
            params = [*params[:5], list(params[5:])]
        database, uid, password, model, method, args = params[:6]
        kwargs = params[6] if len(params) > 6 and params[6] else {}
        call = describe(request.protocol, str(model), str(method), args, kwargs)
        return self._execute(
            call,
            lambda: sandbox.service.execute(
                database, int(uid), password, str(model), str(method), args, kwargs
            ),
        )

    def _execute(self, call: Call, work: Callable[[], Any]) -> tuple[Any, bool]:
        """Log a call and carry it out, with the troubles that are ordered for it."""
        troubles = self.server.sandbox.switches.meet(call)
        drop = self._before(troubles)
        result = work()
        time.sleep(sum(one.after for one in troubles))
        return result, drop

    def _before(self, troubles: Sequence[Trouble]) -> bool:
        """Do what is ordered before executing; say whether the answer is to be dropped."""
        time.sleep(sum(one.before for one in troubles))
        for one in troubles:
            if one.kind == "drop_before":
                raise _Broken
            if one.kind == "reset":
                # Closing with this option sends RST instead of FIN.
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                raise _Broken
            if one.kind == "http_error":
                raise _Page(wire.page(one.status, f"{one.status} from the sandbox"))
            if one.kind == "odoo_error":
                raise one.exception()
        return any(one.kind == "drop_after" for one in troubles)

    def _send(self, answer: wire.Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location:
            self.send_header("Location", answer.location)
        if self.close_connection:
            self.send_header("Connection", "close")
        # One packet: headers and body apart would wait for each other's acknowledgement.
        self._headers_buffer.append(b"\r\n" + answer.body)  # type: ignore[attr-defined] # its buffer
        self.flush_headers()


class _Page(Exception):  # noqa: N818 - an order, not an error
    def __init__(self, answer: wire.Answer) -> None:
        super().__init__()
        self.answer = answer
