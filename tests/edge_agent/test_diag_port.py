"""A technician's look at a port: absent, held, silent, noisy or well are told apart."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scales.catalogue import find
from drivers.scales.protocol import Said
from drivers.serial_port import PortSettings, open_port
from edge_agent.config import AgentConfig, load_config
from edge_agent.diag_port import NOISE, listen, open_once
from edge_agent.finding import WELL
from edge_agent.port_words import PORTS

CONFIG = Path(__file__).parent.parent.parent / "config" / "agent.toml"
SECONDS = 0.3


@pytest.fixture
def config(tmp_path: Path) -> AgentConfig:
    shipped, _ = load_config(CONFIG)
    scale = replace(shipped.scale, port=str(tmp_path / "scale.tty"), protocol="yaohua-tf0")
    return replace(shipped, scale=scale)


@contextmanager
def sending(config: AgentConfig, data: bytes) -> Iterator[None]:
    """Somebody at the port who says that again and again."""
    ended, terminal = threading.Event(), PseudoTerminal(Path(config.scale.port))

    def speak() -> None:
        while not ended.wait(0.02):
            terminal.send(data)

    thread = threading.Thread(target=speak)
    thread.start()
    yield
    ended.set()
    thread.join()
    terminal.close()


def test_an_absent_port_is_told_with_what_to_do(config: AgentConfig) -> None:
    found = listen(config, SECONDS)
    assert (found.ok, found.measured) == (False, "P_ABSENT")
    assert PORTS["P_ABSENT"].remedy.zh in found.words.zh


def test_a_port_without_a_byte_is_told_apart_from_an_absent_one(config: AgentConfig) -> None:
    with sending(config, b""):
        assert listen(config, SECONDS).measured == "P_SILENT"


def test_bytes_that_are_no_weights_point_to_detection(config: AgentConfig) -> None:
    with sending(config, b"\xa5\x5a" * 20):
        found = listen(config, SECONDS)
    assert (found.ok, found.words) == (False, NOISE)


def test_weights_are_well(config: AgentConfig) -> None:
    protocol = find("yaohua-tf0")
    assert protocol is not None
    with sending(config, protocol.encode(Said(15_620))):
        found = listen(config, SECONDS)
    assert (found.ok, found.words) == (True, WELL)


def test_a_port_is_given_back_after_the_look(config: AgentConfig) -> None:
    with sending(config, b"x"):
        listen(config, SECONDS)
        open_port(PortSettings(config.scale.port)).close()


def test_a_scanner_or_a_barrier_needs_only_to_open(config: AgentConfig) -> None:
    settings = PortSettings(config.scale.port)
    assert open_once("barrier", settings).measured == "P_ABSENT"
    with sending(config, b""):
        assert open_once("barrier", settings).ok
        port = open_port(settings)
        assert open_once("barrier", settings).measured == "P_BUSY"
        port.close()
