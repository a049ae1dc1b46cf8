"""The small words that events are made of: an instant, a fault, a verdict on one cause."""

from typing import NamedTuple


class Moment(NamedTuple):
    """One instant on both clocks: UTC ms since 1970, and ms that never run back."""

    wall_ms: int
    mono_ms: int


class Fault(NamedTuple):
    """One fault of a device: its cause, and since when (wall time)."""

    code: str
    subject: str
    since_ms: int


class Verdict(NamedTuple):
    """What a camera's watcher says about one cause: whether all is well, measured, limit.

    `unproven`: nothing is known against it, but nothing has disproved the fault yet either.
    """

    code: str
    ok: bool
    measured: str
    limit: str
    unproven: bool = False
