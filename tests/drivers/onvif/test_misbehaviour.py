"""Hostile and broken devices over real HTTP: each is a failure with a name, in bounded time."""

import time
from collections.abc import Iterator

import pytest

from drivers.onvif.device import OnvifDevice
from drivers.onvif.facts import (
    BROKEN,
    NOT_FOUND,
    OVERSIZED,
    REDIRECTED,
    SILENT,
    UNAUTHORISED,
    UNREADABLE,
    OnvifFailed,
)
from drivers.onvif.misbehaviour import MISBEHAVIOURS
from drivers.onvif.simulator import OnvifCamera
from tests.drivers.onvif.places import LOGIN, asked, camera

EXPECTED = {
    "garbage": UNREADABLE,
    "web page": UNREADABLE,
    "bomb": UNREADABLE,
    "outside": UNREADABLE,
    "deep": UNREADABLE,
    "wide": UNREADABLE,
    "packed": UNREADABLE,
    "redirect": REDIRECTED,
    "not there": NOT_FOUND,
    "overloaded": BROKEN,
    "odd digest": UNAUTHORISED,
    "odd algorithm": UNAUTHORISED,
    "asks basic": UNAUTHORISED,
    "no http": BROKEN,
    "cut": BROKEN,
    "endless": OVERSIZED,
    "slow body": SILENT,
    "slow head": SILENT,
    "hang": SILENT,
}
LIMIT_S = 0.4
LATE_S = 10.0  # far beyond any limit, far below a wait without one


@pytest.fixture(scope="module")
def device() -> Iterator[OnvifCamera]:
    with camera(login=LOGIN) as made:
        yield made


@pytest.fixture
def line(device: OnvifCamera) -> Iterator[OnvifDevice]:
    with asked(device, LOGIN, LIMIT_S) as made:
        yield made
    device.behave()


def test_every_misbehaviour_has_its_name() -> None:
    assert EXPECTED.keys() == MISBEHAVIOURS.keys()


@pytest.mark.parametrize("kind", EXPECTED)
def test_what_a_device_may_do_is_a_failure_with_a_name(
    device: OnvifCamera, line: OnvifDevice, kind: str
) -> None:
    device.misbehave(kind)
    began_s = time.monotonic()
    for ask in (line.off_ms, line.information):
        with pytest.raises(OnvifFailed) as failed:
            ask()
        assert failed.value.state == EXPECTED[kind]
    assert time.monotonic() - began_s < LATE_S


@pytest.mark.parametrize("kind", ["hang", "cut", "endless"])
def test_a_device_that_behaves_again_is_heard_again(
    device: OnvifCamera, line: OnvifDevice, kind: str
) -> None:
    device.misbehave(kind)
    with pytest.raises(OnvifFailed):
        line.off_ms()
    device.behave()
    assert abs(line.off_ms()) < 1_000
    assert line.information().maker == "Weighhouse"


def test_a_login_is_not_sent_to_who_asks_for_it_openly(
    device: OnvifCamera, line: OnvifDevice
) -> None:
    device.misbehave("asks basic")
    with pytest.raises(OnvifFailed):
        line.information()
    assert device.doorman.refusals == 0
