"""Whether time runs in the pictures: packet, clock, picture and group against the ones before."""

from dataclasses import replace

from drivers.cameras.judging import baselines as usual_figures
from drivers.cameras.judging.baselines import share_of
from drivers.cameras.judging.case import Measured
from drivers.cameras.judging.facts import Keyframe
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.change import Change, change_of, clock_micro
from drivers.cameras.judging.memory import Memory
from drivers.cameras.judging.seen_packets import remembered, was_seen
from drivers.cameras.judging.stillness import is_still, with_sample


def packet_of(memory: Memory, keyframe: Keyframe, limits: Limits) -> tuple[Memory, bool, bool]:
    """A packet that repeats the last one is a still; one from longer ago is a recording."""
    if memory.last is not None and memory.last.payload_sha256 == keyframe.payload_sha256:
        return memory, True, False
    if keyframe.payload_bytes <= limits.replay_bytes:
        return memory, False, False
    if was_seen(memory.seen_packets, keyframe.payload_sha256):
        return memory, False, True
    seen = remembered(
        memory.seen_packets, keyframe.payload_sha256, keyframe.at_ms, limits.replay_memory_ms
    )
    return replace(memory, seen_packets=seen), False, False


def clock_of(memory: Memory, keyframe: Keyframe, limits: Limits) -> tuple[Memory, int | None]:
    """Compared once a second at most: between two keyframes of one second no clock has moved."""
    if keyframe.clock is None:
        return replace(memory, clock=None), None
    now = keyframe.at_ms, keyframe.clock
    if memory.clock is None:
        return replace(memory, clock=now), None
    if keyframe.at_ms - memory.clock[0] < limits.clock_every_ms:
        return memory, None
    return replace(memory, clock=now), clock_micro(keyframe.clock, memory.clock[1])


def change_since(memory: Memory, keyframe: Keyframe) -> Change | None:
    return None if memory.last is None else change_of(keyframe.grey, memory.last.grey)


def stilled(memory: Memory, measured: Measured, limits: Limits) -> tuple[Memory, Measured]:
    """With whether this picture adds nothing to the last, and how many of late did not.

    Where the picture lost its sharpness, its noise went with it, and says nothing.
    """
    change, share = measured.change, measured.group_share_milli
    if change is None:
        return memory, measured
    sharp = measured.sharp_share_milli
    is_sharp = sharp is None or sharp >= limits.sharp_milli
    least = usual_figures.usual_least(
        memory.baselines, usual_figures.DIFFERENCE, colour=measured.colour,
        least=limits.least_samples,
    )  # fmt: skip
    lives = share is not None and share >= limits.group_share_milli
    still = not lives and is_still(change, least if is_sharp else None, limits)
    known = with_sample(memory.stillness, measured.at_ms, limits, still=still)
    since_ms = None if known.since_ms is None else measured.at_ms - known.since_ms
    found = replace(measured, still=still, still_milli=known.share_milli(limits), still_ms=since_ms)
    return replace(memory, stillness=known), found


def group_of(memory: Memory, keyframe: Keyframe, limits: Limits) -> tuple[Memory, int | None]:
    if keyframe.gop_end is None:
        return memory, None
    before, memory = memory.group_end, replace(memory, group_end=keyframe.gop_end)
    change = None if before is None else change_of(keyframe.gop_end, before)
    if change is None or memory.mode is None:
        return memory, None
    colour, base = memory.mode.colour, memory.baselines
    usual = usual_figures.usual_now(base, usual_figures.GROUP, colour=colour,
                                least=limits.least_samples)  # fmt: skip
    share = share_of(change.difference_milli, usual)
    if share is None or share >= limits.group_share_milli:
        base = usual_figures.added(
            base, usual_figures.GROUP, colour=colour, value=change.difference_milli
        )
    return replace(memory, baselines=base), share
