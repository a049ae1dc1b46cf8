"""A serial port on a pseudo-terminal: who gets it, what is read, and how it is lost."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from drivers.pseudo_terminal import PseudoTerminal
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from tests.drivers.waiting import until

HOLD = """
import serial, sys
port = serial.Serial(sys.argv[1], exclusive=True)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "port.tty"


@pytest.fixture
def device(link: Path) -> Iterator[PseudoTerminal]:
    """What is plugged in at `link`."""
    terminal = PseudoTerminal(link)
    yield terminal
    terminal.close()


def opened(link: Path) -> Port:
    return open_port(PortSettings(str(link)))


def code_of_opening(url: str | Path, **settings: object) -> str:
    with pytest.raises(PortLost) as caught:
        open_port(PortSettings(str(url), **settings))  # type: ignore[arg-type]  # a test names real fields
    return caught.value.code


def test_bytes_go_both_ways(device: PseudoTerminal, link: Path) -> None:
    port = opened(link)
    device.send(b"hello")
    assert port.read() == b"hello"
    port.write(b"poll")
    assert device.receive(1) == b"poll"
    port.close()


@pytest.mark.usefixtures("device")
def test_a_read_of_a_silent_port_ends_within_its_bound(link: Path) -> None:
    port = opened(link)
    began = time.monotonic()
    assert port.read() == b""
    assert 0.3 < time.monotonic() - began < 5
    port.close()


def test_what_queued_up_before_opening_is_dropped(device: PseudoTerminal, link: Path) -> None:
    device.send(b"old")
    port = opened(link)
    device.send(b"new")
    assert port.read() == b"new"
    port.close()


def test_what_has_arrived_can_be_dropped(device: PseudoTerminal, link: Path) -> None:
    port = opened(link)
    device.send(b"old")
    port.discard()
    device.send(b"new")
    assert port.read() == b"new"
    port.close()


def test_a_port_that_is_not_plugged_in_is_absent(link: Path) -> None:
    assert code_of_opening(link) == "P_ABSENT"
    link.symlink_to("/dev/pts/999999")
    assert code_of_opening(link) == "P_ABSENT"


def test_a_file_or_a_folder_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    assert [code_of_opening(p) for p in (file, tmp_path, "/dev/null", file / "x")] == ["P_URL"] * 4


@pytest.mark.usefixtures("device")
def test_line_settings_that_make_no_sense_are_refused(link: Path) -> None:
    assert code_of_opening(link, bytesize=9) == "P_SETTINGS"
    assert code_of_opening(link, parity="X") == "P_SETTINGS"
    assert code_of_opening(link, baud=-1) == "P_SETTINGS"


@pytest.mark.usefixtures("device")
def test_seven_bits_with_parity_are_no_reason_to_crash(link: Path) -> None:
    with suppress(PortLost):  # some systems refuse parity on a pseudo-terminal
        open_port(PortSettings(str(link), bytesize=7, parity="E")).close()


@pytest.mark.usefixtures("device")
def test_a_second_program_finds_the_port_busy(link: Path) -> None:
    port = opened(link)
    assert code_of_opening(link) == "P_BUSY"
    port.close()
    opened(link).close()


@pytest.mark.usefixtures("device")
def test_a_busy_port_tells_who_has_it(link: Path) -> None:
    words = [sys.executable, "-c", HOLD, str(link)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(PortLost) as caught:
            opened(link)
        holder.communicate()
    assert caught.value.code == "P_BUSY"
    assert f"({holder.pid})" in caught.value.detail


def test_a_program_that_reads_along_is_told_apart_from_a_pulled_plug(
    device: PseudoTerminal, link: Path
) -> None:
    """It asked for no lock, and takes the bytes we were told of."""
    port, ended = opened(link), threading.Event()
    thief = os.open(link, os.O_RDWR | os.O_NOCTTY)

    def steal() -> None:
        while not ended.is_set():
            device.send(b"x")
            os.read(thief, 64)

    threads = [threading.Thread(target=steal, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert code_of_loss(port) == "P_BUSY"
    finally:
        ended.set()
        for thread in threads:
            while thread.is_alive():
                device.send(b"x")
                thread.join(0.01)
        port.close()
        os.close(thief)


def code_of_loss(port: Port, limit_s: float = 10) -> str:
    """Reads until the port is lost."""
    end = time.monotonic() + limit_s
    try:
        while time.monotonic() < end:
            port.read()
    except PortLost as lost:
        return lost.code
    return "not lost"


def test_a_pulled_plug_is_noticed_by_the_waiting_read(device: PseudoTerminal, link: Path) -> None:
    port = opened(link)
    threading.Timer(0.05, device.close).start()
    assert code_of_loss(port) == "P_VANISHED"
    port.close()


def test_nothing_can_be_sent_to_a_pulled_plug(device: PseudoTerminal, link: Path) -> None:
    port = opened(link)
    device.close()
    with pytest.raises(PortLost) as caught:
        port.write(b"poll")
    assert caught.value.code == "P_VANISHED"
    port.close()
    port.close()


@pytest.mark.usefixtures("device")
def test_a_device_that_takes_no_bytes_does_not_hold_the_sender_up(link: Path) -> None:
    port = opened(link)
    with pytest.raises(PortLost) as caught:
        port.write(b"x" * 1_000_000)
    assert caught.value.code == "P_STUCK"
    port.close()


@pytest.mark.usefixtures("device")
def test_a_user_without_the_right_is_told_so(link: Path) -> None:
    path = os.path.realpath(link)
    os.chmod(path, 0)
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(65_534)
        try:
            opened(Path(path))
        except PortLost as lost:
            os._exit(0 if lost.code == "P_DENIED" else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_adapter_is_found_again_under_another_name(tmp_path: Path) -> None:
    present: list[ListPortInfo] = []
    settings = PortSettings("usb:1a86:7523")
    for name in ("ttyUSB0", "ttyUSB1"):
        terminal = PseudoTerminal(tmp_path / name)
        present[:] = [ListPortInfo(str(tmp_path / name))]
        present[0].vid, present[0].pid = 0x1A86, 0x7523
        port = open_port(settings, lambda: present)
        terminal.send(name.encode())
        assert port.read() == name.encode()
        terminal.close()
        port.close()
    present.clear()
    with pytest.raises(PortLost, match="P_ABSENT"):
        open_port(settings, lambda: present)


def test_a_device_behind_a_real_pair_of_terminals(tmp_path: Path) -> None:
    ends = [tmp_path / "indicator.tty", tmp_path / "agent.tty"]
    pair = subprocess.Popen(["socat", *(f"PTY,link={end},raw,echo=0" for end in ends)])
    try:
        until(lambda: all(end.exists() for end in ends))
        indicator, agent = opened(ends[0]), opened(ends[1])
        indicator.write(b"\x02+0015600" + b"19\x03")
        assert agent.read() == b"\x02+001560019\x03"
    finally:
        pair.terminate()
        pair.wait()
    assert code_of_loss(agent) == "P_VANISHED"
    for port in (indicator, agent):
        port.close()
