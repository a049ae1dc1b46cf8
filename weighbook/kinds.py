"""What a record can tell: its kind on the wire, and how a captured weight stood."""

from enum import IntEnum


class Kind(IntEnum):
    """What a record tells."""

    GENESIS = 1
    STARTED = 2
    STOPPED = 3
    DARK = 4
    TARE = 5
    SALE = 6
    REFUSED = 7
    PASSAGE = 8
    CAUSE = 9
    ORDER = 10
    RECEIPT = 11
    CLOCK = 12
    CONFIG = 13
    CALIBRATION = 14
    CONTROL = 15
    CORRECTION = 16
    KEY = 17
    TEST = 18
    PRUNED = 19


class Stability(IntEnum):
    """How the captured weight stood."""

    STABLE = 1
    UNSTABLE = 2
    NONE = 3
