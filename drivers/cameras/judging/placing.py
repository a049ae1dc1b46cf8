"""Whether the place is right: where the camera looks, and whether its platform answers the scale.

Points and their shift cost most of all, so they are asked for every fifth keyframe, while the
scene is doubtful, and once an hour against the commissioned picture.
"""

from dataclasses import replace
from typing import NamedTuple

from drivers.cameras.judging.checks.moved import is_moved
from drivers.cameras.judging.facts import Keyframe, Surroundings
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.change import moved_share_milli, thumbnail
from drivers.cameras.judging.measures.geometry import Points, Shift, points_of, shift_of
from drivers.cameras.judging.memory import Memory, Platform, Setting
from drivers.cameras.judging.references import Reference
from drivers.cameras.judging.verdict import State

BEST_OF = 3
PLATFORM_MS = 20_000
PLATFORM_PICTURES = 48


def reaction_of(
    memory: Memory, keyframe: Keyframe, around: Surroundings, setting: Setting
) -> tuple[Memory, bool | None]:
    """Whether the platform changed within five seconds of a swing; None while that is open."""
    area, limits = setting.calibration.platform, setting.limits
    if area is None:
        return memory, None
    platform, now_ms = memory.platform, keyframe.at_ms
    seen = tuple(one for one in platform.seen if 0 <= now_ms - one[0] <= PLATFORM_MS)
    seen = (*seen, (now_ms, thumbnail(keyframe.grey, area)))[-PLATFORM_PICTURES:]
    swing, waiting = platform.swing_ms, platform.waiting
    if around.swing_ms is not None and around.swing_ms != swing:
        swing, waiting = around.swing_ms, True
    reacted = None
    if waiting and swing is not None and now_ms >= swing + limits.reaction_ms:
        waiting = False
        near = [one for at_ms, one in seen if abs(at_ms - swing) <= limits.reaction_ms]
        if len(near) >= 2:
            reacted = any(
                moved_share_milli(one, near[0], limits.reaction_levels) >= limits.reaction_milli
                for one in near[1:]
            )
    return replace(memory, platform=Platform(seen, swing, waiting)), reacted


class Place(NamedTuple):
    """Where a picture lies against its references; all None where geometry was not asked."""

    points: int | None = None
    shift: Shift | None = None
    same_way: bool = False
    drift: Shift | None = None


def place_of(
    memory: Memory, keyframe: Keyframe, scene: int | None, setting: Setting
) -> tuple[Memory, Place]:
    limits, fixed = setting.limits, setting.calibration
    moved, drifted = memory.standings["moved"], memory.standings["drifted"]
    known = any(one.commissioned for one in memory.bank.references)
    due = memory.drift_ms is None or keyframe.at_ms - memory.drift_ms >= limits.drift_every_ms
    drifting = known and (due or drifted.state is not State.OK)
    doubtful = scene is not None and (
        scene < limits.scene_doubtful_milli or moved.state is not State.OK
    )
    turn = scene is not None and memory.since_geometry + 1 >= limits.geometry_every
    if not (doubtful or turn or drifting):
        return replace(memory, since_geometry=memory.since_geometry + 1), Place()
    points = points_of(keyframe.grey, fixed.masks)
    size = keyframe.grey.shape[1], keyframe.grey.shape[0]
    assert memory.mode is not None
    bank = memory.bank.of_mode(colour=memory.mode.colour)
    shift = _nearest(points, bank[:BEST_OF], size, limits)
    drift = None
    if drifting:
        own = tuple(one for one in bank if one.commissioned)
        drift = _nearest(points, own, size, limits)
        memory = replace(memory, drift_ms=keyframe.at_ms)
    same_way = (
        shift is not None and memory.shift is not None and _alike(shift, memory.shift, limits)
    )
    place = Place(len(points.at), shift, same_way, drift)
    return replace(memory, shift=shift, since_geometry=0), place


def _nearest(
    points: Points, references: tuple[Reference, ...], size: tuple[int, int], limits: Limits
) -> Shift | None:
    """The smallest shift against any reference; the first one in place will do."""
    found: list[Shift] = []
    undecided: Shift | None = None
    for reference in references:
        shift = shift_of(points, reference.points, size)
        if shift is None or shift.points < limits.agreeing_points:
            undecided = shift or Shift(0, 0, 0, 0, 0)
            continue
        if not is_moved(shift, limits):
            return shift
        found.append(shift)
    return min(found, key=lambda one: one.length_milli, default=undecided)


def _alike(one: Shift, other: Shift, limits: Limits) -> bool:
    return (
        abs(one.x_milli - other.x_milli) <= limits.still_px_milli
        and abs(one.y_milli - other.y_milli) <= limits.still_px_milli
    )
