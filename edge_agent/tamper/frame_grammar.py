"""T_GRAMMAR, T_UNIT (C19, C20): the line speaks otherwise than it did.

Another length of frames, another sign form, padding or check alphabet, a motion flag that comes or
goes: T_GRAMMAR. Another unit or another place of the decimal point: T_UNIT. Compared with all that
was heard since the start, the empty deck included. Both raise SCALE_SUSPECT. Not seen: a device
that speaks as the indicator does.
"""

from itertools import pairwise

from edge_agent.tamper.grammar import UNIT_PARTS, contradiction
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

GRAMMAR, UNIT = "T_GRAMMAR", "T_UNIT"


def find_grammar(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    return _find(trace, limits, GRAMMAR)


def find_unit(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    return _find(trace, limits, UNIT)


def _find(trace: Trace, limits: TamperLimits, code: str) -> Suspicion | None:
    for one, other in pairwise(trace.grammars if limits.grammar else ()):
        part = contradiction(one, other)
        if part is not None and (part in UNIT_PARTS) == (code == UNIT):
            was, now = getattr(one, part), getattr(other, part)
            return Suspicion(code, f"{part}: {_shown(now)}", _shown(was))
    return None


def _shown(value: object) -> str:
    return repr(value.decode("ascii")) if isinstance(value, bytes) else str(value)
