"""A port that opens, refuses or is silent; a route, a gateway, a link: what can be told of them."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.network.reach import Door, knock
from drivers.network.routes import Way, has_link, read_routes, way_of, way_to
from tests.drivers.network.places import HOST, closed_port, hung_port, silent_port

TABLE = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0
eth0 0001A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0
cams 0002A8C0 00000000 0001 0 0 101 00FFFFFF 0 0 0
down 0003A8C0 00000000 0000 0 0 101 00FFFFFF 0 0 0
"""


def test_a_door_that_opens_one_that_refuses_and_one_behind_which_nobody_is() -> None:
    with hung_port() as hung, closed_port() as closed, silent_port() as silent:
        assert knock(HOST, hung, 0.8) is Door.OPEN
        assert knock(HOST, closed, 0.8) is Door.REFUSED
        assert knock(HOST, silent, 0.2) is Door.SILENT


def test_a_knock_ends_in_time() -> None:
    began = time.monotonic()
    with silent_port() as silent:
        knock(HOST, silent, 0.3)
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize("place", [("not a name", 554), ("x" * 300, 554)])
def test_what_cannot_be_asked_is_not_known(place: tuple[str, int]) -> None:
    assert knock(*place, 0.3) is None


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("192.168.1.20", Way("eth0", "192.168.1.1")),
        ("10.0.0.1", Way("eth0", "192.168.1.1")),
        ("192.168.2.20", Way("cams", None)),
        ("192.168.3.20", Way("eth0", "192.168.1.1")),
        ("127.0.0.1", Way("lo", None)),
        ("camera", None),
    ],
)
def test_the_longest_match_says_the_way(address: str, way: Way | None) -> None:
    assert way_to(address, read_routes(TABLE)) == way


def test_without_a_route_there_is_no_way() -> None:
    assert way_to("10.0.0.1", ()) is None


@given(st.text(max_size=300))
def test_no_table_is_too_odd_to_be_read(text: str) -> None:
    way_to("192.168.1.20", read_routes(text))


def test_this_machine_s_own_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "route").write_text(TABLE)
    assert way_of("192.168.2.9", tmp_path / "route") == Way("cams", None)
    assert way_of("192.168.2.9", tmp_path / "none") is None
    assert way_of("not a name") is None


@pytest.mark.parametrize(
    ("carrier", "state", "stands"),
    [
        ("1\n", "up\n", True),
        ("1\n", "unknown\n", True),
        ("0\n", "down\n", False),
        ("1\n", "lowerlayerdown\n", False),
        (None, "down\n", False),
    ],
)
def test_a_link_stands_with_a_carrier(
    tmp_path: Path, carrier: str | None, state: str, stands: bool
) -> None:
    (tmp_path / "eth0").mkdir()
    (tmp_path / "eth0" / "operstate").write_text(state)
    if carrier is not None:
        (tmp_path / "eth0" / "carrier").write_text(carrier)
    assert has_link("eth0", tmp_path) is stands


def test_the_loopback_of_this_machine_stands_and_of_no_card_nothing_is_known(
    tmp_path: Path,
) -> None:
    assert has_link("lo") is True
    assert has_link("eth9", tmp_path) is None
    assert has_link("../eth0", tmp_path) is None
