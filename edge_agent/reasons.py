"""Why a camera gives nothing, as a word in the text of its cause. Pure.

The word travels behind what was measured, as `…; why: network`, into the record, the status and to
the bureau; what it says to people stands in `reason_words`.
"""

import re
from enum import StrEnum


class Reason(StrEnum):
    """What is at fault. The values stand in records."""

    OWN_PC = "own_pc"
    OWN_LINK = "own_link"
    PICTURE = "picture"
    MAINS = "mains"
    NETWORK = "network"
    POWER_OR_CABLE = "power_or_cable"
    UNREACHABLE = "unreachable"
    SERVICE_DOWN = "service_down"
    PASSWORD = "password"  # noqa: S105 # the name of a fault
    PATH = "path"
    CODEC = "codec"
    HUNG = "hung"
    ENCODER = "encoder"
    UNKNOWN = "unknown"


# What its reader knows at first hand; and what says no more than that nothing is known.
AT_FIRST_HAND = frozenset({Reason.PASSWORD, Reason.PATH, Reason.CODEC, Reason.OWN_PC})
NOTHING_TO_SAY = frozenset({Reason.PICTURE, Reason.UNKNOWN})


WHY = re.compile(r"; why: ([a-z_]+)")
MAX_TEXT = 120


def with_reason(measured: str, reason: Reason | None) -> str:
    """What was measured, and why. The reason is kept, whatever else is cut."""
    if reason is None or reason in NOTHING_TO_SAY:
        return measured
    words = f"; why: {reason.value}"
    return measured[: MAX_TEXT - len(words)] + words


def reason_in(measured: str) -> Reason | None:
    """The reason a cause's text gives; None: none that is known here."""
    found = WHY.search(measured)
    try:
        return None if found is None else Reason(found[1])
    except ValueError:
        return None
