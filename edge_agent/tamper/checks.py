"""All checks in running order, when each is asked, and what it leads to.

`SUSPECT`: the check raises SCALE_SUSPECT, which no permit covers and only the bureau releases; the
others are flags in the record's reasons. Cases: C16 an axle off the deck or two trucks on it, C18 a
remote in the cable, C19 division or unit, C20 a man in the middle, C21 the unplugged line.
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from edge_agent.tamper import (
    axle_count,
    division_grid,
    frame_grammar,
    frame_period,
    late_axle,
    lifeless_plateau,
    line_gap,
    lost_axle,
    mirrored_ramps,
    residue,
    seen_before,
    sudden_step,
    unflagged_jump,
    unheard,
    zero_return,
)
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace


class When(Enum):
    """CAPTURED: the weight is taken. WAITS: a rest stays. LEFT: the deck is empty. ZEROED: and its
    zero is known.
    """

    CAPTURED = "captured"
    WAITS = "waits"
    LEFT = "left"
    ZEROED = "zeroed"


class Check(NamedTuple):
    code: str
    case: str
    suspect: bool
    when: tuple[When, ...]
    find: Callable[[Trace, TamperLimits], Suspicion | None]


BOTH = (When.CAPTURED, When.LEFT)
SUSPECT, FLAG = True, False

CHECKS: tuple[Check, ...] = (
    Check("T_UNIT", "C19", SUSPECT, BOTH, frame_grammar.find_unit),
    Check("T_GRAMMAR", "C20", SUSPECT, BOTH, frame_grammar.find_grammar),
    Check("T_DIVISION", "C19", SUSPECT, BOTH, division_grid.find),
    Check("T_PERIOD", "C20", SUSPECT, BOTH, frame_period.find),
    Check("T_GAP", "C20", FLAG, BOTH, line_gap.find_gap),
    Check("T_SWAP", "C20", SUSPECT, BOTH, line_gap.find_swap),
    Check("T_STEP", "C18", SUSPECT, BOTH, sudden_step.find),
    Check("T_MOTION", "C20", SUSPECT, BOTH, unflagged_jump.find),
    Check("T_REPLAY", "C20", SUSPECT, (When.CAPTURED,), seen_before.find),
    Check("T_LOST", "C16", FLAG, BOTH, lost_axle.find),
    Check("T_LATE", "C16", FLAG, (When.LEFT,), late_axle.find),
    Check("T_AXLES", "C16", FLAG, BOTH, axle_count.find),
    Check("T_MIRROR", "C18", FLAG, (When.LEFT,), mirrored_ramps.find),
    Check("T_LIFELESS", "C20", SUSPECT, (When.LEFT,), lifeless_plateau.find),
    Check("T_RESIDUE", "C18", SUSPECT, (When.WAITS,), residue.find),
    Check("T_ZERO", "C18", SUSPECT, (When.ZEROED,), zero_return.find),
)
SUSPECT_CODES = frozenset(check.code for check in CHECKS if check.suspect) | {unheard.CODE}


def examine(trace: Trace, limits: TamperLimits, when: When) -> tuple[Suspicion, ...]:
    """Everything that is not right with a passage at that moment, in the order of `CHECKS`."""
    found = (check.find(trace, limits) for check in CHECKS if when in check.when)
    return tuple(suspicion for suspicion in found if suspicion is not None)
