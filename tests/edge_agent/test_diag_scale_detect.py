"""`diag scale detect` on real pseudo-terminals and sockets: it names, doubts, and never sends."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.protocol import Said
from drivers.scales.simulator import ScaleSimulator
from edge_agent.cli import program


def detect(port: str, *words: str) -> Result:
    line = ["diag", "scale", "detect", port, "--seconds", "1", *words]
    return CliRunner().invoke(program, line)


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@contextmanager
def indicator(link: Path, protocol: str) -> Iterator[ScaleSimulator]:
    simulator = ScaleSimulator(PROTOCOLS[protocol], link)
    try:
        yield simulator
    finally:
        simulator.stop()


@pytest.mark.parametrize("protocol", ["yaohua-tf0", "toledo-extended", "rice-lake-condec"])
def test_a_talking_indicator_is_named_for_certain(tmp_path: Path, protocol: str) -> None:
    with indicator(tmp_path / "scale.tty", protocol):
        # Ten frames a second: a layout wants more than one second to be certain.
        result = detect(str(tmp_path / "scale.tty"), "--json", "--seconds", "2")
    *candidates, summary = rows(result)
    assert [row["protocol"] for row in candidates] == [protocol]
    assert summary["verdict"] == "CERTAIN"
    assert summary["speed_matters"] is False
    assert result.exit_code == 0


def test_a_doubt_is_said_in_words_with_what_settles_it(tmp_path: Path) -> None:
    with indicator(tmp_path / "scale.tty", "yaohua-d2new-reversed") as simulator:
        simulator.truck(48_620)
        result = detect(str(tmp_path / "scale.tty"), "--seconds", "3")
    assert "方向存疑" in result.stdout
    assert "Put a known load on" in result.stdout
    assert result.exit_code == 1


def test_an_indicator_that_must_be_asked_is_silent_and_nothing_is_sent(tmp_path: Path) -> None:
    terminal = PseudoTerminal(tmp_path / "scale.tty")
    heard = bytearray()
    ended = threading.Event()

    def record() -> None:
        while not ended.is_set():
            heard.extend(terminal.receive(0.05))

    thread = threading.Thread(target=record)
    thread.start()
    result = detect(str(tmp_path / "scale.tty"), "--json", "--baud", "9600", "--baud", "600")
    ended.set()
    thread.join(2)
    terminal.close()
    assert rows(result)[-1]["why"] == "SILENT"
    assert bytes(heard) == b""
    assert result.exit_code == 1


def test_a_serial_server_is_listened_to_as_well() -> None:
    frame = PROTOCOLS["yaohua-tf0"].encode(Said(15_620))
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            near, _ = server.accept()
            with near, suppress(OSError):
                while not ended.wait(0.05):
                    near.sendall(frame)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        result = detect(f"socket://127.0.0.1:{port}", "--json")
        ended.set()
    assert rows(result)[0]["protocol"] == "yaohua-tf0"


def test_a_port_that_is_not_there_is_refused_in_two_sentences(tmp_path: Path) -> None:
    result = detect(str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "P_ABSENT" in result.stderr
    assert "找不到串口设备" in result.stderr
