"""A device's own alarms: pulled over real HTTP, and what of them stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.onvif.alarms import MAX_STANDING, PULSE_MS, Alarms, code_of, heard, standing
from drivers.onvif.events import PullPoint
from drivers.onvif.facts import FAULT, INCOMPLETE, MEDIA, Notice, OnvifFailed
from drivers.onvif.simulated_device import TOKEN
from tests.drivers.onvif.places import HOUR_MS, LOGIN, asked, camera

SCENE = "tns1:VideoSource/GlobalSceneChange/ImagingService"
TAMPER = "tns1:RuleEngine/TamperDetector/Tamper"


def after(*notices: Notice, at_ms: int = 0) -> Alarms:
    alarms: Alarms = {}
    for number, notice in enumerate(notices):
        alarms = heard(alarms, notice, at_ms + number)
    return alarms


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (SCENE, "CAMERA_MOVED"),
        ("tns1:VideoSource/ImageTooBlurry/AnalyticsService", "CAMERA_BLIND"),
        ("tns1:VideoSource/ImageTooDark/ImagingService", "CAMERA_BLIND"),
        ("tns1:VideoSource/ImageTooBright/RecordingService", "CAMERA_BLIND"),
        ("tns1:VideoSource/SignalLoss", "CAMERA_LOST"),
        (TAMPER, "CAMERA_BLIND"),
        ("tns1:VideoSource/tnsaxis:Tampering", "CAMERA_BLIND"),
        ("tns1:VideoSource/MotionAlarm", None),
        ("tns1:RuleEngine/CellMotionDetector/Motion", None),
        ("", None),
    ],
)
def test_a_topic_witnesses_one_cause_or_none(topic: str, code: str | None) -> None:
    assert code_of(topic) == code


def test_an_alarm_is_pulled_and_a_subscription_renewed_and_ended() -> None:
    with camera(login=LOGIN, wants=TOKEN) as device, asked(device) as line:
        device.set_clock(HOUR_MS)
        line.off_ms()
        point = PullPoint(line)
        device.alarm(SCENE, on=True)
        assert [notice.active for notice in point.pull()] == [True]
        point.renew()
        point.unsubscribe()
        assert device.device.events.count == 0


def test_an_alarm_older_than_the_subscription_is_told_first() -> None:
    with camera() as device, asked(device) as line:
        device.alarm(TAMPER, on=True)
        assert PullPoint(line).pull() == (Notice(TAMPER, "VideoSource_1", True),)


def test_a_device_that_sets_the_time_itself_is_subscribed_to_as_well() -> None:
    with camera(refuses_times=True) as device, asked(device) as line:
        PullPoint(line)
        assert device.device.events.count == 1


def test_after_a_restart_of_the_device_the_subscription_is_gone() -> None:
    with camera() as device, asked(device) as line:
        point = PullPoint(line)
        device.restart()
        with pytest.raises(OnvifFailed) as failed:
            point.pull()
    assert failed.value.state == FAULT


def test_a_device_without_events_says_so() -> None:
    with (
        camera(services=(MEDIA,)) as device,
        asked(device) as line,
        pytest.raises(OnvifFailed) as failed,
    ):
        PullPoint(line)
    assert failed.value.state == INCOMPLETE


def test_an_alarm_stands_from_its_first_message_until_the_other_state() -> None:
    on, off = Notice(SCENE, "1", True), Notice(SCENE, "1", False)
    (alarm,) = after(on, on).values()
    assert (alarm.since_ms, alarm.code, alarm.name) == (0, "CAMERA_MOVED", "GlobalSceneChange")
    assert not after(on, on, off)


def test_one_source_s_end_does_not_end_another_s() -> None:
    assert (
        len(after(Notice(SCENE, "1", True), Notice(SCENE, "2", True), Notice(SCENE, "1", False)))
        == 1
    )


def test_a_pulse_stands_for_a_minute() -> None:
    alarms = after(Notice(TAMPER, "1", None), at_ms=1_000)
    assert standing(alarms, 1_000 + PULSE_MS - 1)
    assert not standing(alarms, 1_000 + PULSE_MS)


@given(st.lists(st.builds(Notice, st.sampled_from([SCENE, TAMPER, "x"]), st.text(), st.none())))
def test_no_device_can_fill_the_memory(notices: list[Notice]) -> None:
    many = [Notice(SCENE, str(number), True) for number in range(2 * MAX_STANDING)]
    assert len(after(*many, *notices)) == MAX_STANDING
