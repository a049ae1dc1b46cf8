"""One watching of a camera, a recording or a folder, judged as it goes: pure.

The judge and its limits are those of the service, but for how long things take: a technician asks
what happens in a minute of pictures, not whether sales may be opened, so a picture that stands is
told after five seconds and a fault is over after three good ones. What nothing has disproved is no
fault here, and is named at the end. No scale tells of trucks: the deck counts as empty.
"""

from bisect import bisect_right
from dataclasses import dataclass, field, replace

import msgspec

from drivers.cameras.judging.case import View
from drivers.cameras.judging.checks.not_hd import not_hd
from drivers.cameras.judging.facts import Keyframe, Packets, Surroundings
from drivers.cameras.judging.judge import look, see, verdicts
from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.memory import Setting, begin
from drivers.cameras.judging.standing import Standing, after
from drivers.cameras.judging.verdict import (
    BLIND,
    CLOCK,
    FROZEN,
    LOST,
    MOVED,
    NOT_HD,
    SLOW,
    State,
    Values,
    Verdict,
    worst,
)

OK = "ok"
# What is said where several stand at once: what spoils the picture before what lessens it.
ORDER = (LOST, BLIND, MOVED, FROZEN, SLOW, NOT_HD, CLOCK)
MAX_SPANS = 1_000
HD_HEIGHT = 720
SOON = Hysteresis(enter_samples=3, enter_ms=3_000, leave_samples=3, leave_ms=3_000)
LONGER = Hysteresis(enter_samples=3, enter_ms=4_000, leave_samples=3, leave_ms=3_000)


def trial_limits(min_height: int = HD_HEIGHT, *, recorded: bool = False) -> Limits:
    """The service's, with times that fit into a minute; another height than HD's asks no width.

    Who recorded a film is not known: a tripod that gives way a little is not what is looked for.
    """
    usual = Limits()
    return Limits(
        lost=msgspec.structs.replace(usual.lost, leave_ms=3_000),
        slow=msgspec.structs.replace(usual.slow, leave_ms=3_000),
        min_width=usual.min_width if min_height == HD_HEIGHT else 1,
        min_height=min_height,
        plain=Hysteresis(enter_samples=2, enter_ms=1_000, leave_samples=3, leave_ms=1_000),
        covered=LONGER,
        hidden_milli=700,
        elsewhere=LONGER,
        blurred=Hysteresis(enter_samples=5, enter_ms=6_000, leave_samples=3, leave_ms=3_000),
        moved=SOON,
        moved_px_milli=8_000 if recorded else usual.moved_px_milli,
        drifted=SOON,
        drift_every_ms=5_000,
        clock_stands=Hysteresis(enter_samples=3, leave_samples=3, leave_ms=3_000, prove_ms=10_000),
        packet_repeats=SOON,
        picture_stands=Hysteresis(leave_samples=2, leave_ms=1_000, prove_ms=10_000),
        still_share_milli=0,
        still_least_milli=450,
        least_samples=5,
        replayed=Hysteresis(leave_samples=3, leave_ms=3_000),
        roll_every_ms=5_000,
        switch_mute_ms=5_000,
    )


def any_size(limits: Limits) -> Limits:
    return msgspec.structs.replace(limits, min_width=1, min_height=1)


@dataclass(frozen=True)
class Change:
    """A new verdict at `at_ms` of the watching; `began_ms`: since when it is so."""

    at_ms: int
    state: str
    check: str = ""
    began_ms: int | None = None
    measured: Values = field(default_factory=dict)
    limit: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """One fault, from when it began and was told until it was over; None: it still stands."""

    told: Change
    ended_ms: int | None = None

    @property
    def began_ms(self) -> int:
        return self.told.at_ms if self.told.began_ms is None else self.told.began_ms


class Trial:
    """One watching. Times are milliseconds since its beginning, but for `judged_ms` in `see`."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.memory = begin(setting)
        self.spans: list[Span] = []
        self.said: Change | None = None
        self._standing: dict[str, int] = {}
        # A small picture is a fault of its own, and all the rest is judged none the less.
        self._size = Standing()
        self._any_size = replace(setting, limits=any_size(setting.limits))
        self._seen: list[tuple[int, int]] = []

    def look(self, packets: Packets, hour: int) -> Change | None:
        """The stream at one moment; the verdict, if it is another one now."""
        around = Surroundings(hour, deck_empty=True)
        self.memory, found = look(self.memory, packets, around, self._any_size)
        return self._judged(found, packets.now_ms)

    def see(self, keyframe: Keyframe, at_ms: int, hour: int) -> Change | None:
        """A picture, judged by its own time; the verdict, if it is another one now."""
        self._seen.append((keyframe.at_ms, at_ms))
        around = Surroundings(hour, deck_empty=True)
        self.memory, found = see(self.memory, keyframe, around, self._any_size)
        measured, setting = self.memory.measured, self.setting
        if measured is not None:
            view = View(measured, around, setting.calibration, setting.limits, loaded=False)
            self._size = after(self._size, not_hd(view), keyframe.at_ms, setting.limits.not_hd)
        return self._judged(found, at_ms)

    def end(self, at_ms: int) -> Change | None:
        """Nothing comes any more. What was still in doubt is said as it stands."""
        if self.said is not None:
            return None
        if not self._seen and LOST not in self._standing:
            return self._say(Change(at_ms, LOST, "lost", 0, {"pictures": 0}, {"pictures": 1}))
        return self._say(Change(at_ms, OK))

    @property
    def state(self) -> str:
        return next((code for code in ORDER if code in self._standing), OK)

    @property
    def unproven(self) -> tuple[str, ...]:
        """The checks that nothing has disproved yet."""
        standings = verdicts(self.memory)
        return tuple(one.check for one in standings if one.state is State.UNPROVEN)

    @property
    def pictures(self) -> int:
        return len(self._seen)

    def _judged(self, found: tuple[Verdict, ...], at_ms: int) -> Change | None:
        faults = {one.code: one for one in worst(found) if one.state is State.FAULT}
        if self._size.state is State.FAULT:
            measured, limit = self._size.measured or {}, self._size.limit or {}
            faults[NOT_HD] = Verdict("not_hd", NOT_HD, State.FAULT, measured, limit, stops=True)
        for code in [code for code in self._standing if code not in faults]:
            place = self._standing.pop(code)
            self.spans[place] = replace(self.spans[place], ended_ms=at_ms)
        for code, verdict in faults.items():
            if code not in self._standing and len(self.spans) < MAX_SPANS:
                self._standing[code] = len(self.spans)
                self.spans.append(Span(self._change(verdict, at_ms)))
        if self.said is None and not self._standing and self._is_in_doubt():
            return None
        if self.said is not None and self.said.state == self.state:
            return None
        if self.state == OK:
            return self._say(Change(at_ms, OK, measured=self._well()))
        told = self.spans[self._standing[self.state]].told
        now = faults.get(self.state)
        measured, limit = (now.measured, now.limit) if now else (told.measured, told.limit)
        return self._say(replace(told, at_ms=at_ms, measured=measured, limit=limit))

    def _say(self, change: Change) -> Change:
        if change.state != OK and change.state not in self._standing:
            self._standing[change.state] = len(self.spans)
            self.spans.append(Span(change))
        self.said = change
        return change

    def _is_in_doubt(self) -> bool:
        """Before the first word: whether anything is bad now and may become a fault."""
        return not self._seen or any(one.bad for one in self.memory.standings.values())

    def _change(self, verdict: Verdict, at_ms: int) -> Change:
        began_ms = self._began(verdict, at_ms)
        return Change(at_ms, verdict.code, verdict.check, began_ms, verdict.measured, verdict.limit)

    def _began(self, verdict: Verdict, at_ms: int) -> int:
        """When the run of bad samples began, in the watching's own time."""
        if "age_ms" in verdict.measured:
            return max(0, at_ms - verdict.measured["age_ms"])
        own = self._size if verdict.code == NOT_HD else self.memory.standings[verdict.check]
        since_ms = own.bad_since_ms
        if verdict.check == "picture_stands" and self.memory.stillness.since_ms is not None:
            since_ms = min(since_ms, self.memory.stillness.since_ms)
        return min(at_ms, self._offset(since_ms))

    def _offset(self, judged_ms: int) -> int:
        place = bisect_right(self._seen, (judged_ms, 2**63)) - 1
        if place >= 0 and self._seen[place][0] == judged_ms:
            return self._seen[place][1]
        return judged_ms

    def _well(self) -> Values:
        seen = self.memory.measured
        if seen is None:
            return {}
        names = ("width", "height", "mean_milli", "std_milli", "scene_milli", "sharp_share_milli")
        figures = seen.figures()
        return {name: figures[name] for name in names if name in figures}
