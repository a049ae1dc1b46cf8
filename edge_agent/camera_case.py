"""One camera as the agent judges it: the stream here, the picture in its reading process. Pure.

`judge` joins both and `told` says it in the core's words: one verdict per cause. What nothing has
disproved yet counts as a camera that is not there; a suspicion is no cause.
"""

from dataclasses import dataclass, field, replace

from drivers.cameras.judged import Judged
from drivers.cameras.judging.facts import Packets, Surroundings
from drivers.cameras.judging.judge import look, verdicts
from drivers.cameras.judging.memory import Memory, Setting, begin
from drivers.cameras.judging.table import LOOK_ROWS
from drivers.cameras.judging.verdict import LOST, State, in_words, worst
from drivers.cameras.judging.verdict import Verdict as Checked
from drivers.cameras.rates import packets_of
from drivers.cameras.slot import Seen
from edge_agent.events import Verdict

LOOK_CHECKS = frozenset(row.name for row in LOOK_ROWS)
LOST_CHECK = "lost"
MAX_TEXT = 120


@dataclass(frozen=True)
class CameraCase:
    """`checked`: where every check stands. `pictures`: the count at the last look.

    `has_played`: its stream has proven itself since the start.
    """

    memory: Memory
    checked: tuple[Checked, ...]
    judged: Judged | None = None
    pictures: int = 0
    has_played: bool = False

    @property
    def is_suspect(self) -> bool:
        return any(one.state is not State.OK for one in self.checked)


@dataclass(frozen=True)
class Heard:
    """What a look finds: the slot, the process's word, and what the site knows."""

    now_ms: int
    seen: Seen
    judged: Judged | None
    around: Surroundings = field(default_factory=lambda: Surroundings(hour=0))


def begin_case(setting: Setting) -> CameraCase:
    memory = begin(setting)
    return CameraCase(memory, verdicts(memory))


def judge(case: CameraCase, heard: Heard, setting: Setting) -> CameraCase:
    """After one look: several times a second."""
    more = max(0, heard.seen.pictures - case.pictures)
    memory = replace(case.memory, keyframes=case.memory.keyframes + more)
    memory, found = look(memory, _packets(heard), heard.around, setting)
    known = {one.check: one for one in found if one.check in LOOK_CHECKS}
    for one in heard.judged.verdicts if heard.judged is not None else ():
        known.setdefault(one.check, one)
    checked = tuple(known.get(one.check, one) for one in found)
    plays = any(one.check == LOST_CHECK and one.ok for one in checked)
    has_played = case.has_played or plays
    return CameraCase(memory, checked, heard.judged, heard.seen.pictures, has_played)


def told(case: CameraCase) -> tuple[Verdict, ...]:
    """One verdict per cause; an unproven camera is lost, whatever it is that is not proven."""
    unproven = [one for one in case.checked if _is_unproven(one, case)]
    known = [_told(one) for one in worst(case.checked) if one not in unproven]
    if not unproven or any(one.code == LOST and not one.ok for one in known):
        return tuple(known)
    text = "no packet yet"
    if not any(_is_unheard(one) for one in unproven):
        text = f"unproven: {', '.join(one.check for one in unproven)}"
    lost = Verdict(LOST, ok=False, measured=text[:MAX_TEXT], limit="ok", unproven=True)
    return (lost, *(one for one in known if one.code != LOST))


def _is_unproven(one: Checked, case: CameraCase) -> bool:
    """Not disproved yet; a stream that has never proven itself is not lost, but unproven."""
    begins = one.check == LOST_CHECK and not one.ok and not case.has_played
    return one.state is State.UNPROVEN or _is_unheard(one) or begins


def _is_unheard(one: Checked) -> bool:
    """Lost, because nothing ever came."""
    return one.check == LOST_CHECK and not one.measured


def _told(one: Checked) -> Verdict:
    measured = f"{one.check}: {in_words(one.measured)}" if one.measured else one.check
    return Verdict(one.code, one.ok, measured[:MAX_TEXT], in_words(one.limit)[:MAX_TEXT])


def _packets(heard: Heard) -> Packets:
    packets = packets_of(heard.seen, heard.now_ms)
    judged_ms = None if heard.judged is None else heard.judged.at_ms
    return replace(packets, last_judged_ms=judged_ms)
