"""An RTSP server for tests, on Debian's GStreamer: serves the access units it is fed, nothing more.

    /usr/bin/python3 drivers/cameras/rtsp_server.py PORT h264|h265 [USER:PASSWORD]

A program of its own for the system's Python, which alone has GStreamer; it imports nothing of ours.
Standard input: `au KEY SIZE` and SIZE bytes (one access unit in Annex B), `drop PERCENT` (of the
RTP packets, silently), `quit`. Standard output: one line once it listens. It ends with its input.
"""

import random
import sys
import threading
from typing import Any, BinaryIO

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 # versions come first

PATH = "/stream"
ROLE = "viewer"
MAX_UNIT_BYTES = 4_000_000
MAX_WAITING_BYTES = 2_000_000
LAUNCH = (
    "( appsrc name=units is-live=true do-timestamp=true format=time block=false"
    f" max-bytes={MAX_WAITING_BYTES} leaky-type=downstream"
    " caps=video/x-{codec},stream-format=byte-stream,alignment=au"
    " ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 mtu=1400 )"
)


class Feed:
    """Hands access units to whatever pipeline is being watched now."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._source: Any = None
        self._key = b""
        self.drop_percent = 0

    def connect(self, media: Any) -> None:
        """A first viewer came: begin with the newest keyframe, so that nobody waits for one."""
        element = media.get_element()
        element.get_by_name("pay0").get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self._pass
        )
        with self._busy:
            self._source = element.get_by_name("units")
            if self._key:
                self._push(self._key)

    def put(self, unit: bytes, *, is_key: bool) -> None:
        with self._busy:
            self._key = unit if is_key else self._key
            if self._source is not None:
                self._push(unit)

    def _push(self, unit: bytes) -> None:
        self._source.emit("push-buffer", Gst.Buffer.new_wrapped(unit))

    def _pass(self, _pad: Any, _info: Any) -> Any:
        lost = random.randrange(100) < self.drop_percent  # noqa: S311 # a loss, not a secret
        return Gst.PadProbeReturn.DROP if lost else Gst.PadProbeReturn.OK


def serve(port: int, codec: str, login: str | None, feed: Feed) -> Any:
    """A server on 127.0.0.1 with one mount, shared by all viewers."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH.format(codec=codec))
    factory.set_shared(True)  # GStreamer's way
    factory.set_latency(0)
    factory.connect("media-configure", lambda _factory, media: feed.connect(media))
    if login is not None:
        _ask_for(login, server, factory)
    server.get_mount_points().add_factory(PATH, factory)
    if server.attach(None) == 0:
        sys.exit(2)
    return server


def _ask_for(login: str, server: Any, factory: Any) -> None:
    user, _, password = login.partition(":")
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role(ROLE, "media.factory.access", True)  # noqa: FBT003
    permissions.add_permission_for_role(ROLE, "media.factory.construct", True)  # noqa: FBT003
    factory.set_permissions(permissions)


def obey(feed: Feed, lines: BinaryIO) -> None:
    """Reads until the input ends."""
    for line in lines:
        word, *rest = line.split()
        if word == b"quit":
            return
        if word == b"drop":
            feed.drop_percent = int(rest[0])
        elif word == b"au":
            size = int(rest[1])
            if size > MAX_UNIT_BYTES:
                return
            feed.put(lines.read(size), is_key=rest[0] == b"1")


def main() -> int:
    """Serves until standard input ends."""
    port, codec = int(sys.argv[1]), sys.argv[2]
    login = sys.argv[3] if len(sys.argv) > 3 else None
    Gst.init(None)
    feed = Feed()
    server = serve(port, codec, login, feed)
    loop = GLib.MainLoop()
    threading.Thread(target=loop.run, daemon=True).start()
    sys.stdout.write(f"listening {server.get_bound_port()}\n")
    sys.stdout.flush()
    obey(feed, sys.stdin.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
