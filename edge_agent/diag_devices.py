"""Checks of a site's devices.

A running agent holds them, and its own word is then given; while none runs, each is looked at for a
few seconds, as the agent would, and let go again.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from drivers.serial_port import PortSettings
from edge_agent.camera_report import lines
from edge_agent.camera_watching import Wanted, Watching
from edge_agent.config import AgentConfig, CameraConfig
from edge_agent.diag_camera import box_of
from edge_agent.diag_port import listen, open_once
from edge_agent.finding import WELL, Finding
from edge_agent.ports import port_settings
from edge_agent.status import is_alive, read_status
from weighbook.phrase import Phrase

OPEN_S, WATCH_S = 8, 8


def running_status(config: AgentConfig) -> dict[str, Any] | None:
    """The status of the agent that runs here; None if none does."""
    status = read_status(config.state)
    if status is None or not is_alive(status, time.time_ns() // 1_000_000):
        return None
    return status


def check_scale(config: AgentConfig) -> Iterator[Finding]:
    """Whether weights come."""
    status = running_status(config)
    if status is None:
        yield listen(config)
        return
    silent = [cause for cause in status["causes"] if cause["code"] == "SCALE_SILENT"]
    measured = silent[0]["measured"] if silent else f"{status['deck']['weight_kg']} kg"
    words = _remedy(silent[0]) if silent else WELL
    yield Finding("scale", not silent, measured, config.scale.protocol, words)


def check_ports(config: AgentConfig) -> Iterator[Finding]:
    """Whether the other devices' ports can be opened."""
    if running_status(config) is not None:
        return
    for scanner in config.scanner:
        if scanner.port:
            yield open_once(f"scanner {scanner.name}", port_settings(scanner))
    if config.barrier.port:
        yield open_once("barrier", port_settings(config.barrier))
    for lamp in config.lamp:
        if lamp.port != config.barrier.port:
            yield open_once(f"lamp {lamp.name}", PortSettings(lamp.port, lamp.baud))


def check_cameras(config: AgentConfig) -> Iterator[Finding]:
    """Whether each camera gives living pictures."""
    status = running_status(config)
    if status is not None:
        yield from (_told(camera, status) for camera in config.camera)
        return
    with ThreadPoolExecutor(len(config.camera)) as watchers:
        yield from watchers.map(_watched, config.camera)


def _told(camera: CameraConfig, status: dict[str, Any]) -> Finding:
    causes = [cause for cause in status["causes"] if cause["subject"] == camera.name]
    codes = ", ".join(cause["code"] for cause in causes)
    measured = f"{codes} {causes[0]['measured']}" if causes else "ok"
    words = _remedy(causes[0]) if causes else WELL
    return Finding(f"camera {camera.name}", not causes, measured, "ok", words)


def _watched(camera: CameraConfig) -> Finding:
    """The first fault of the report `edge-agent diag camera` would give."""
    box = box_of(camera.clock_box or None)
    outcome = Watching(Wanted(camera.source, WATCH_S, OPEN_S, box)).watch()
    name = f"camera {camera.name}"
    fault = next((line for line in lines(outcome) if not line.ok), None)
    if fault is None:
        measured = f"{outcome.width}×{outcome.height}"
        return Finding(name, ok=True, measured=measured, limit="ok", words=WELL)
    measured = f"{fault.check.en}: {fault.measured}"
    return Finding(name, ok=False, measured=measured, limit=fault.limit, words=fault.words)


def _remedy(cause: dict[str, Any]) -> Phrase:
    return Phrase(cause["remedy"]["zh"], cause["remedy"]["en"])
