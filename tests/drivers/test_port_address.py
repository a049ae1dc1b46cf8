"""Which device an address means, by a table of adapters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serial.tools.list_ports_common import ListPortInfo

from drivers.port_address import Server, Usb, address_fault, device_of, read_address
from drivers.port_lost import PortLost

CH340 = (0x1A86, 0x7523)
FTDI = (0x0403, 0x6001)


def adapter(
    device: str, make: tuple[int, int] | None, serial: str | None = None, place: str | None = None
) -> ListPortInfo:
    info = ListPortInfo(device)
    info.vid, info.pid = make or (None, None)
    info.serial_number, info.location = serial, place
    return info


PRESENT = (
    adapter("/dev/ttyS0", None),
    adapter("/dev/ttyUSB0", CH340, place="1-1.4:1.0"),
    adapter("/dev/ttyUSB1", CH340, place="1-1.3:1.0"),
    adapter("/dev/ttyUSB2", FTDI, "A50285BI", "2-1"),
)


def found(url: str) -> str:
    wanted = read_address(url)
    assert isinstance(wanted, Usb)
    return device_of(wanted, PRESENT)


def refused(url: str) -> str:
    with pytest.raises(PortLost) as caught:
        found(url)
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "device"),
    [
        ("usb:0403:6001", "/dev/ttyUSB2"),
        ("usb:0403:6001:A50285BI", "/dev/ttyUSB2"),
        ("USB:0403:6001:a50285bi", "/dev/ttyUSB2"),
        ("usb:1a86:7523@1-1.3", "/dev/ttyUSB1"),
        ("usb:1A86:7523@1-1.4:1.0", "/dev/ttyUSB0"),
        ("usb:@2-1", "/dev/ttyUSB2"),
    ],
)
def test_an_adapter_is_found_by_make_serial_number_and_place(url: str, device: str) -> None:
    assert found(url) == device


def test_of_two_alike_none_is_taken() -> None:
    assert refused("usb:1a86:7523") == "P_AMBIGUOUS"


@pytest.mark.parametrize(
    "url", ["usb:10c4:ea60", "usb:0403:6001:OTHER", "usb:1a86:7523@1-1.2", "usb:@1-1"]
)
def test_an_adapter_that_is_not_plugged_in_is_absent(url: str) -> None:
    assert refused(url) == "P_ABSENT"


@pytest.mark.parametrize(
    "url",
    ["usb:", "usb:1a86", "usb:1a86:75234", "usb:1a86:7523:", "usb:@", "usb:@here",
     "socket://host", "socket://:4001", "rfc2217://host:99999", "socket://host:x", "tcp://host:1",
     "spy:///dev/ttyS0", "hwgrep://USB", "http://[", "", " ", "\0"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(PortLost) as caught:
        read_address(url)
    assert caught.value.code == "P_URL"


def test_paths_and_servers_are_taken_as_they_are() -> None:
    assert read_address("/dev/serial/by-id/usb-1a86-if00") == "/dev/serial/by-id/usb-1a86-if00"
    assert read_address("socket://10.0.0.7:4001") == Server("socket", "10.0.0.7", 4001)
    assert read_address("rfc2217://[fe80::1]:4001?timeout=1") == Server("rfc2217", "fe80::1", 4001)


@given(st.one_of(st.text(), st.from_regex(r"(usb:|socket://|rfc2217://)\S*")))
def test_any_text_is_an_address_or_refused_as_one(url: str) -> None:
    fault = address_fault(url)
    assert fault is None or fault


@given(st.permutations(PRESENT))
def test_the_order_of_the_list_decides_nothing(present: list[ListPortInfo]) -> None:
    wanted = read_address("usb:0403:6001")
    assert isinstance(wanted, Usb)
    assert device_of(wanted, present) == "/dev/ttyUSB2"
