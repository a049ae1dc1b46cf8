"""Device threads on real lines: pseudo-terminals and TCP."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scales.catalogue import find
from drivers.scales.protocol import Said
from drivers.serial_port import PortSettings, open_port
from edge_agent.clockwork import mono_ms
from edge_agent.config import BarrierConfig, ScannerConfig
from edge_agent.events import CodeRead, DeviceBack, DeviceLost, Event, ScaleRead
from edge_agent.port_watch import PortLimits
from edge_agent.ports import PortThread, port_settings, scale_thread, scanner_thread
from edge_agent.scale_config import ScaleConfig
from edge_agent.workers import BeatingStop
from tests.drivers.serial_servers import TcpServer
from tests.drivers.waiting import until
from tests.edge_agent.port_devices import Ear, Openings, running

FOUND = find("yaohua-tf0")
assert FOUND is not None
YAOHUA = FOUND


PAUSE_MS = 100


def frame(kg: int) -> bytes:
    return YAOHUA.encode(Said(kg))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def openings() -> Openings:
    return Openings()


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "port.tty"


@pytest.fixture
def device(link: Path) -> Iterator[PseudoTerminal]:
    terminal = PseudoTerminal(link)
    yield terminal
    terminal.close()


def scanner(url: str | Path, ear: Ear, openings: Openings, **config: object) -> PortThread:
    settings = ScannerConfig("window", str(url), **config)  # type: ignore[arg-type]  # real fields
    thread = scanner_thread(settings, ear.post)
    thread.opener, thread.limits = openings, thread.limits._replace(most_pause_ms=PAUSE_MS)
    return thread


def scale(url: str | Path, ear: Ear, openings: Openings, limits: PortLimits) -> PortThread:
    thread = scale_thread(ScaleConfig(str(url), YAOHUA.name, "X"), ear.post)
    thread.opener, thread.limits = openings, limits
    return thread


def weight_of(event: Event) -> int | None:
    assert isinstance(event, ScaleRead)
    return event.reading_kg


def code_of(event: Event) -> bytes | str:
    """A code that was read, or why a device was lost."""
    assert isinstance(event, CodeRead | DeviceLost)
    return event.raw if isinstance(event, CodeRead) else event.detail


TALKS = PortLimits(silent_ms=30_000, stale_ms=1_500, most_pause_ms=PAUSE_MS)


def test_a_reading_is_stamped_when_it_arrives(
    device: PseudoTerminal, link: Path, ear: Ear, openings: Openings
) -> None:
    with running(scale(link, ear, openings, TALKS).run):
        openings.wait()
        sent_ms = mono_ms()
        device.send(frame(15_620))
        event = ear.next()
    assert weight_of(event) == 15_620
    assert sent_ms <= event.now.mono_ms <= mono_ms()


def test_a_replugged_adapter_is_found_under_its_new_name(
    tmp_path: Path, ear: Ear, openings: Openings
) -> None:
    plug = PseudoTerminal(tmp_path / "ttyUSB0")
    openings.plug(str(tmp_path / "ttyUSB0"))
    with capture_logs() as logs, running(scanner("usb:1a86:7523", ear, openings).run):
        openings.wait()
        plug.close()
        assert code_of(ear.next()) == "P_VANISHED"
        plug = PseudoTerminal(tmp_path / "ttyUSB1")
        openings.plug(str(tmp_path / "ttyUSB1"))
        openings.wait()
        plug.send(b"WT1:AB\r")
        assert isinstance(ear.next(), DeviceBack)
        assert code_of(ear.next()) == b"WT1:AB"
    assert [log["event"] for log in logs] == ["a device is lost", "a device is back"]
    plug.close()


def test_a_device_that_is_absent_from_the_start_is_told_and_waited_for(
    link: Path, ear: Ear, openings: Openings
) -> None:
    with running(scanner(link, ear, openings).run):
        assert code_of(ear.next()) == "P_ABSENT"
        device = PseudoTerminal(link)
        openings.wait()
        device.send(b"WT1:AB\r")
        assert isinstance(ear.next(), DeviceBack)
    device.close()


def test_a_port_that_opens_but_is_dead_is_told_recycled_and_told_when_back(
    device: PseudoTerminal, link: Path, ear: Ear, openings: Openings
) -> None:
    limits = PortLimits(silent_ms=900, told_ms=400, most_pause_ms=PAUSE_MS)
    with capture_logs() as logs, running(scale(link, ear, openings, limits).run):
        openings.wait()
        assert code_of(ear.next()) == "P_SILENT"
        openings.wait()
        device.send(frame(0))
        assert isinstance(ear.next(), DeviceBack)
        assert weight_of(ear.next()) == 0
    assert [log["event"] for log in logs] == ["a device is lost", "a device is back"]


def test_what_an_indicator_is_allowed_to_keep_silent_is_set_per_site() -> None:
    def silent_ms(recycle_s: int) -> int | None:
        config = ScaleConfig("/dev/ttyS0", YAOHUA.name, "X", recycle_s=recycle_s)
        return scale_thread(config, Ear().post).limits.silent_ms

    assert (silent_ms(30), silent_ms(0)) == (30_000, None)


def test_frames_that_waited_for_a_reader_held_up_are_dropped(
    device: PseudoTerminal, link: Path, ear: Ear, openings: Openings
) -> None:
    stuck, freed = threading.Event(), threading.Event()
    thread = scale(link, ear, openings, PortLimits(silent_ms=30_000, stale_ms=700))

    def post(event: Event) -> bool:
        if weight_of(event) == 1_000:
            stuck.set()
            freed.wait(10)
        return ear.post(event)

    thread.post = post
    with running(thread.run):
        openings.wait()
        device.send(frame(1_000))
        assert stuck.wait(10)
        device.send(frame(2_000) + frame(3_000)[:6])
        threading.Event().wait(0.75)  # the hold-up itself is what is tested
        freed.set()
        assert weight_of(ear.next()) == 1_000
        dropped = threading.Event()
        while not dropped.wait(0.02):
            device.send(frame(4_000))
            if ear_has(ear, 4_000):
                dropped.set()


def ear_has(ear: Ear, kg: int) -> bool:
    """Whether that weight was heard; no other may have been, nor any torn frame."""
    weights = [weight_of(event) for event in ear.rest()]
    assert set(weights) <= {kg}
    return kg in weights


@pytest.mark.usefixtures("device")
def test_it_stops_within_one_read_and_leaves_the_port_free(
    link: Path, ear: Ear, openings: Openings
) -> None:
    with running(scanner(link, ear, openings).run) as end:
        openings.wait()
        assert end() < 3
    open_port(PortSettings(str(link))).close()


def test_an_absent_device_does_not_hold_a_stop_up(link: Path, ear: Ear, openings: Openings) -> None:
    with running(scanner(link, ear, openings).run) as end:
        ear.next()
        assert end() < 0.9


def test_it_beats_whether_its_device_is_absent_or_silent(
    link: Path, ear: Ear, openings: Openings
) -> None:
    stop = threading.Event()
    beats = BeatingStop(stop, mono_ms)
    with running(lambda _: scanner(link, ear, openings).run(beats)):
        ear.next()
        began_ms = mono_ms()
        until(lambda: beats.beat_ms > began_ms)
        device = PseudoTerminal(link)
        openings.wait()
        began_ms = mono_ms()
        until(lambda: beats.beat_ms > began_ms)
        stop.set()
    device.close()


def test_noise_without_an_end_does_not_hold_a_stop_up(
    device: PseudoTerminal, link: Path, ear: Ear, openings: Openings
) -> None:
    ended = threading.Event()

    def babble() -> None:
        while not ended.wait(0.005):
            device.send(b"\xa5" * 64)

    noise = threading.Thread(target=babble)
    noise.start()
    try:
        for thread in (scanner(link, ear, openings), scale(link, ear, openings, TALKS)):
            with running(thread.run) as end:
                openings.wait()
                assert end() < 3
    finally:
        ended.set()
        noise.join()


def test_a_code_kept_before_the_scanner_is_one_scan(
    device: PseudoTerminal, link: Path, ear: Ear, openings: Openings
) -> None:
    with running(scanner(link, ear, openings, prefix="]Q1").run):
        openings.wait()
        device.send(b"]Q1WT1:AB\r" * 3 + b"noise\r" + b"]Q1WT1:CD\r")
        assert [code_of(ear.next()) for _ in range(2)] == [b"WT1:AB", b"WT1:CD"]


def test_a_serial_server_that_restarts_is_connected_again(ear: Ear, openings: Openings) -> None:
    server = TcpServer()
    with running(scale(server.url, ear, openings, TALKS).run):
        peer = attended(server, openings)
        peer.sendall(frame(1_000))
        assert weight_of(ear.next()) == 1_000
        peer.close()
        server.close()
        assert code_of(ear.next()) == "P_VANISHED"
        server = TcpServer(server.port)
        peer = attended(server, openings)
        peer.sendall(frame(2_000))
        assert isinstance(ear.next(), DeviceBack)
        assert weight_of(ear.next()) == 2_000
    peer.close()
    server.close()


def attended(server: TcpServer, openings: Openings) -> socket.socket:
    """The connection, once the agent reads from it."""
    peer = server.accept()
    openings.wait()
    return peer


def test_every_line_setting_of_a_site_reaches_the_port() -> None:
    scale = ScaleConfig("/dev/a", "yaohua-tf0", "X", 2_400, 7, "E", 2, dtr=False, rts=True)
    assert port_settings(scale) == PortSettings("/dev/a", 2_400, 7, "E", 2, False, True)
    window = ScannerConfig("window", "/dev/b", 19_200, dtr=True, rts=False)
    assert port_settings(window) == PortSettings("/dev/b", 19_200, dtr=True, rts=False)
    assert port_settings(BarrierConfig("/dev/c", 4_800)) == PortSettings("/dev/c", 4_800)


def test_what_a_site_does_not_say_of_dtr_and_rts_is_left_to_the_driver() -> None:
    settings = port_settings(ScaleConfig("/dev/a", "yaohua-tf0", "X"))
    assert (settings.dtr, settings.rts) == (None, None)
