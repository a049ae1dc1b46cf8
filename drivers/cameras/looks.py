"""What a control line of the simulated RTSP camera does to its picture: pure."""

from dataclasses import replace
from typing import Any

from drivers.cameras.film import CLOCK_RUNS, CLOCK_STANDS, FROZEN, LIVE, REPEATED, RERUN, Look
from drivers.cameras.passing import PASSINGS
from drivers.cameras.scene import Shown
from drivers.cameras.tampering import TAMPERINGS

STILLS = {"": FROZEN} | {how: how for how in (CLOCK_RUNS, CLOCK_STANDS, REPEATED)}
LOOPS: dict[str, dict[str, Any]] = {"": {"loops": True}, CLOCK_RUNS: {"frozen": RERUN}}
FLAGS: dict[str, dict[str, Any]] = {"low": {"is_low": True}, "torn": {"is_torn": True}}


def looked(look: Look, word: str, rest: str) -> Look | None:
    """What is seen after such a line; None: it is no such line."""
    if word == "truck" and rest.isdigit():
        return replace(look, shown=Shown("", int(rest)))
    if word == "gop" and rest.isdigit() and int(rest) > 0:
        return replace(look, gop=int(rest))
    if word == "freeze" and rest in STILLS:
        return replace(look, frozen=STILLS[rest])
    if word == "loop" and rest in LOOPS:
        return replace(look, **LOOPS[rest])
    if rest:
        return None
    if word in TAMPERINGS:
        return replace(look, tampering=word, frozen=LIVE)
    if word in PASSINGS:
        return replace(look, passing=word, frozen=LIVE)
    return replace(look, **FLAGS[word]) if word in FLAGS else None
