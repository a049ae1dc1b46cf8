"""A collector's picture store over real HTTP, that can be told to misbehave."""

import threading
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

AUTH = "Basic " + b64encode(b"WB-01:secret").decode()
CHUNK_BYTES = 8_192


@dataclass
class PictureServer:
    """`held`: what it took. `answer`: every request's status; `bad_names`: that of one upload."""

    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    answer: int | None = None
    bad_names: dict[str, int] = field(default_factory=dict)
    cut_after: int | None = None  # bytes of a body, then the connection is closed
    taken: int = 0

    def __enter__(self) -> "PictureServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """One request; `do_…` are the names the library calls."""

            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                outer.head(self)

            def do_PUT(self) -> None:
                outer.put(self)

            def log_message(self, *_words: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def head(self, request: BaseHTTPRequestHandler) -> None:
        name = self._note(request)
        status = self._status(request)
        content = self.held.get(name)
        if status is None:
            status = 404 if content is None else 200
        request.send_response(status)
        request.send_header("Content-Length", str(len(content or b"")))
        request.end_headers()

    def put(self, request: BaseHTTPRequestHandler) -> None:
        name = self._note(request)
        length = int(request.headers["Content-Length"])
        body = b""
        while len(body) < length and (part := request.rfile.read1(CHUNK_BYTES)):
            body += part
            self.taken += len(part)
            if self.cut_after is not None and self.taken >= self.cut_after:
                request.connection.close()
                request.close_connection = True
                return
        status = self._status(request) or self.bad_names.get(name)
        if status is None:
            status = 201 if sha256(body).hexdigest() == name else 422
        if status == 201:
            self.held[name] = body
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _note(self, request: BaseHTTPRequestHandler) -> str:
        name = request.path.rpartition("/")[2]
        self.asked.append((request.command, name))
        return name

    def _status(self, request: BaseHTTPRequestHandler) -> int | None:
        return 401 if request.headers["Authorization"] != AUTH else self.answer
