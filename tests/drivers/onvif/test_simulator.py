"""The simulated device as a program: its control lines, and that it is strict about logins."""

import json
import subprocess
import sys

import pytest

from drivers.onvif.device import OnvifDevice
from drivers.onvif.facts import UNREADABLE, Login, OnvifFailed
from drivers.onvif.simulator import obey
from tests.drivers.onvif.places import HOUR_MS, asked, camera

SCENE = "tns1:VideoSource/GlobalSceneChange/ImagingService"


def test_control_lines_do_what_they_say() -> None:
    with camera() as device, asked(device) as line:
        assert obey(device, f"clock -{HOUR_MS}")
        assert abs(line.off_ms() + HOUR_MS) < 1_000
        assert obey(device, "misbehave web page")
        with pytest.raises(OnvifFailed, match=UNREADABLE):
            line.off_ms()
        assert obey(device, "behave")
        assert obey(device, "restart")
        assert obey(device, f"alarm {SCENE} on")
        assert line.information().maker == "Weighhouse"


@pytest.mark.parametrize("line", ["", "clock", "clock soon", "misbehave", "alarm x", "misbehave x"])
def test_what_is_no_control_line_is_said_to_be_none(line: str) -> None:
    with camera() as device:
        assert not obey(device, line)


def test_it_runs_as_a_program() -> None:
    words = [sys.executable, "-m", "drivers.onvif.simulator", "--login", "me:secret"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        device = OnvifDevice(json.loads(program.stdout.readline())["url"], Login("me", "secret"))
        assert device.information().serial == "SIM0001"
        program.stdin.write("quit\n")
        program.stdin.close()
        assert program.wait(10) == 0
