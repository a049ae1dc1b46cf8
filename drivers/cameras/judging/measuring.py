"""All figures of one keyframe, cheapest first; what is costly is measured only when it can tell.

Size, mean and spread, clock, scene; points and their shift on every fifth keyframe or when the
scene is doubtful; sharpness last.
"""

from dataclasses import replace
from typing import NamedTuple

import cv2

from drivers.cameras.judging.baselines import (
    CLOCK,
    CONTRAST,
    DIFFERENCE,
    SHARP,
    share_of,
    usual_at,
    usual_now,
)
from drivers.cameras.judging.case import Measured
from drivers.cameras.judging.facts import Keyframe, Surroundings
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.living import (
    change_since,
    clock_of,
    group_of,
    packet_of,
    stilled,
)
from drivers.cameras.judging.measures.geometry import unmasked
from drivers.cameras.judging.measures.scene import Area, field_of, hidden_milli
from drivers.cameras.judging.measures.sharpness import sharp_milli
from drivers.cameras.judging.memory import Memory, Mode, Setting
from drivers.cameras.judging.placing import place_of, reaction_of
from drivers.cameras.judging.references import best_score


class Plain(NamedTuple):
    mean_milli: int
    std_milli: int


def measure(
    memory: Memory, keyframe: Keyframe, around: Surroundings, setting: Setting
) -> tuple[Memory, Measured]:
    """The figures, and the memory with the keyframe in it."""
    limits, fixed = setting.limits, setting.calibration
    light = _light(keyframe, fixed.masks)
    mode = _mode(memory.mode, keyframe, light, limits)
    memory = replace(memory, mode=mode)
    clock_usual = usual_now(memory.baselines, CLOCK, colour=mode.colour,
                                      least=limits.least_samples)  # fmt: skip
    difference_usual = usual_now(
        memory.baselines, DIFFERENCE, colour=mode.colour, least=limits.least_samples
    )
    memory, same_packet, seen_before = packet_of(memory, keyframe, limits)
    memory, clock = clock_of(memory, keyframe, limits)
    memory, group_share = group_of(memory, keyframe, limits)
    memory, reacted = reaction_of(memory, keyframe, around, setting)
    field = field_of(keyframe.grey)
    bank, scene = best_score(memory.bank, field, fixed.masks, colour=mode.colour)
    memory = replace(memory, bank=bank)
    hidden = None if scene is None else hidden_milli(field, bank.references[0].field, fixed.masks)
    memory, place = place_of(memory, keyframe, scene, setting)
    sharp = None if light.std_milli < limits.flat_milli // 2 else sharp_milli(keyframe.grey)
    measured = Measured(
        at_ms=keyframe.at_ms,
        width=keyframe.width,
        height=keyframe.height,
        mean_milli=light.mean_milli,
        std_milli=light.std_milli,
        colour=mode.colour,
        muted=keyframe.at_ms < mode.muted_until_ms,
        same_packet=same_packet,
        seen_before=seen_before,
        has_clock=keyframe.clock is not None,
        clock_micro=clock,
        clock_usual_micro=clock_usual,
        change=change_since(memory, keyframe),
        difference_usual_milli=difference_usual,
        group_share_milli=group_share,
        scene_milli=scene,
        points=place.points,
        shift=place.shift,
        same_way=place.same_way,
        drift=place.drift,
        sharp_milli=sharp,
        sharp_share_milli=share_of(sharp, _usual_sharp(memory, around.hour, setting)),
        hidden_milli=hidden,
        contrast_share_milli=share_of(
            light.std_milli, _usual_contrast(memory, around.hour, limits)
        ),
        reacted=reacted,
    )
    memory, measured = stilled(memory, measured, limits)
    return replace(memory, last=keyframe, measured=measured), measured


def _light(keyframe: Keyframe, masks: tuple[Area, ...]) -> Plain:
    """Beside the masks: a clock burned into a black picture is no scene."""
    mean, std = cv2.meanStdDev(keyframe.grey, mask=unmasked(keyframe.grey, masks))
    return Plain(round(1000 * float(mean[0][0])), round(1000 * float(std[0][0])))


def _mode(mode: Mode | None, keyframe: Keyframe, light: Plain, limits: Limits) -> Mode:
    """A picture of one colour has no mode; a switch mutes once, not again within a minute."""
    colour = keyframe.is_colour_milli >= limits.infrared_milli
    if mode is None:
        return Mode(colour, keyframe.at_ms - limits.switch_rest_ms)  # the first switch is muted too
    if colour == mode.colour or light.std_milli < limits.flat_milli:
        return mode
    rested = keyframe.at_ms - mode.since_ms >= limits.switch_rest_ms
    until = keyframe.at_ms + limits.switch_mute_ms if rested else mode.muted_until_ms
    return Mode(colour, keyframe.at_ms, until)


def _usual_sharp(memory: Memory, hour: int, setting: Setting) -> int | None:
    """The same hour's, else the commissioned, else the last minutes'; bounded from below."""
    assert memory.mode is not None
    colour, least = memory.mode.colour, setting.limits.least_samples
    fixed = setting.calibration.usual_sharp_milli(colour=colour)
    usual = usual_at(memory.baselines, SHARP, hour, colour=colour) or fixed
    if usual is None:
        return usual_now(memory.baselines, SHARP, colour=colour, least=least)
    return max(usual, (fixed or 0) * setting.limits.baseline_floor_milli // 1000)


def _usual_contrast(memory: Memory, hour: int, limits: Limits) -> int | None:
    assert memory.mode is not None
    colour, base = memory.mode.colour, memory.baselines
    least = limits.least_samples
    return usual_at(base, CONTRAST, hour, colour=colour) or usual_now(
        base, CONTRAST, colour=colour, least=least
    )
