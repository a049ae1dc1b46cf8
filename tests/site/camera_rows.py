"""Every fault of a camera as it is struck on a real stream, with the time it must be found in.

The targets are the limits as shipped; where a keyframe must show it, a keyframe (a second) more;
and the agent's look. What only minutes can tell is told by a story whose time is played.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.film import CLOCK_RUNS, CLOCK_STANDS, FROZEN, REPEATED, Form
from drivers.cameras.judging.facts import DeviceClock, Picture, Round, Surroundings
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.verdict import BLIND, CLOCK, LOST, MOVED, NOT_HD, SLOW
from drivers.cameras.judging.verdict import FROZEN as STOOD
from drivers.cameras.process import LOGIN_PAUSE_S
from drivers.cameras.reader import now_ms
from drivers.cameras.scene import Shown
from drivers.cameras.watcher import HUNG_MS
from tests.drivers.cameras_judging import yard
from tests.drivers.cameras_judging.story import EMPTY as QUIET
from tests.drivers.cameras_judging.story import LOADED as LADEN
from tests.drivers.cameras_judging.story import proven, shown
from tests.site.camera_post import CLOCK as CLOCK_BOX
from tests.site.camera_post import EMPTY, FORM, HD, Act, Post, Row, Stand, in_order

KEY_S = 1.0
LOOK_S = 0.5  # a look, and what coding and judging take
LOSS_S, SLOW_S = 3.0, 6.0
BACK_S = 12.0  # opened again, three seconds of packets, three keyframes
LATER_S = BACK_S + 10.0  # and up to ten until it is tried again
SOON_S = 9.0  # five good keyframes, or three seconds of them
LOAD_MS = 5_000
TRUCK_MS = 7_000
LOGIN = "me:secret"
COMMISSIONED = CalibrationForm(
    *FORM.size, "h264", clock_box=CLOCK_BOX, platform=Area(300, 400, 800, 800)
)


def showing(**look: object) -> Act:
    return lambda post: post.show(**look)


def told(around: Callable[[int, int], Surroundings]) -> Act:
    """From now on the surroundings are these; they hear when that was."""

    def tell(post: Post) -> None:
        from_ms = now_ms()
        post.around = lambda at_ms: around(at_ms, from_ms)

    return tell


def covered_by_a_load(post: Post) -> None:
    """A cover goes on while a truck stands there, and stays when it has left."""
    post.show(tampering="cover")
    told(lambda at_ms, from_ms: replace(in_order(at_ms), deck_empty=at_ms - from_ms > LOAD_MS))(
        post
    )


def kill_reader(post: Post) -> None:
    """And nobody starts it again for a while."""
    post.tended = False
    post.signal_reader(signal.SIGKILL)


def tend_again(post: Post) -> None:
    post.tended = True


def look_away(post: Post) -> None:
    post.away_until_s = time.monotonic() + 3.1


def trucks(at_ms: int, from_ms: int) -> Surroundings:
    """One every seven seconds, on the scale only."""
    return replace(EMPTY, swing_ms=at_ms - (at_ms - from_ms) % TRUCK_MS)


def see_a_truck(post: Post) -> None:
    post.show(shown=Shown("", 42_000))
    told(lambda at_ms, from_ms: replace(in_order(at_ms), swing_ms=from_ms))(post)


def wrong_lamp(at_ms: int, _from_ms: int) -> Surroundings:
    asked = in_order(at_ms)
    assert asked.challenge is not None
    return replace(asked, challenge=Round(asked.challenge.ended_ms, 3))


def wrong_time(at_ms: int, _from_ms: int) -> Surroundings:
    asked = in_order(at_ms)
    assert asked.device_clock is not None
    return replace(asked, device_clock=DeviceClock(asked.device_clock.at_ms, -61_000))


def _nothing(_post: Post) -> None:
    """It mends itself."""


COURSES: dict[str, tuple[Stand, tuple[Row, ...]]] = {
    "still": (
        Stand(),
        (
            Row(
                "a still, its clock runs",
                STOOD,
                "picture_stands",
                90.0,
                showing(frozen=CLOCK_RUNS),
                SOON_S + 3,
            ),
        ),
    ),
    "login": (
        Stand(login=LOGIN),
        (
            Row(
                "password changed",
                LOST,
                "refused",
                LOSS_S,
                lambda post: post.camera.password("me:other"),
                LOGIN_PAUSE_S + BACK_S,
                lambda post: post.camera.password(LOGIN),
            ),
        ),
    ),
    "line": (
        Stand(),
        (
            Row(
                "power off",
                LOST,
                "lost",
                LOSS_S,
                lambda post: post.camera.off(),
                LATER_S,
                lambda post: post.camera.on(),
            ),
            Row(
                "camera hangs",
                LOST,
                "lost",
                LOSS_S,
                lambda post: post.camera.hang(),
                BACK_S,
                lambda post: post.camera.wake(),
            ),
            Row("stream stalls", LOST, "lost", LOSS_S, lambda post: post.camera.stall(), BACK_S),
            Row(
                "packets dropped",
                LOST,
                "lost",
                LOSS_S,
                lambda post: post.camera.drop(100),
                BACK_S,
                lambda post: post.camera.drop(0),
            ),
            Row(
                "path changed",
                LOST,
                "refused",
                LOSS_S,
                lambda post: post.camera.move_to("/other"),
                LATER_S,
                lambda post: post.camera.move_to("/stream"),
            ),
        ),
    ),
    "reader": (
        Stand(),
        (
            Row("looked too late", LOST, "watcher", 3.0 + LOOK_S, look_away, 1.0, _nothing),
            Row("reader killed", LOST, "lost", LOSS_S, kill_reader, BACK_S, tend_again),
            Row(
                "reader stopped",
                LOST,
                "lost",
                LOSS_S,
                lambda post: post.signal_reader(signal.SIGSTOP),
                HUNG_MS / 1000 + BACK_S,
                _nothing,
            ),
        ),
    ),
    "hd": (
        Stand(Form(size=(1280, 720), fps=FORM.fps, gop=FORM.gop), HD),
        (Row("704x576", NOT_HD, "not_hd", KEY_S + LOOK_S, showing(is_low=True), SOON_S),),
    ),
    "rate": (
        Stand(Form(fps=25, gop=25)),
        (Row("5 frames of 25", SLOW, "slow", SLOW_S, lambda post: post.camera.slow(5), SOON_S),),
    ),
    "picture": (
        Stand(),
        (
            Row("black", BLIND, "plain", 5.0, showing(tampering="black"), SOON_S),
            Row("white", BLIND, "plain", 5.0, showing(tampering="white"), SOON_S),
            Row("one colour", BLIND, "plain", 5.0, showing(tampering="colour"), SOON_S),
            Row(
                "keyframes torn",
                LOST,
                "unseen",
                8.0 + KEY_S + LOOK_S,
                showing(is_torn=True),
                SOON_S,
            ),
            Row(
                "keyframes 5 s apart",
                SLOW,
                "gop",
                4.0 + KEY_S + LOOK_S,
                showing(gop=5 * FORM.gop),
                SOON_S,
            ),
        ),
    ),
    "scene": (
        Stand(),
        (
            Row("covered", BLIND, "covered", 10.0, showing(tampering="cover"), SOON_S),
            Row("moved", MOVED, "moved", 10.0, showing(tampering="move"), SOON_S),
            Row(
                "blurred",
                BLIND,
                "blurred",
                10.0 + KEY_S + LOOK_S,
                showing(tampering="blur"),
                SOON_S,
            ),
        ),
    ),
    "deck": (
        Stand(calibration=COMMISSIONED),
        (
            Row(
                "covered, then the load leaves",
                BLIND,
                "covered",
                LOAD_MS / 1000 + 15.0 + KEY_S + LOOK_S,
                covered_by_a_load,
                SOON_S,
                not_before_s=LOAD_MS / 1000 + 14.0,
            ),
            Row(
                "lamp not shown twice",
                STOOD,
                "challenge",
                2.0 + LOOK_S,
                told(wrong_lamp),
                1.0 + LOOK_S,
            ),
            Row("another size", NOT_HD, "not_hd", KEY_S + LOOK_S, showing(is_low=True), SOON_S),
            Row(
                "another codec",
                LOST,
                "refused",
                LOSS_S + LOOK_S,
                lambda post: post.camera.recode("h265"),
                BACK_S,
                lambda post: post.camera.recode("h264"),
            ),
            Row(
                "three trucks not seen",
                STOOD,
                "no_reaction",
                2 * TRUCK_MS / 1000 + 5.0 + KEY_S + LOOK_S,
                told(trucks),
                5.0 + KEY_S + LOOK_S,
                see_a_truck,
            ),
        ),
    ),
    "time": (
        Stand(),
        (
            Row("frozen", STOOD, "clock_stands", 10.0, showing(frozen=FROZEN), SOON_S),
            Row(
                "the same packet again",
                STOOD,
                "packet_repeats",
                10.0,
                showing(frozen=REPEATED),
                SOON_S,
            ),
            Row(
                "clock stuck, picture lives",
                CLOCK,
                "clock_stuck",
                10.0,
                showing(frozen=CLOCK_STANDS),
                SOON_S,
            ),
            Row(
                "earlier film in a loop",
                STOOD,
                "replayed",
                KEY_S + LOOK_S,
                showing(loops=True),
                SOON_S,
            ),
            Row(
                "its clock a minute off",
                CLOCK,
                "device_clock",
                1.0 + LOOK_S,
                told(wrong_time),
                2.0 + LOOK_S,
            ),
            Row(
                "stream's time too fast",
                CLOCK,
                "stream_clock",
                10.0 + 10.0 + LOOK_S,
                lambda post: post.camera.pace(150),
                14.0,
                lambda post: post.camera.pace(100),
            ),
        ),
    ),
}


@dataclass(frozen=True)
class Told:
    """A fault found in played time: milliseconds, and the most it may be."""

    name: str
    code: str
    check: str
    target_s: float
    tell: Callable[[], int]


def _mist() -> int:
    """A smeared lens in weather that takes contrast from every camera."""
    weather = replace(QUIET, others_dim=True)

    def smeared(picture: Picture) -> Picture:
        return yard.blurry(3)(yard.foggy(0.5)(picture))

    return proven().play(320, shown(smeared), weather, every_ms=10_000).found("blurred")[0]


STORIES = (
    Told("covered, the load stays", BLIND, "covered", 140.0, lambda: proven().play(
        140, shown(yard.covered()), LADEN, every_ms=10_000).found("covered")[0]),
    Told("blurred in weather", BLIND, "blurred", 320.0, _mist),
    Told("turned by two degrees", MOVED, "moved", 10.0, lambda: proven().play(
        10, shown(yard.laid(turn=2))).found("moved")[0]),
    Told("moved by six pixels of 480", MOVED, "moved", 10.0, lambda: proven().play(
        10, shown(yard.laid(6))).found("moved")[0]),
)  # fmt: skip
