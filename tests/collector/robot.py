"""A chat robot, or a program that listens: real HTTP, and it can be told to misbehave."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Robot:
    """`said`: every body taken. `status`, `errcode`: what it answers."""

    status: int = 200
    errcode: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __enter__(self) -> "Robot":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """One message; `do_POST` is the name the library calls."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, dict(self.headers), body))
                answer = json.dumps({"errcode": outer.errcode, "errmsg": "no"}).encode()
                if outer.status == 200 and outer.errcode == 0:
                    outer.said.append(json.loads(body))
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

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
        return f"http://127.0.0.1:{self._server.server_address[1]}/send?key=k1"
