"""Searching over real UDP: everybody on the loopback, one address, and what strangers send."""

import socket
import threading
import time

import pytest

from drivers.onvif.discovery import Search, search
from drivers.onvif.facts import Found
from tests.drivers.onvif.places import camera

SECONDS = 0.3


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_every_device_of_a_network_is_found_once() -> None:
    port = free_port()
    with camera(port, name="DECK") as deck, camera(port, name="ROAD") as road:
        found = search(Search(SECONDS, None, port))
    assert {(one.name, one.addresses) for one in found} == {
        ("DECK", (deck.url,)),
        ("ROAD", (road.url,)),
    }
    assert len(found) == 2


def test_one_address_is_asked_directly() -> None:
    with camera(name="秤台 1", model="A/B") as device:
        found = search(Search(SECONDS, "127.0.0.1", device.port))
    assert found == [Found("127.0.0.1", (device.url,), "秤台 1", "A/B", "country/china")]


def test_the_search_ends_in_time_when_nobody_answers() -> None:
    began_s, left_s = time.monotonic(), list[float]()
    asked = Search(SECONDS, "127.0.0.1", free_port(), lambda left, _found: left_s.append(left))
    assert search(asked) == []
    assert SECONDS <= time.monotonic() - began_s < 5
    assert left_s
    assert max(left_s) <= SECONDS


@pytest.mark.parametrize("answer", [b"", b"\xff" * 2_000, b"<a/>", b"<!DOCTYPE a><a/>"])
def test_what_strangers_send_is_passed_over(answer: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.settimeout(5)

        def reply() -> None:
            _, sender = stranger.recvfrom(65_536)
            for _ in range(50):
                stranger.sendto(answer, sender)

        thread = threading.Thread(target=reply)
        thread.start()
        assert search(Search(SECONDS, "127.0.0.1", stranger.getsockname()[1])) == []
        thread.join(5)
