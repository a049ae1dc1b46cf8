"""A stream of JPEGs over HTTP: `/stream.mjpg` in parts, `/snapshot.jpg` one picture.

It knows nothing of cameras: `next_frame(after)` waits for a frame numbered above `after`, and gives
None when there will be none, which breaks the connection.
"""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOUNDARY = "frame"
SEND_LIMIT_S = 10  # a reader that takes nothing is let go

Frame = tuple[int, bytes]
Film = Callable[[int], Frame | None]


def serve(next_frame: Film, port: int) -> ThreadingHTTPServer:
    """A server on 127.0.0.1, not yet serving; port 0 is any."""

    # Subclassing is the standard library's way to answer a request.
    class Answer(BaseHTTPRequestHandler):
        timeout = SEND_LIMIT_S

        def do_GET(self) -> None:
            try:
                _answer(next_frame, self)
            except (BrokenPipeError, ConnectionResetError, TimeoutError):
                self.close_connection = True

        def log_message(self, *_words: object) -> None:
            """Nothing: one line per frame is nobody's wish."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    server.daemon_threads = True
    return server


def _answer(next_frame: Film, request: BaseHTTPRequestHandler) -> None:
    came = next_frame(0)
    if came is None:
        request.close_connection = True
    elif request.path == "/snapshot.jpg":
        _send_head(request, {"Content-Type": "image/jpeg", "Content-Length": str(len(came[1]))})
        request.wfile.write(came[1])
    elif request.path == "/stream.mjpg":
        kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        _send_head(request, {"Content-Type": kind})
        _stream(next_frame, request, came)
        request.close_connection = True
    else:
        request.send_error(404)


def _send_head(request: BaseHTTPRequestHandler, fields: dict[str, str]) -> None:
    request.send_response(200)
    for name, value in fields.items():
        request.send_header(name, value)
    request.end_headers()


def _stream(next_frame: Film, request: BaseHTTPRequestHandler, came: Frame | None) -> None:
    while came is not None:
        number, jpeg = came
        head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        request.wfile.write(head.encode() + jpeg + b"\r\n")
        came = next_frame(number)
