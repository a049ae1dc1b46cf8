"""One camera's judge: `look` at the stream, `see` a keyframe; a new memory and all verdicts.

Pure: the same facts in the same order give the same verdicts. Everything else of this package is
called from here.
"""

from dataclasses import replace

from drivers.cameras.judging.case import Look, View
from drivers.cameras.judging.checks.covered import is_blank
from drivers.cameras.judging.facts import Keyframe, Packets, Surroundings
from drivers.cameras.judging.learning import learned
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measuring import measure
from drivers.cameras.judging.memory import Memory, Setting
from drivers.cameras.judging.standing import Standing, after, unsettled
from drivers.cameras.judging.stillness import Stillness
from drivers.cameras.judging.table import LOOK_ROWS, ROWS, VIEW_ROWS, LookRow, ViewRow, hysteresis
from drivers.cameras.judging.verdict import Grade, State, Verdict

Judged = tuple[Memory, tuple[Verdict, ...]]


def look(memory: Memory, packets: Packets, around: Surroundings, setting: Setting) -> Judged:
    """After one look at the stream; several times a second."""
    memory, facts = _looked(memory, packets, around, setting)
    standings, silent = dict(memory.standings), False
    for row in LOOK_ROWS:
        sample = row.check(facts)
        if sample is not None:
            rule = hysteresis(setting.limits, row.name)
            standings[row.name] = after(standings[row.name], sample, packets.now_ms, rule)
            if row.name == "lost":
                silent = sample.grade is Grade.BAD
    memory = replace(memory, standings=standings)
    memory = replace(interrupted(memory), flows_ms=None) if silent else memory
    return memory, verdicts(memory)


def see(memory: Memory, keyframe: Keyframe, around: Surroundings, setting: Setting) -> Judged:
    """After one keyframe. One that is older than the last says nothing."""
    if memory.last is not None and keyframe.at_ms <= memory.last.at_ms:
        return memory, verdicts(memory)
    memory = _loaded(memory, around, keyframe.at_ms)
    memory, measured = measure(memory, keyframe, around, setting)
    loaded = _may_be_loaded(memory, around, keyframe.at_ms, setting.limits)
    view = View(measured, around, setting.calibration, setting.limits, loaded)
    if is_blank(view):
        memory = replace(memory, stillness=Stillness())
    standings = dict(memory.standings)
    for row in VIEW_ROWS:
        sample = row.check(view)
        if sample is not None:
            rule = hysteresis(setting.limits, row.name)
            standings[row.name] = after(standings[row.name], sample, keyframe.at_ms, rule)
    memory = replace(memory, standings=standings, keyframes=memory.keyframes + 1)
    memory = learned(memory, keyframe, view, setting)
    return memory, verdicts(memory)


def interrupted(memory: Memory) -> Memory:
    """No picture came for a while: what was good before does not count towards coming back."""
    standings = dict(memory.standings)
    standings |= {one.name: unsettled(standings[one.name]) for one in VIEW_ROWS}
    return replace(memory, standings=standings, keyframes=0)


def verdicts(memory: Memory) -> tuple[Verdict, ...]:
    """Where every check stands, in running order."""
    return tuple(_verdict(row, memory.standings[row.name]) for row in ROWS)


def _verdict(row: LookRow | ViewRow, standing: Standing) -> Verdict:
    state = standing.state
    stops = state in (State.FAULT, State.UNPROVEN)
    stops = stops or (row.suspect_stops and state is State.SUSPECT)
    measured, limit = standing.measured or {}, standing.limit or {}
    return Verdict(row.name, row.code, state, measured, limit, stops)


def _looked(
    memory: Memory, packets: Packets, around: Surroundings, setting: Setting
) -> tuple[Memory, Look]:
    clock, ended = around.device_clock, around.challenge
    began_ms = packets.now_ms if memory.flows_ms is None else memory.flows_ms
    facts = Look(
        packets=packets,
        calibration=setting.calibration,
        limits=setting.limits,
        keyframes=memory.keyframes,
        flows_ms=packets.now_ms - began_ms,
        gap_ms=None if memory.looked_ms is None else packets.now_ms - memory.looked_ms,
        device_clock=clock if clock and clock.at_ms != memory.device_clock_ms else None,
        round=ended if ended and ended.ended_ms != memory.round_ms else None,
        deck_empty=around.deck_empty,
    )
    memory = replace(
        _loaded(memory, around, packets.now_ms),
        looked_ms=packets.now_ms,
        flows_ms=began_ms,
        device_clock_ms=clock.at_ms if clock else memory.device_clock_ms,
        round_ms=ended.ended_ms if ended else memory.round_ms,
    )
    return memory, facts


def _loaded(memory: Memory, around: Surroundings, now_ms: int) -> Memory:
    return memory if around.deck_empty else replace(memory, loaded_ms=now_ms)


def _may_be_loaded(memory: Memory, around: Surroundings, now_ms: int, limits: Limits) -> bool:
    """Nobody says that the deck is empty, or it became so only now."""
    if not around.deck_empty:
        return True
    return memory.loaded_ms is not None and now_ms - memory.loaded_ms < limits.after_load_ms
