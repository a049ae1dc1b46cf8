"""Simulated devices for the tests, stopped when they are over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drivers.onvif.device import OnvifDevice
from drivers.onvif.facts import Login
from drivers.onvif.simulated_device import Form
from drivers.onvif.simulator import OnvifCamera

LOGIN = Login("admin", "p@ss w:ord<&")
HOUR_MS = 3_600_000


@contextmanager
def camera(multicast_port: int = 0, **made: Any) -> Iterator[OnvifCamera]:
    device = OnvifCamera(Form(**made), multicast_port=multicast_port)
    try:
        yield device
    finally:
        device.stop()


@contextmanager
def asked(
    device: OnvifCamera, login: Login | None = LOGIN, limit_s: float = 2.0
) -> Iterator[OnvifDevice]:
    line = OnvifDevice(device.url, login, limit_s)
    try:
        yield line
    finally:
        line.close()
