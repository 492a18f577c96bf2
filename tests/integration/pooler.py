"""The least that makes a connection pooler: Postgres' protocol in, real backends out."""

from __future__ import annotations

import os
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any, Literal, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

READY, QUERY, SYNC, TERMINATE = b"Z", b"Q", b"S", b"X"
FLUSH, DESCRIBED = b"H", {b"T", b"n", b"E"}
COPY_IN, COPY_DONE, COPY_FAIL = b"G", b"c", b"f"


class Pooler:
    """Hands out backends as PgBouncer and Supavisor do: for a session, or for a transaction.

    The backend that was given back last is the next to be handed out. Clients get a process id
    that no backend has.
    """

    def __init__(self, url: str, mode: Literal["session", "transaction"]) -> None:
        self._url, self._mode = url, mode
        self._moves = 0
        self._free: list[socket.socket] = []
        self._lent: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._backends: list[psycopg.Connection[Any]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        database = conninfo_to_dict(url)["dbname"]
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://u:p@127.0.0.1:{port}/{database}?sslmode=disable"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.close()
        for served in self._threads:
            served.join(10)
        for lent in self._lent:
            lent.close()
        for backend in self._backends:
            backend.close()

    def move_all(self) -> None:
        """Give every client another backend from its next request on."""
        self._moves += 1

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed: the test is over
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            (length,) = struct.unpack("!i", _exactly(client, 4))
            _exactly(client, length - 4)  # who they are: everybody is welcome
            client.sendall(_greeting())
            backend: socket.socket | None = None
            moves = self._moves
            copying = False  # by a simple query: what ends the copy is answered like a query
            for kind, request in _requests(client):
                if kind == TERMINATE:
                    break
                if backend is None or moves != self._moves:
                    backend, moves = self._borrow(), self._moves
                backend.sendall(request)
                ends_copy = copying and kind in {COPY_DONE, COPY_FAIL}
                if kind == FLUSH:
                    _relay(backend, client, DESCRIBED)
                if kind in {QUERY, SYNC} or ends_copy:
                    state = _relay(backend, client)
                    copying = state == COPY_IN
                    if self._mode == "transaction" and state == b"I":
                        self._free.append(backend)
                        backend = None
            if backend is not None:
                self._free.append(backend)

    def _borrow(self) -> socket.socket:
        if self._free:
            return self._free.pop()
        backend = psycopg.connect(self._url, autocommit=True, sslmode="disable")
        self._backends.append(backend)
        lent = socket.socket(fileno=os.dup(backend.fileno()))
        lent.setblocking(True)
        self._lent.append(lent)
        return lent


def _greeting() -> bytes:
    parameters = {
        "server_version": "16.0",
        "client_encoding": "UTF8",
        "standard_conforming_strings": "on",
        "integer_datetimes": "on",
    }
    told = b"".join(
        _message(b"S", f"{name}\0{value}\0".encode()) for name, value in parameters.items()
    )
    okay = _message(b"R", struct.pack("!i", 0))
    return okay + told + _message(b"K", struct.pack("!ii", 999_999, 1)) + _message(READY, b"I")


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _requests(client: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Yield what the client asks, message by message, until it hangs up."""
    try:
        while True:
            kind, body = _read(client)
            yield kind, _message(kind, body)
    except ConnectionError:
        return


def _relay(backend: socket.socket, client: socket.socket, ends: Collection[bytes] = ()) -> bytes:
    """Pass on an answer, and return the state of the transaction after it, or that it copies.

    `ends` are further messages that end it: a description is asked for before the rest.
    """
    while True:
        kind, body = _read(backend)
        client.sendall(_message(kind, body))
        if kind == READY:
            return body
        if kind == COPY_IN:
            return COPY_IN
        if kind in ends:
            return b"T"


def _read(source: socket.socket) -> tuple[bytes, bytes]:
    kind = _exactly(source, 1)
    (length,) = struct.unpack("!i", _exactly(source, 4))
    return kind, _exactly(source, length - 4)


def _exactly(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = source.recv(size - len(found))
        if not part:
            raise ConnectionError
        found += part
    return found
