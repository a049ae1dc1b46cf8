"""What a camera in order teaches: references, and what is usual for it.

Only an empty deck, a scene in its place and no standing doubt may teach; a camera that nobody
commissioned begins with the first good picture it shows in each light.
"""

from dataclasses import replace

from drivers.cameras.judging import baselines as usual_figures
from drivers.cameras.judging.case import Measured, View
from drivers.cameras.judging.facts import Keyframe
from drivers.cameras.judging.memory import Memory, Setting
from drivers.cameras.judging.references import reference_of, rolled
from drivers.cameras.judging.verdict import State

FIRST_AFTER = 3  # keyframes: the first ones may be half a picture
TEACHERS = (
    "not_hd", "plain", "packet_repeats", "covered", "elsewhere", "moved", "drifted", "blurred",
)  # fmt: skip


def learned(memory: Memory, keyframe: Keyframe, view: View, setting: Setting) -> Memory:
    """The memory with what this keyframe adds."""
    seen = view.measured
    if seen.muted:
        return memory
    memory = _life(memory, seen)
    if any(memory.standings[name].state is not State.OK for name in TEACHERS):
        return _first(memory, keyframe, seen, setting)
    memory = _figures(memory, view)
    return _roll(_first(memory, keyframe, seen, setting), keyframe, view, setting)


def _life(memory: Memory, seen: Measured) -> Memory:
    base = memory.baselines
    clock, still = memory.standings["clock_stands"], memory.standings["picture_stands"]
    if seen.clock_micro is not None and clock.bad == 0 and clock.state is not State.FAULT:
        base = usual_figures.added(
            base, usual_figures.CLOCK, colour=seen.colour, value=seen.clock_micro
        )
    lives = still.bad == 0 and still.state is not State.FAULT and not seen.still
    if seen.change is not None and lives:
        base = usual_figures.added(
            base,
            usual_figures.DIFFERENCE,
            colour=seen.colour,
            value=seen.change.difference_milli,
        )
    return replace(memory, baselines=base)


def _figures(memory: Memory, view: View) -> Memory:
    seen = view.measured
    if seen.sharp_milli is None or view.loaded:
        return memory
    share = seen.sharp_share_milli
    if share is not None and share <= view.limits.sharp_milli:
        return memory
    figures = {
        usual_figures.SHARP: seen.sharp_milli,
        usual_figures.CONTRAST: seen.std_milli,
    }
    base = usual_figures.added_hourly(
        memory.baselines, view.around.hour, seen.at_ms, figures, colour=seen.colour
    )
    for kind, value in figures.items():
        base = usual_figures.added(base, kind, colour=seen.colour, value=value)
    return replace(memory, baselines=base)


def _first(memory: Memory, keyframe: Keyframe, seen: Measured, setting: Setting) -> Memory:
    """The first reference of a mode, if nobody commissioned one and it is not quite another."""
    bank = memory.bank
    if any(one.commissioned or one.colour is seen.colour for one in bank.references):
        return memory
    related = setting.limits.scene_related_milli
    stranger = seen.scene_milli is not None and seen.scene_milli < related
    in_order = all(memory.standings[name].state is State.OK for name in ("not_hd", "plain"))
    if stranger or not in_order or memory.keyframes < FIRST_AFTER:
        return memory
    if seen.std_milli < setting.limits.flat_milli:
        return memory
    new = reference_of(keyframe.grey, seen.at_ms, setting.calibration.masks, colour=seen.colour)
    return replace(memory, bank=rolled(bank, new, setting.limits.roll_keep_ms))


def _roll(memory: Memory, keyframe: Keyframe, view: View, setting: Setting) -> Memory:
    """One candidate each half hour; one that shows nothing new is left."""
    seen, limits, rolled_ms = view.measured, view.limits, memory.bank.rolled_ms
    due = rolled_ms is None or seen.at_ms - rolled_ms >= limits.roll_every_ms
    if not due or view.loaded or seen.scene_milli is None or seen.shift is None:
        return memory
    in_place = (
        seen.scene_milli > limits.scene_doubtful_milli
        and seen.shift.points >= limits.agreeing_points
        and seen.shift.length_milli < limits.still_px_milli
    )
    if not in_place:
        return memory
    new = reference_of(keyframe.grey, seen.at_ms, setting.calibration.masks, colour=seen.colour)
    return replace(memory, bank=rolled(memory.bank, new, limits.roll_keep_ms))
