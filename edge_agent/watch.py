"""What was heard from each device, and when: the facts from which causes are judged.

`notice` folds one event in. Nothing is decided here; `causes` does, and by the monotonic clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from edge_agent.events import (
    BookChecked,
    CameraSeen,
    DeviceBack,
    DeviceLost,
    Event,
    Moment,
    ScaleRead,
    Verdict,
)
from edge_agent.settings import SiteSettings
from edge_agent.settling import valid_weight

SCALE = "scale"
MAX_VERDICTS = 16


@dataclass(frozen=True)
class CameraWatch:
    """`seen_ms` None: never. `lost`: why its device is gone, until it is seen again."""

    seen_ms: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    lost: str | None = None


@dataclass(frozen=True)
class ScaleWatch:
    """`good_since_ms`: start of the present run of valid frames; `zero_seen` within that run."""

    valid_ms: int | None = None
    good_since_ms: int | None = None
    zero_seen: bool = False
    lost: str | None = None


@dataclass(frozen=True)
class Watch:
    """`anchor`: when both clocks were last believed. `book_ok` None: the book was not checked yet.

    `head_fault`: the collector's word contradicts our book. `trusted`: signed time was heard since
    the clock was last doubted.
    """

    started: Moment
    anchor: Moment
    cameras: Map[str, CameraWatch] = Map()
    scale: ScaleWatch = ScaleWatch()
    book_ok: bool | None = None
    book_detail: str = ""
    head_fault: str | None = None
    trusted: bool = False


def notice(watch: Watch, event: Event, site: SiteSettings) -> Watch:
    see = NOTICES.get(type(event))
    return watch if see is None else see(watch, event, site)


def camera_of(watch: Watch, camera: str) -> CameraWatch:
    return watch.cameras.get(camera, CameraWatch())


def _scale_read(watch: Watch, event: ScaleRead, site: SiteSettings) -> Watch:
    weight = valid_weight(event, site)
    if weight is None:
        return watch
    now_ms, scale = event.now.mono_ms, watch.scale
    runs_on = (
        scale.good_since_ms is not None
        and scale.valid_ms is not None
        and now_ms - scale.valid_ms <= site.frame_gap_ms
    )
    at_zero = abs(weight) <= site.zero_band_kg
    seen = ScaleWatch(
        valid_ms=now_ms,
        good_since_ms=scale.good_since_ms if runs_on else now_ms,
        zero_seen=at_zero or (runs_on and scale.zero_seen),
    )
    return replace(watch, scale=seen)


def _camera_seen(watch: Watch, event: CameraSeen, site: SiteSettings) -> Watch:
    if event.camera not in site.cameras:
        return watch
    seen = CameraWatch(event.now.mono_ms, tuple(event.verdicts)[:MAX_VERDICTS])
    return replace(watch, cameras=watch.cameras.set(event.camera, seen))


def _device_lost(watch: Watch, event: DeviceLost, site: SiteSettings) -> Watch:
    if event.device == SCALE:
        lost = ScaleWatch(valid_ms=watch.scale.valid_ms, lost=event.detail or "lost")
        return replace(watch, scale=lost)
    if event.device in site.cameras:
        seen = replace(camera_of(watch, event.device), lost=event.detail or "lost", verdicts=())
        return replace(watch, cameras=watch.cameras.set(event.device, seen))
    return watch


def _device_back(watch: Watch, event: DeviceBack, site: SiteSettings) -> Watch:
    """A device that is back has yet to prove itself: only its readings clear a cause."""
    return watch


def _book_checked(watch: Watch, event: BookChecked, site: SiteSettings) -> Watch:
    return replace(watch, book_ok=event.ok, book_detail=event.detail)


NOTICES: dict[type, Callable[[Watch, Any, SiteSettings], Watch]] = {
    ScaleRead: _scale_read,
    CameraSeen: _camera_seen,
    DeviceLost: _device_lost,
    DeviceBack: _device_back,
    BookChecked: _book_checked,
}
