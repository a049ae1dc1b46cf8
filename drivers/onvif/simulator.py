"""A simulated ONVIF device: real HTTP and WS-Discovery on 127.0.0.1, with real ones' faults.

    python -m drivers.onvif.simulator [--port N] [--login USER:PASSWORD] [--off-seconds N]

Control lines: clock MS | alarm TOPIC on|off | misbehave KIND | behave | restart | quit. It answers
probes on the UDP port of the same number, and multicast ones of `multicast_port` on the loopback.
"""

import argparse
import json
import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree.ElementTree import Element

from drivers.onvif.discovery import GROUP
from drivers.onvif.facts import Login, OnvifFailed
from drivers.onvif.misbehaviour import MISBEHAVIOURS
from drivers.onvif.simulated_answers import ANSWERS, Asked, Unknown, envelope, fault
from drivers.onvif.simulated_device import DIGEST, TOKEN, Form, Gone, SimulatedDevice
from drivers.onvif.simulated_logins import Doorman
from drivers.onvif.simulated_probe import matches
from drivers.onvif.soap import CONTENT_TYPE
from drivers.onvif.xml_reading import child, local_name, read_xml, text

OPEN_TO_ALL = ("GetSystemDateAndTime", "GetServices", "GetCapabilities")
JOIN_S = 3
LOOK_S = 0.02  # how soon it sees that it is over
MAX_ASKED = 65_536
SOURCE = "VideoSource_1"


class OnvifCamera:
    """One device. Its methods are what may happen to it; any thread may call them."""

    def __init__(self, form: Form | None = None, port: int = 0, multicast_port: int = 0) -> None:
        self.device = SimulatedDevice(form or Form())
        self.doorman = Doorman(self.device)
        self.asked: list[str] = []
        self._misbehaviour: str | None = None
        self._ended = threading.Event()
        self._server = _server(self, port)
        self.port: int = self._server.server_address[1]
        self.device.port = self.port
        self._ears = [_ear("127.0.0.1", self.port)]
        if multicast_port:
            self._ears.append(_ear(GROUP, multicast_port))
        bodies = [lambda: self._server.serve_forever(LOOK_S)]
        bodies += [lambda ear=ear: self._hear(ear) for ear in self._ears]  # type: ignore[misc]  # bound now
        self._threads = [threading.Thread(target=body, daemon=True) for body in bodies]
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/onvif/device_service"

    def misbehave(self, kind: str) -> None:
        """Answers everything with one of MISBEHAVIOURS."""
        self._misbehaviour = kind

    def behave(self) -> None:
        self._misbehaviour = None

    def set_clock(self, off_ms: int) -> None:
        self.device.off_ms = off_ms

    def alarm(self, topic: str, *, on: bool) -> None:
        self.device.events.say(topic, SOURCE, "true" if on else "false")

    def pulse(self, topic: str) -> None:
        """An alarm without a state, as some makers send."""
        self.device.events.say(topic, SOURCE, "")

    def restart(self) -> None:
        """It forgets who subscribed."""
        self.device.events.forget()

    def stop(self) -> None:
        self._ended.set()
        self.device.events.forget()
        self._server.shutdown()
        self._server.server_close()
        for ear in self._ears:
            ear.close()
        for thread in self._threads:
            thread.join(JOIN_S)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One question over HTTP."""
        data = request.rfile.read(min(MAX_ASKED, int(request.headers.get("Content-Length") or 0)))
        kind = self._misbehaviour
        if kind is not None:
            request.close_connection = True
            for piece in MISBEHAVIOURS[kind](self._ended):
                request.wfile.write(piece)
            return
        status, body = self._reply(data, request.headers.get("Authorization"))
        request.send_response(status)
        if status == 401:
            request.send_header("WWW-Authenticate", self.doorman.challenge())
        request.send_header("Content-Type", CONTENT_TYPE)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _reply(self, data: bytes, authorization: str | None) -> tuple[int, bytes]:
        try:
            whole = read_xml(data)
        except OnvifFailed:
            return 400, fault("ter:WellFormed", "not well-formed")
        question = next(iter(child(whole, "Body") or ()), None)
        name = "" if question is None else local_name(question)
        self.asked.append(name)
        if question is None or name not in ANSWERS:
            return 400, fault("ter:ActionNotSupported", name)
        if name not in OPEN_TO_ALL and not self._is_let_in(authorization, whole):
            return self._turned_away()
        number = text(whole, "Header/SubscriptionId") or ""
        try:
            return 200, envelope(ANSWERS[name](self.device, Asked(question, number)))
        except Unknown as unknown:
            return 400, fault("ter:InvalidArgVal", str(unknown))
        except Gone:
            return 400, fault("wsnt:ResourceUnknown", "no such subscription")

    def _is_let_in(self, authorization: str | None, whole: Element) -> bool:
        form, doorman = self.device.form, self.doorman
        if form.login is None:
            return True
        by_digest = form.wants != TOKEN and doorman.digest_holds(authorization, "POST")
        return by_digest or (form.wants != DIGEST and doorman.token_holds(whole))

    def _turned_away(self) -> tuple[int, bytes]:
        body = fault("ter:NotAuthorized", "Sender not Authorized")
        return (400 if self.device.form.wants == TOKEN else 401), body

    def _hear(self, ear: socket.socket) -> None:
        """Answers probes until the end, from its own address."""
        while not self._ended.is_set():
            with suppress(OSError):
                data, sender = ear.recvfrom(MAX_ASKED)
                answer = matches(data, self.device)
                if answer is not None:
                    self._ears[0].sendto(answer, sender)


def _server(camera: OnvifCamera, port: int) -> ThreadingHTTPServer:
    # Subclassing is the standard library's way to answer a request.
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            try:
                camera.answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    server.daemon_threads = True
    return server


def _ear(host: str, port: int) -> socket.socket:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.settimeout(LOOK_S)
    ear.bind((host, port))
    if host == GROUP:
        loopback = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, loopback)
    return ear


def obey(camera: OnvifCamera, line: str) -> bool:
    """Carries out one control line; False: it is not one."""
    word, _, rest = line.strip().partition(" ")
    topic, _, state = rest.partition(" ")
    if word == "clock" and rest.lstrip("-").isdecimal():
        camera.set_clock(int(rest))
    elif word == "alarm" and state in ("on", "off"):
        camera.alarm(topic, on=state == "on")
    elif word == "misbehave" and rest in MISBEHAVIOURS:
        camera.misbehave(rest)
    elif word == "behave":
        camera.behave()
    elif word == "restart":
        camera.restart()
    else:
        return False
    return True


def _tell(event: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--multicast-port", type=int, default=0)
    parser.add_argument("--login")
    parser.add_argument("--off-seconds", type=int, default=0)
    given = parser.parse_args()
    user, _, password = (given.login or "").partition(":")
    form = Form(login=Login(user, password) if given.login else None)
    camera = OnvifCamera(form, given.port, given.multicast_port)
    camera.set_clock(given.off_seconds * 1000)
    _tell({"event": "listening", "port": camera.port, "url": camera.url})
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        _tell({"event": "done" if obey(camera, line) else "?", "line": line.strip()})
    camera.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
