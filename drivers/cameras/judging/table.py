"""All checks in running order: the name of a row is also that of its hysteresis in the limits.

Looks are judged several times a second, keyframes when they come. A suspicion never stops a sale
but where no picture has to be judged: a stream that hesitates, a picture of the wrong size.
"""

from collections.abc import Callable
from typing import NamedTuple

from drivers.cameras.judging.case import Look, View
from drivers.cameras.judging.checks.blurred import blurred
from drivers.cameras.judging.checks.challenge import challenge
from drivers.cameras.judging.checks.clock import device_clock, stream_clock
from drivers.cameras.judging.checks.configuration import gop, refused
from drivers.cameras.judging.checks.covered import covered, elsewhere
from drivers.cameras.judging.checks.frozen import (
    clock_stands,
    clock_stuck,
    packet_repeats,
    picture_stands,
)
from drivers.cameras.judging.checks.lost import lost
from drivers.cameras.judging.checks.moved import drifted, moved
from drivers.cameras.judging.checks.no_reaction import no_reaction
from drivers.cameras.judging.checks.not_hd import not_hd
from drivers.cameras.judging.checks.plain import plain
from drivers.cameras.judging.checks.replayed import replayed
from drivers.cameras.judging.checks.slow import slow
from drivers.cameras.judging.checks.unseen import unseen
from drivers.cameras.judging.checks.watcher import watcher
from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.verdict import (
    BLIND,
    CLOCK,
    FROZEN,
    LOST,
    MOVED,
    NOT_HD,
    SLOW,
    Sample,
)


class LookRow(NamedTuple):
    """A check of the stream. `needed`: the fault stands at the start until it is disproved."""

    name: str
    code: str
    check: Callable[[Look], Sample | None]
    needed: bool = False
    suspect_stops: bool = False


class ViewRow(NamedTuple):
    """A check of the picture."""

    name: str
    code: str
    check: Callable[[View], Sample | None]
    needed: bool = False
    suspect_stops: bool = False


LOOK_ROWS: tuple[LookRow, ...] = (
    LookRow("watcher", LOST, watcher),
    LookRow("refused", LOST, refused),
    LookRow("lost", LOST, lost, needed=True, suspect_stops=True),
    LookRow("unseen", LOST, unseen),
    LookRow("slow", SLOW, slow, needed=True),
    LookRow("gop", SLOW, gop),
    LookRow("device_clock", CLOCK, device_clock),
    LookRow("stream_clock", CLOCK, stream_clock),
    LookRow("challenge", FROZEN, challenge),
)
VIEW_ROWS: tuple[ViewRow, ...] = (
    ViewRow("not_hd", NOT_HD, not_hd, needed=True, suspect_stops=True),
    ViewRow("plain", BLIND, plain, needed=True),
    ViewRow("packet_repeats", FROZEN, packet_repeats, needed=True),
    ViewRow("replayed", FROZEN, replayed),
    ViewRow("clock_stands", FROZEN, clock_stands, needed=True),
    ViewRow("clock_stuck", CLOCK, clock_stuck),
    ViewRow("picture_stands", FROZEN, picture_stands, needed=True),
    ViewRow("covered", BLIND, covered, needed=True),
    ViewRow("elsewhere", MOVED, elsewhere, needed=True),
    ViewRow("moved", MOVED, moved, needed=True),
    ViewRow("drifted", MOVED, drifted),
    ViewRow("blurred", BLIND, blurred, needed=True),
    ViewRow("no_reaction", FROZEN, no_reaction),
)
ROWS: tuple[LookRow | ViewRow, ...] = (*LOOK_ROWS, *VIEW_ROWS)


def hysteresis(limits: Limits, name: str) -> Hysteresis:
    found = getattr(limits, name)
    assert isinstance(found, Hysteresis)
    return found
