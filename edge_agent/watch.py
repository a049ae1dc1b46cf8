"""What was heard from each device, and when: the facts from which causes are judged.

`notice` folds one event in. Nothing is decided here; `causes` does, and by the monotonic clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from edge_agent.events import (
    BookChecked,
    CalibrationChecked,
    CameraSeen,
    DeviceBack,
    DeviceLost,
    Event,
    Moment,
    PowerSeen,
    ScaleRead,
    Verdict,
)
from edge_agent.settings import SiteSettings
from edge_agent.settling import valid_weight
from edge_agent.supply import Supply, after
from edge_agent.tamper.unheard import is_movement

SCALE = "scale"
MAX_VERDICTS = 16
MAX_LOOKS = 1_000


@dataclass(frozen=True)
class CameraWatch:
    """`seen_ms` None: never. `lost`: why its device is gone, until it is seen again.

    `quiet_milli`: by how much its pictures differ over an empty, speaking deck.
    """

    seen_ms: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    lost: str | None = None
    quiet_milli: int | None = None


@dataclass(frozen=True)
class ScaleWatch:
    """`good_since_ms`: start of the present run of valid frames; `zero_seen` within that run.

    `at_zero`: by the newest frame. `looks`: pictures of the deck with movement since that frame,
    the line being silent.
    """

    valid_ms: int | None = None
    good_since_ms: int | None = None
    zero_seen: bool = False
    at_zero: bool = False
    looks: int = 0
    lost: str | None = None


@dataclass(frozen=True)
class Watch:
    """`anchor`: when both clocks were last believed. `book_ok` None: the book was not checked yet.

    `uncalibrated`: cameras whose calibration in force cannot be loaded, and why. `dark_lamps`:
    since when (monotonic) a lamp cannot be switched, and why. `head_fault`: the collector's word
    contradicts our book. `trusted`: signed time was heard since the clock was last doubted.
    `supplies`: who tells of mains power. `unclean`: the machine has booted without an orderly stop.
    """

    started: Moment
    anchor: Moment
    cameras: Map[str, CameraWatch] = Map()
    uncalibrated: Map[str, str] = Map()
    dark_lamps: Map[str, tuple[int, str]] = Map()
    scale: ScaleWatch = ScaleWatch()
    book_ok: bool | None = None
    book_detail: str = ""
    head_fault: str | None = None
    trusted: bool = False
    supplies: Map[str, Supply] = Map()
    unclean: bool = False


def notice(watch: Watch, event: Event, site: SiteSettings) -> Watch:
    see = NOTICES.get(type(event))
    return watch if see is None else see(watch, event, site)


def camera_of(watch: Watch, camera: str) -> CameraWatch:
    return watch.cameras.get(camera, CameraWatch())


def clock_jump_ms(watch: Watch, now: Moment) -> int:
    """How far the wall clock went ahead of the monotonic one since both were believed."""
    return (now.wall_ms - watch.anchor.wall_ms) - (now.mono_ms - watch.anchor.mono_ms)


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
        at_zero=at_zero,
    )
    return replace(watch, scale=seen)


def _camera_seen(watch: Watch, event: CameraSeen, site: SiteSettings) -> Watch:
    if event.camera not in site.cameras:
        return watch
    seen = CameraWatch(event.now.mono_ms, tuple(event.verdicts)[:MAX_VERDICTS])
    quiet_milli = camera_of(watch, event.camera).quiet_milli
    moved_milli, scale = event.moved_milli, watch.scale
    if moved_milli is not None and event.camera in site.deck_cameras:
        if not is_silent(scale, event.now, site):
            quiet_milli = _settle(quiet_milli, moved_milli) if scale.at_zero else quiet_milli
        elif scale.valid_ms is not None and is_movement(moved_milli, quiet_milli, site.tamper):
            scale = replace(scale, looks=min(MAX_LOOKS, scale.looks + 1))
    seen = replace(seen, quiet_milli=quiet_milli)
    return replace(watch, cameras=watch.cameras.set(event.camera, seen), scale=scale)


def is_silent(scale: ScaleWatch, now: Moment, site: SiteSettings) -> bool:
    """No valid frame for too long, or the port is gone."""
    return scale.lost is not None or (
        scale.valid_ms is not None and now.mono_ms - scale.valid_ms > site.silent_ms
    )


def _settle(quiet_milli: int | None, moved_milli: int) -> int:
    """What is usual, slowly learnt."""
    return moved_milli if quiet_milli is None else (7 * quiet_milli + moved_milli) // 8


def _device_lost(watch: Watch, event: DeviceLost, site: SiteSettings) -> Watch:
    if event.device == SCALE:
        lost = replace(
            watch.scale, good_since_ms=None, zero_seen=False, lost=event.detail or "lost"
        )
        return replace(watch, scale=lost)
    if event.device in site.cameras:
        seen = replace(camera_of(watch, event.device), lost=event.detail or "lost", verdicts=())
        return replace(watch, cameras=watch.cameras.set(event.device, seen))
    if event.device in site.lamps and event.device not in watch.dark_lamps:
        dark = (event.now.mono_ms, event.detail)
        return replace(watch, dark_lamps=watch.dark_lamps.set(event.device, dark))
    return watch


def _device_back(watch: Watch, event: DeviceBack, site: SiteSettings) -> Watch:
    """A device that is back has yet to prove itself: only its readings clear a cause.

    A lamp has: it is back after a whole round.
    """
    if event.device not in watch.dark_lamps:
        return watch
    return replace(watch, dark_lamps=watch.dark_lamps.delete(event.device))


def _book_checked(watch: Watch, event: BookChecked, site: SiteSettings) -> Watch:
    return replace(watch, book_ok=event.ok, book_detail=event.detail)


def _calibration_checked(watch: Watch, event: CalibrationChecked, site: SiteSettings) -> Watch:
    known, name = watch.uncalibrated, event.camera
    if event.fault is not None:
        return replace(watch, uncalibrated=known.set(name, event.fault))
    return replace(watch, uncalibrated=known.delete(name)) if name in known else watch


def _power_seen(watch: Watch, event: PowerSeen, site: SiteSettings) -> Watch:
    if event.source not in site.supplies:
        return watch
    known = watch.supplies.get(event.source, Supply())
    supply = after(known, event, site.supply_silent_ms)
    return replace(watch, supplies=watch.supplies.set(event.source, supply))


NOTICES: dict[type, Callable[[Watch, Any, SiteSettings], Watch]] = {
    ScaleRead: _scale_read,
    CameraSeen: _camera_seen,
    DeviceLost: _device_lost,
    DeviceBack: _device_back,
    BookChecked: _book_checked,
    CalibrationChecked: _calibration_checked,
    PowerSeen: _power_seen,
}
