"""A device asked over real HTTP: its clock, logins of each kind, what it says of its streams."""

from collections.abc import Iterator

import pytest

from drivers.onvif.device import OnvifDevice
from drivers.onvif.facts import (
    EVENTS,
    INCOMPLETE,
    MEDIA,
    MEDIA2,
    REFUSED,
    UNAUTHORISED,
    Information,
    Login,
    OnvifFailed,
)
from drivers.onvif.simulated_device import DIGEST, EITHER, MAIN, SUB, TOKEN
from drivers.onvif.simulator import OnvifCamera
from tests.drivers.onvif.places import HOUR_MS, LOGIN, asked, camera

H265 = MAIN._replace(token="H", codec="H265", width=3840, height=2160, fps_milli=12_500, gop=100)
WITH_NAMES_ELSEWHERE = "10.99.0.7"


@pytest.fixture
def plain() -> Iterator[OnvifCamera]:
    with camera() as device:
        yield device


@pytest.mark.parametrize("off_ms", [0, HOUR_MS, -HOUR_MS, 86_400_000 * 4_000])
def test_the_clock_is_known_to_a_second_without_a_login(off_ms: int) -> None:
    with camera(login=LOGIN) as device, asked(device, None) as line:
        device.set_clock(off_ms)
        assert abs(line.off_ms() - off_ms) < 1_000


@pytest.mark.parametrize("wants", [TOKEN, DIGEST, EITHER])
@pytest.mark.parametrize("off_ms", [0, HOUR_MS])
def test_a_login_holds_however_wrong_the_device_s_clock_is(wants: str, off_ms: int) -> None:
    with camera(login=LOGIN, wants=wants) as device, asked(device) as line:
        device.set_clock(off_ms)
        line.off_ms()
        assert line.information().model == "SIM-2CD3T47"
        assert len(line.profiles()) == 2
        assert device.doorman.refusals == 0


def test_a_token_of_our_own_time_is_refused_by_a_device_an_hour_off() -> None:
    with camera(login=LOGIN, wants=TOKEN) as device, asked(device) as line:
        device.set_clock(HOUR_MS)
        with pytest.raises(OnvifFailed) as failed:
            line.information()
    assert failed.value.state == UNAUTHORISED


@pytest.mark.parametrize("wants", [TOKEN, DIGEST, EITHER])
def test_a_wrong_password_is_spent_once_a_question(wants: str) -> None:
    guess = Login("admin", "guess")
    with camera(login=LOGIN, wants=wants) as device, asked(device, guess) as line:
        for spent in (1, 2):
            with pytest.raises(OnvifFailed) as failed:
                line.information()
            assert (failed.value.state, device.doorman.refusals) == (UNAUTHORISED, spent)


def test_without_a_login_a_guarded_device_says_so() -> None:
    with (
        camera(login=LOGIN) as device,
        asked(device, None) as line,
        pytest.raises(OnvifFailed) as failed,
    ):
        line.profiles()
    assert failed.value.state == UNAUTHORISED


def test_nobody_s_password_is_in_what_is_printed() -> None:
    assert LOGIN.password not in repr(LOGIN) + str(LOGIN) + f"{LOGIN}"


def test_a_device_says_what_it_is(plain: OnvifCamera) -> None:
    with asked(plain) as line:
        said = Information("Weighhouse", "SIM-2CD3T47", "V5.7.3 build 240112", "SIM0001")
        assert line.information() == said


@pytest.mark.parametrize("services", [(MEDIA, EVENTS), (MEDIA2, EVENTS), (MEDIA, MEDIA2)])
def test_profiles_are_the_same_by_either_media_service(services: tuple[str, ...]) -> None:
    with camera(services=services) as device, asked(device) as line:
        assert line.profiles() == (MAIN, SUB)
        assert line.profiles()[0].gop_ms == 2_000


def test_a_stream_in_h265_is_found_by_media_2() -> None:
    with camera(profiles=(H265, SUB)) as device, asked(device) as line:
        assert [(one.codec, one.gop_ms) for one in line.profiles()] == [
            ("H265", 8_000),
            ("H264", 2_000),
        ]


def test_an_older_device_lists_its_services_as_capabilities() -> None:
    with camera(lists_services=False) as device, asked(device) as line:
        assert line.profiles() == (MAIN, SUB)
        assert "GetCapabilities" in device.asked


def test_every_profile_gets_its_addresses(plain: OnvifCamera) -> None:
    with asked(plain) as line:
        main, sub = map(line.with_addresses, line.profiles())
    assert main.stream == "rtsp://127.0.0.1:554/Streaming/Channels/Profile_1?profile=1&a=b"
    assert sub.snapshot == f"http://127.0.0.1:{plain.port}/onvif-http/snapshot?Profile_2"


def test_addresses_of_another_network_lead_back_to_the_device() -> None:
    with camera(named_host=WITH_NAMES_ELSEWHERE, login=LOGIN) as device, asked(device) as line:
        line.off_ms()
        main = line.with_addresses(line.profiles()[0])
    assert main.stream is not None
    assert main.stream.startswith("rtsp://127.0.0.1:554/")


def test_a_device_without_media_is_told_apart_from_a_silent_one() -> None:
    with (
        camera(services=(EVENTS,)) as device,
        asked(device) as line,
        pytest.raises(OnvifFailed) as failed,
    ):
        line.profiles()
    assert failed.value.state == INCOMPLETE


def test_nobody_at_the_address_is_a_refusal() -> None:
    with camera() as device:
        url = device.url
    with pytest.raises(OnvifFailed) as failed:
        OnvifDevice(url).off_ms()
    assert failed.value.state == REFUSED
