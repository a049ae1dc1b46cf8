"""Commissioning one camera: look at it, compare it with what is in force, sign, hand over.

The signed calibration and its picture go into the evidence store, and a copy of the message into
the agent's inbox: the agent alone writes the book. Nothing here asks anybody anything.
"""

import os
import re
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from drivers.cameras.album import Album, Told, take_album
from drivers.cameras.calibrated import calibration_of
from drivers.cameras.judging.measures.geometry import Shift, points_of, shift_of
from drivers.cameras.sources import NotOpened
from edge_agent.calibration_book import Papers
from edge_agent.calibration_draft import Signer
from edge_agent.calibration_file import form_from
from edge_agent.config import AgentConfig, CameraConfig
from edge_agent.evidence import write_whole
from edge_agent.site import Site
from edge_agent.status import is_alive, read_status
from weighbook.calibrations import (
    CameraCalibration,
    day_digest,
    has_night,
    sign_calibration,
)
from weighbook.commissioning import Calibrated, is_its_first_night
from weighbook.phrase import Phrase, Refusal

SETTLE_S = 15  # after a switch to infrared the camera's exposure still runs
POLL_S = 20
LOOK_S = 3


class HandedOver(NamedTuple):
    """`at_once`: it is in force with its record; else it awaits the bureau. `running`: an agent."""

    digest: bytes
    at_once: bool
    running: bool


def camera_of(config: AgentConfig, name: str) -> CameraConfig:
    """Errors: Refusal E_NO_CAMERA."""
    found = next((camera for camera in config.camera if camera.name == name), None)
    if found is not None:
        return found
    names = ", ".join(camera.name for camera in config.camera)
    raise Refusal(
        "E_NO_CAMERA",
        Phrase(f"配置中没有摄像头 {name}。", f"No camera {name} in the configuration."),
        Phrase(f"可选：{names}。", f"There are: {names}."),
    )


def check_user(site: Site) -> None:
    """Files of another user would shut the agent out of its own store. Errors: Refusal E_USER."""
    owner = site.folder.stat().st_uid
    if owner != os.geteuid():
        raise Refusal(
            "E_USER",
            Phrase(f"{site.folder} 属于另一个用户。", f"{site.folder} is another user's."),
            Phrase(
                f"请用 sudo -u '#{owner}' 以该用户身份运行（一般是 weighhouse）。",
                f"Run it as that user (usually weighhouse): sudo -u '#{owner}' edge-agent camera …",
            ),
        )


def look_at(source: str, seconds: int, told: Told) -> Album:
    """Errors: Refusal E_CAMERA."""
    try:
        return take_album(source, seconds, told)
    except NotOpened as refused:
        raise Refusal(
            "E_CAMERA",
            Phrase(f"摄像头没有画面：{refused.state}。", f"No picture: {refused.state}."),
            Phrase(
                "请先用 edge-agent diag camera 检查。", "Check it first: edge-agent diag camera."
            ),
        ) from refused


def known_of(papers: Papers, camera: str) -> tuple[Calibrated | None, Calibrated | None]:
    """What is in force, and what was calibrated last, approved or not."""
    known = papers.ledger.calibrations.get(camera)
    return (None, None) if known is None else (known.in_force, known.awaits or known.in_force)


def shift_from(papers: Papers, before: Calibrated, album: Album) -> Shift | None:
    """How far the view lies from the calibrated one; None where that cannot be told."""
    try:
        calibration = calibration_of(form_from(papers.shelf.fetch(before.digest), papers.evidence))
    except (Refusal, ValueError):
        return None
    by_day = [one for one in calibration.references if one.colour]
    grey = album.developed.grey
    if not by_day:
        return None
    size = grey.shape[1], grey.shape[0]
    return shift_of(points_of(grey, calibration.masks), by_day[0].points, size)


def signer_of(papers: Papers, camera: str, options: Mapping[str, Any]) -> Signer:
    """Now, by whom and with what the options say."""
    by, identity = options["by"], options["identity"]
    weighbridge, software = papers.ledger.weighbridge, f"weighhouse {version('weighhouse')}"
    at_ms = time.time_ns() // 1_000_000
    return Signer(weighbridge, papers.epoch, camera, by, software, at_ms, identity)


def hand_over(papers: Papers, calibration: CameraCalibration, jpeg: bytes) -> HandedOver:
    """Keep the picture, sign, and put it where the agent finds it. Errors: OSError.

    One that still waited there was never in the book: the new one takes its place.
    """
    papers.evidence.keep(jpeg)
    message = sign_calibration(calibration, papers.key)
    digest = papers.evidence.keep(message)
    inbox = papers.site.inbox
    inbox.mkdir(parents=True, exist_ok=True)
    for earlier in waiting(papers.site, calibration.camera):
        earlier.unlink(missing_ok=True)
    write_whole(inbox / f"{calibration.camera}-{digest.hex()[:16]}.calibration", message)
    status = read_status(papers.site.folder)
    running = status is not None and is_alive(status, time.time_ns() // 1_000_000)
    return HandedOver(digest, counts_at_once(papers, calibration), running)


def waiting(site: Site, camera: str) -> list[Path]:
    """What was signed for a camera and no agent has taken yet."""
    named = re.compile(re.escape(camera) + r"-[0-9a-f]{16}\.calibration")
    if not site.inbox.is_dir():
        return []
    return sorted(path for path in site.inbox.iterdir() if named.fullmatch(path.name))


def counts_at_once(papers: Papers, calibration: CameraCalibration) -> bool:
    """As the book will see it: a camera's first, or its first night and nothing else."""
    in_force, _ = known_of(papers, calibration.camera)
    if in_force is None:
        return True
    new = Calibrated(b"", day_digest(calibration), has_night(calibration))
    return is_its_first_night(in_force, new)
