"""Plays a camera's day to the judge: looks four times a second, a keyframe every two seconds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from drivers.cameras.judging.facts import Keyframe, Packets, Surroundings
from drivers.cameras.judging.judge import look, see
from drivers.cameras.judging.memory import Memory, Setting, begin
from drivers.cameras.judging.verdict import State, Verdict
from tests.drivers.cameras_judging.yard import Change, Stage, yard

LOOK_MS, GROUP_MS = 250, 2_000
START_MS = 3_600_000
EMPTY = Surroundings(hour=10, deck_empty=True)
LOADED = Surroundings(hour=10, deck_empty=False)
STAGE = Stage(yard())

Draw = Callable[[int], Keyframe]


def shown(*changes: Change, stage: Stage = STAGE, colour: bool = True) -> Draw:
    return lambda at_ms: stage.keyframe(at_ms, *changes, colour=colour)


def sent(now_ms: int) -> Packets:
    """A healthy stream, 25 frames a second."""
    return Packets(now_ms, now_ms - 30, 125, 25_000, GROUP_MS, "h264")


@dataclass
class Story:
    """What one camera's judge heard so far, and what it said at every step."""

    setting: Setting = field(default_factory=Setting)
    now_ms: int = START_MS
    memory: Memory | None = None
    keyframes: int = 0
    said: list[tuple[int, int, dict[str, Verdict]]] = field(default_factory=list)

    def play(
        self,
        seconds: float,
        draw: Draw | None = None,
        around: Surroundings = EMPTY,
        packets: Callable[[int], Packets] = sent,
        every_ms: int = GROUP_MS,
    ) -> "Story":
        """Some seconds more; `draw` None sends packets without keyframes."""
        if self.memory is None:
            self.memory = begin(self.setting)
        for _ in range(int(seconds * 1000) // LOOK_MS):
            self.now_ms += LOOK_MS
            if draw is not None and self.now_ms % every_ms == 0:
                self.memory, _ = see(self.memory, draw(self.now_ms), around, self.setting)
                self.keyframes += 1
            self.memory, found = look(self.memory, packets(self.now_ms), around, self.setting)
            self.said.append((self.now_ms, self.keyframes, {one.check: one for one in found}))
        return self

    def state(self, check: str) -> State:
        return self.said[-1][2][check].state

    def faults(self) -> set[str]:
        """All checks that stood as a fault at any time."""
        return {name for _, _, said in self.said for name, one in said.items()
                if one.state is State.FAULT}  # fmt: skip

    def not_ok(self) -> set[str]:
        return {name for name, one in self.said[-1][2].items() if not one.ok}

    def mark(self) -> "Story":
        """From here on only what follows counts."""
        return replace(self, said=[], keyframes=0)

    def found(self, check: str, state: State = State.FAULT) -> tuple[int, int]:
        """When it came to that state since the mark: milliseconds, keyframes."""
        for at_ms, keyframes, said in self.said:
            if said[check].state is state:
                return at_ms - self.said[0][0] + LOOK_MS, keyframes
        raise AssertionError(f"{check} never came to {state}")


@cache
def _proven(has_clock: bool) -> Story:
    stage = replace(STAGE, has_clock=has_clock)
    story = Story().play(40, shown(stage=stage))
    assert not story.not_ok(), story.not_ok()
    assert not story.faults()
    return story


def proven(*, has_clock: bool = True) -> Story:
    """A camera in order that has been watched for a while; each call begins a story of its own."""
    return _proven(has_clock).mark()
