"""Why a camera gives nothing, asked by real threads of real sockets, and never waited for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.verdict import State
from drivers.cameras.slot import Seen
from drivers.cameras.sources import BROKEN, PLAYING, UNAUTHORISED
from drivers.network.ping import ping
from edge_agent import events
from edge_agent.camera_case import begin_case
from edge_agent.camera_probes import target_of
from edge_agent.camera_reasons import (
    EVERY_MS,
    MAX_THREADS,
    SETTLE_MS,
    Reasons,
    Stream,
    reasoned,
    stream_of,
    takes_over,
)
from edge_agent.config import CameraConfig
from edge_agent.reasons import Reason
from tests.drivers.network.places import (
    HOST,
    answering_port,
    closed_port,
    http,
    hung_port,
    rtsp,
    silent_port,
)
from tests.drivers.waiting import until

PLAYS = Stream(suspect=False, plays=True, late=False, state=PLAYING)
SILENT = Stream(suspect=True, plays=False, late=False, state=PLAYING)
NAMED_S = 2.5  # of the four from a fault to its name, one and a half are gone with the first look


def rtsp_source(port: int) -> str:
    return f"rtsp://a:b@{HOST}:{port}/1"


def http_source(port: int) -> str:
    return f"http://a:b@{HOST}:{port}/snap.jpg"


@contextmanager
def asking(*sources: str, mains: bool | None = None) -> Iterator[Reasons]:
    """Cameras c0, c1 … with the threads the agent gives them."""
    cameras = [CameraConfig(f"c{number}", source) for number, source in enumerate(sources)]
    reasons, stop = Reasons(cameras, lambda: mains), threading.Event()
    for _, body in reasons.bodies:
        threading.Thread(target=body, args=(stop,), daemon=True).start()
    try:
        yield reasons
    finally:
        stop.set()


def named(reasons: Reasons, camera: str = "c0", stream: Stream = SILENT) -> Reason:
    """The reason, once there is one; looks go on as they do, by a clock of their own."""
    at_ms = 10_000

    def look() -> bool:
        nonlocal at_ms
        at_ms += 20
        return reasons.look(camera, stream, at_ms) is not None

    until(look, NAMED_S)
    reason = reasons.of(camera)
    assert reason is not None
    return reason


@pytest.mark.parametrize("source", [rtsp_source, http_source])
def test_a_closed_port_and_a_hung_service_are_told_apart(source: Callable[[int], str]) -> None:
    with closed_port() as closed, asking(source(closed)) as reasons:
        assert named(reasons) is Reason.SERVICE_DOWN
    with hung_port() as hung, asking(source(hung)) as reasons:
        assert named(reasons) is Reason.HUNG


@pytest.mark.parametrize(
    ("source", "answer"), [(rtsp_source, rtsp), (http_source, http)], ids=["rtsp", "http"]
)
@pytest.mark.parametrize(
    ("status", "reason"),
    [("200 OK", Reason.ENCODER), ("401 No", Reason.ENCODER), ("404 No", Reason.PATH)],
)
def test_what_a_camera_answers_names_the_reason(
    source: Callable[[int], str],
    answer: Callable[[str], Callable[[bytes], bytes]],
    status: str,
    reason: Reason,
) -> None:
    with answering_port(answer(status)) as port, asking(source(port)) as reasons:
        assert named(reasons) is reason


def test_a_host_that_drops_what_knocks_hangs_or_is_not_reached() -> None:
    """Without leave to ping, it cannot be told that its power is on."""
    with silent_port() as port, asking(rtsp_source(port)) as reasons:
        expected = Reason.HUNG if ping(HOST, 0.5) else Reason.UNREACHABLE
        assert named(reasons) is expected


def test_a_refused_login_is_named_before_any_probe() -> None:
    reasons = Reasons([CameraConfig("c0", rtsp_source(9))])
    assert reasons.look("c0", SILENT._replace(state=UNAUTHORISED), 10) is Reason.PASSWORD


def test_our_own_lateness_is_named_at_once() -> None:
    reasons = Reasons([CameraConfig("c0", rtsp_source(9))])
    assert reasons.look("c0", PLAYS._replace(late=True), 10) is Reason.OWN_PC


def test_nobody_is_asked_while_pictures_come() -> None:
    heard = threading.Event()

    def answer(_heard: bytes) -> bytes:
        heard.set()
        return b""

    with answering_port(answer) as port, asking(rtsp_source(port)) as reasons:
        for at_ms in range(0, 20_000, 250):
            assert reasons.look("c0", PLAYS, at_ms) is None
        assert not heard.wait(0.05)
        reasons.look("c0", SILENT, 20_000)
        assert heard.wait(5)


def test_it_is_asked_every_five_seconds_and_not_more_often() -> None:
    asked = threading.Semaphore(0)

    def answer(heard: bytes) -> bytes:
        if heard.startswith(b"OPTIONS"):
            asked.release()
        return b""

    with answering_port(answer) as port, asking(rtsp_source(port)) as reasons:
        for at_ms in range(0, EVERY_MS, 250):
            reasons.look("c0", SILENT if at_ms % 500 else PLAYS, at_ms)
        assert asked.acquire(timeout=5)
        assert not asked.acquire(timeout=0.05)
        reasons.look("c0", SILENT, EVERY_MS + 250)
        assert asked.acquire(timeout=5)


def test_an_answer_that_comes_after_its_fault_is_over_says_nothing_of_the_next() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answer(_heard: bytes) -> bytes:
        asked.set()
        answered.wait(5)
        return b""

    with answering_port(answer) as port, asking(rtsp_source(port)) as reasons:
        reasons.look("c0", SILENT, 0)
        assert asked.wait(5)
        reasons.look("c0", PLAYS, 250)
        answered.set()
        for at_ms in range(500, 1_000, 50):
            assert reasons.look("c0", SILENT, at_ms) is None
            time.sleep(0.03)


def test_a_look_waits_for_no_answer() -> None:
    with hung_port() as port, asking(*[rtsp_source(port)] * 8) as reasons:
        began = time.monotonic()
        for at_ms in range(0, 10_000, 250):
            for number in range(8):
                reasons.look(f"c{number}", SILENT, at_ms)
        assert time.monotonic() - began < 0.5


def test_eight_dead_cameras_are_all_named_in_time() -> None:
    with silent_port() as port, asking(*[rtsp_source(port)] * 8) as reasons:
        began = time.monotonic()
        for number in range(8):
            reasons.look(f"c{number}", SILENT, 10_000)
        for number in range(8):
            named(reasons, f"c{number}")
        assert time.monotonic() - began < NAMED_S


def test_a_thread_ends_with_the_agent() -> None:
    stop = threading.Event()
    _, body = Reasons([CameraConfig("c0", rtsp_source(9))]).bodies[0]
    thread = threading.Thread(target=body, args=(stop,))
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_the_threads_are_few_however_many_cameras() -> None:
    many = [CameraConfig(f"c{number}", rtsp_source(9)) for number in range(20)]
    assert len(Reasons(many).bodies) == MAX_THREADS
    assert not Reasons([CameraConfig("film", "/tmp/film.mp4")]).bodies


def test_a_reason_goes_with_its_fault() -> None:
    with closed_port() as port, asking(rtsp_source(port)) as reasons:
        named(reasons)
        assert reasons.look("c0", PLAYS, 40_000) is None
        assert reasons.of("c0") is None


def test_a_camera_alone_in_silence_has_no_power_where_another_plays() -> None:
    playing, dead = CameraConfig("a", rtsp_source(9)), CameraConfig("b", rtsp_source(9))
    reasons = Reasons([playing, dead])
    reasons.look("a", PLAYS, 0)
    assert reasons._others("b") is True
    reasons.look("a", SILENT, 250)
    assert reasons._others("b") is None


def test_a_site_without_mains_power_says_so() -> None:
    with silent_port() as port, asking(rtsp_source(port), mains=False) as reasons:
        expected = Reason.HUNG if ping(HOST, 0.5) else Reason.MAINS
        assert named(reasons) is expected


def test_a_camera_nobody_registered_has_no_reason() -> None:
    assert Reasons().look("attic", SILENT, 0) is None
    assert Reasons().of("attic") is None


@pytest.mark.parametrize(
    ("reason", "before", "since_ms", "takes"),
    [
        (Reason.HUNG, None, 0, True),
        (Reason.UNKNOWN, None, 0, False),
        (Reason.PICTURE, None, 0, False),
        (Reason.HUNG, Reason.HUNG, SETTLE_MS, False),
        (Reason.HUNG, Reason.NETWORK, SETTLE_MS - 1, False),
        (Reason.HUNG, Reason.NETWORK, SETTLE_MS, True),
        (Reason.UNKNOWN, Reason.NETWORK, SETTLE_MS, False),
        (Reason.PASSWORD, Reason.ENCODER, 0, True),
        (Reason.ENCODER, Reason.PASSWORD, 0, False),
        (Reason.PATH, Reason.PASSWORD, 0, False),
        (Reason.PATH, Reason.PASSWORD, SETTLE_MS, True),
    ],
)
def test_a_reason_stays_unless_a_better_one_comes_or_time_goes(
    reason: Reason, before: Reason | None, since_ms: int, takes: bool
) -> None:
    assert takes_over(reason, before, since_ms) is takes


def test_a_camera_that_has_yet_to_begin_is_asked_and_one_that_plays_is_not() -> None:
    case = begin_case(Setting())
    assert stream_of(case, Seen(), 0).suspect
    assert not stream_of(case, Seen(packet_ms=9_500), 10_000).suspect
    assert stream_of(case, Seen(packet_ms=8_900, state=BROKEN), 10_000).state == BROKEN
    assert stream_of(case, Seen(packet_ms=8_900), 10_000).suspect


def test_pictures_fetched_one_by_one_may_take_longer() -> None:
    case = begin_case(Setting())
    assert not stream_of(case, Seen(packet_ms=8_500, codec="jpeg"), 10_000).suspect


def test_a_late_look_is_our_own() -> None:
    case = begin_case(Setting())
    checked = tuple(
        one._replace(state=State.FAULT) if one.check == "watcher" else one for one in case.checked
    )
    assert stream_of(type(case)(case.memory, checked), Seen(packet_ms=0), 0).late


def test_only_a_lost_camera_is_told_with_why() -> None:
    lost = events.Verdict("CAMERA_LOST", ok=False, measured="lost: age 2.6 s", limit="2.5 s")
    blind = lost._replace(code="CAMERA_BLIND")
    well = lost._replace(ok=True)
    told = reasoned((lost, blind, well), Reason.HUNG)
    assert [one.measured for one in told[1:]] == ["lost: age 2.6 s"] * 2
    assert told[0].measured == "lost: age 2.6 s; why: hung"
    assert reasoned((lost,), None) == (lost,)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("rtsp://u:p@cam/1", ("cam", 554)),
        ("rtspu://cam:8554/1", ("cam", 8554)),
        ("https://cam/snap", ("cam", 443)),
        ("rtsp:///1", None),
        ("rtsp://cam:x/1", None),
        ("/var/film.mp4", None),
    ],
)
def test_a_source_says_whom_to_ask(source: str, place: tuple[str, int] | None) -> None:
    target = target_of(source)
    assert (None if target is None else (target.host, target.port)) == place
