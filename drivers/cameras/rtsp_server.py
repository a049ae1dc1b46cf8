"""An RTSP server for tests, on Debian's GStreamer: serves the access units it is fed, nothing more.

    /usr/bin/python3 drivers/cameras/rtsp_server.py PORT h264|h265 PATH [USER:PASSWORD]

A program of its own for the system's Python, which alone has GStreamer; it imports nothing of ours.
Standard input: `au KEY SIZE` and SIZE bytes (one access unit in Annex B), `drop PERCENT` (of the
RTP packets, silently), `pace PERCENT` (how fast the stream's own time runs), `quit`. Standard
output: one line once it listens. It ends with its input.
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
        self._pace = (0, 0, 100)  # from then of ours, then of the stream, so many percent
        self.drop_percent = 0

    def connect(self, media: Any) -> None:
        """A first viewer came: begin with the newest keyframe, so that nobody waits for one."""
        element = media.get_element()
        element.get_by_name("pay0").get_static_pad("src").add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self._pass
        )
        with self._busy:
            self._source = element.get_by_name("units")
            self._pace = (0, 0, self._pace[2])
            if self._key:
                self._push(self._key)

    def put(self, unit: bytes, *, is_key: bool) -> None:
        with self._busy:
            self._key = unit if is_key else self._key
            if self._source is not None:
                self._push(unit)

    def pace(self, percent: int) -> None:
        """How fast the stream's time runs from now on; 100 is as it should."""
        with self._busy:
            own = 0 if self._source is None else self._source.get_current_running_time()
            self._pace = (own, self._stream_time(own), percent)

    def _push(self, unit: bytes) -> None:
        buffer = Gst.Buffer.new_wrapped(unit)
        if self._pace != (0, 0, 100):  # else the source stamps it
            buffer.pts = self._stream_time(self._source.get_current_running_time())
        self._source.emit("push-buffer", buffer)

    def _stream_time(self, own: int) -> int:
        own_then, stream_then, percent = self._pace
        return stream_then + (own - own_then) * percent // 100

    def _pass(self, _pad: Any, _info: Any) -> Any:
        lost = random.randrange(100) < self.drop_percent  # noqa: S311 # a loss, not a secret
        return Gst.PadProbeReturn.DROP if lost else Gst.PadProbeReturn.OK


def serve(port: int, codec: str, path: str, feed: Feed) -> tuple[Any, Any]:
    """A server on 127.0.0.1 with one mount, shared by all viewers; and the mount's factory."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH.format(codec=codec))
    factory.set_shared(True)  # GStreamer's way
    factory.set_latency(0)
    factory.connect("media-configure", lambda _factory, media: feed.connect(media))
    server.get_mount_points().add_factory(path, factory)
    if server.attach(None) == 0:
        sys.exit(2)
    return server, factory


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
        elif word == b"pace":
            feed.pace(int(rest[0]))
        elif word == b"au":
            size = int(rest[1])
            if size > MAX_UNIT_BYTES:
                return
            feed.put(lines.read(size), is_key=rest[0] == b"1")


def main() -> int:
    """Serves until standard input ends."""
    port, codec, path, *login = sys.argv[1:]
    Gst.init(None)
    feed = Feed()
    server, factory = serve(int(port), codec, path, feed)
    if login:
        _ask_for(login[0], server, factory)
    loop = GLib.MainLoop()
    threading.Thread(target=loop.run, daemon=True).start()
    sys.stdout.write(f"listening {server.get_bound_port()}\n")
    sys.stdout.flush()
    obey(feed, sys.stdin.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
