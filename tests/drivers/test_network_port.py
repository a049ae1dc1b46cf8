"""Serial servers in the network: raw TCP, and RFC 2217 with the modem lines under control."""

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from drivers.network_port import CONNECT_S, connect
from drivers.port_address import Server
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from tests.drivers.serial_servers import Rfc2217Server, TcpServer

# pyserial's own client uses words of threading that Python has replaced.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")

HANG_UP_HARD = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of a farewell


@pytest.fixture
def server() -> Iterator[TcpServer]:
    server = TcpServer()
    yield server
    server.close()


@pytest.fixture
def remote() -> Iterator[Rfc2217Server]:
    server = Rfc2217Server()
    yield server
    server.close()


def connected(server: TcpServer) -> tuple[Port, socket.socket]:
    port = open_port(PortSettings(server.url))
    return port, server.accept()


def read_until(port: Port, size: int) -> bytes:
    data = b""
    for _ in range(100):
        data += port.read()
        if len(data) >= size:
            break
    return data


def code_of_loss(port: Port) -> str:
    with pytest.raises(PortLost) as caught:
        read_until(port, 1 << 20)
    return caught.value.code


def code_of_opening(url: str) -> str:
    with pytest.raises(PortLost) as caught:
        open_port(PortSettings(url))
    return caught.value.code


def test_bytes_go_both_ways_through_a_tcp_server(server: TcpServer) -> None:
    port, peer = connected(server)
    peer.sendall(b"hello")
    assert port.read() == b"hello"
    port.write(b"poll")
    assert peer.recv(64) == b"poll"
    port.close()
    assert peer.recv(64) == b""


def test_what_the_server_had_kept_for_us_is_dropped(server: TcpServer) -> None:
    peers: list[socket.socket] = []

    def greet() -> None:
        peers.append(server.accept())
        peers[0].sendall(b"old frames")

    thread = threading.Thread(target=greet)
    thread.start()
    port = open_port(PortSettings(server.url))
    thread.join()
    peers[0].sendall(b"new")
    assert read_until(port, 3) == b"new"
    port.close()


def test_a_silent_peer_is_not_a_lost_one(server: TcpServer) -> None:
    port, _peer = connected(server)
    assert port.read() == b""
    port.close()


def test_a_peer_that_closes_or_resets_is_lost(server: TcpServer) -> None:
    for hard in (False, True):
        port, peer = connected(server)
        if hard:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP_HARD)
        peer.close()
        assert code_of_loss(port) == "P_VANISHED"
        port.close()


def test_a_peer_that_reads_nothing_does_not_hold_the_sender_up(server: TcpServer) -> None:
    port, _peer = connected(server)
    with pytest.raises(PortLost) as caught:
        port.write(bytes(32 << 20))
    assert caught.value.code == "P_STUCK"
    port.close()


def test_a_peer_gone_without_a_word_is_found_out_within_half_a_minute(server: TcpServer) -> None:
    port, peer = connected(server)
    line: socket.socket = port._line  # type: ignore[attr-defined]  # the system's own word is wanted
    assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    idle, pause, probes = (
        line.getsockopt(socket.IPPROTO_TCP, option)
        for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    )
    assert idle + pause * probes <= 30
    peer.close()
    port.close()


def test_a_server_that_is_not_there_is_unreachable() -> None:
    server = TcpServer()
    server.close()
    assert code_of_opening(server.url) == "P_UNREACHABLE"
    assert code_of_opening(server.url.replace("socket", "rfc2217")) == "P_UNREACHABLE"
    assert code_of_opening(f"socket://{'x' * 300}:1") == "P_UNREACHABLE"


def test_connecting_has_a_bound() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address):
            # The system answers no more while one connection waits to be taken.
            began = time.monotonic()
            with pytest.raises(PortLost, match="P_UNREACHABLE"):
                connect(Server("socket", *address), 0.2)
            assert time.monotonic() - began < CONNECT_S


def test_bytes_and_settings_go_through_an_rfc2217_server(remote: Rfc2217Server) -> None:
    port = open_port(PortSettings(remote.url, baud=2400, bytesize=7, parity="E"))
    port.write(b"echo \xff end")
    assert read_until(port, 10) == b"echo \xff end"
    assert (remote.line.baudrate, remote.line.bytesize, remote.line.parity) == (2400, 7, "E")
    port.close()


@pytest.mark.parametrize(("dtr", "rts"), [(False, False), (False, True), (True, False)])
def test_dtr_and_rts_are_as_asked_before_the_first_byte(
    remote: Rfc2217Server, dtr: bool, rts: bool
) -> None:
    port = open_port(PortSettings(remote.url, dtr=dtr, rts=rts))
    port.write(b"poll")
    assert read_until(port, 4) == b"poll"
    wanted = [f"DTR {'on' if dtr else 'off'}", f"RTS {'on' if rts else 'off'}"]
    assert remote.controls_before(b"poll") == wanted
    port.close()


def test_an_rfc2217_server_that_dies_is_lost(remote: Rfc2217Server) -> None:
    port = open_port(PortSettings(remote.url))
    remote.close()
    assert code_of_loss(port) == "P_VANISHED"
    port.close()


def test_a_server_that_does_not_speak_rfc2217_is_unreachable(server: TcpServer) -> None:
    assert code_of_opening(f"rfc2217://127.0.0.1:{server.port}?timeout=0.2") == "P_UNREACHABLE"
