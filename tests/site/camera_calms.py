"""What passes before cameras over real RTSP while others are struck: nothing may close.

Few bits, both codecs; each lasts longer than any check of the picture needs to find a fault.
"""

from dataclasses import replace

from drivers.cameras.film import Form, Look
from drivers.cameras.reader import now_ms
from drivers.cameras.scene import Shown
from tests.site.camera_post import FPS, Act, Calm, Post, Stand, in_order

LASTING_S = 13.0
LOADED_MS = 10_000


def passing(what: str, *, others_dim: bool = False) -> Act:
    def strike(post: Post) -> None:
        post.around = lambda at_ms: replace(in_order(at_ms), others_dim=others_dim)
        post.show(passing=what)

    return strike


def a_load(look: Look) -> Act:
    """On the scale for ten seconds; in the view some seconds longer."""

    def strike(post: Post) -> None:
        from_ms = now_ms()
        post.around = lambda at_ms: replace(
            in_order(at_ms), deck_empty=at_ms - from_ms > LOADED_MS, swing_ms=from_ms
        )
        post.camera.show(look)

    return strike


WATCHES: dict[str, tuple[Stand, tuple[Calm, ...]]] = {
    "h264": (
        Stand(Form("h264", fps=FPS, gop=FPS, bit_rate=100_000)),
        (
            Calm("night, by infrared", LASTING_S, passing("night")),
            Calm("insects and a spider", LASTING_S, passing("insects")),
            Calm("day again", LASTING_S, passing("")),
            Calm("a truck fills the view", LASTING_S, a_load(Look(passing="lorry"))),
            Calm("headlights that sweep", LASTING_S, passing("headlights")),
        ),
    ),
    "h265": (
        Stand(Form("h265", fps=FPS, gop=FPS, bit_rate=80_000)),
        (
            Calm("rain", LASTING_S, passing("rain")),
            Calm("dust over all cameras", LASTING_S, passing("dust", others_dim=True)),
            Calm("a truck on the deck", LASTING_S, a_load(Look(Shown("", 42_000)))),
            Calm("wind and vibration", LASTING_S, passing("shake")),
            Calm("lightning, few bits", LASTING_S, passing("lightning")),
        ),
    ),
}
