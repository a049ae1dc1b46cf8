"""When a port counts as lost, silent and back, and what is said of it. Pure; told once each time.

A port that opens proves nothing: it is back with its first byte, or, where silence is normal, once
it has stayed open for a while. Only then does the pause between tries start again from the
shortest. Silence of a device that talks is told early and mended late, by opening the port anew.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

VANISHED, ABSENT, SILENT = "P_VANISHED", "P_ABSENT", "P_SILENT"


class PortLimits(NamedTuple):
    """`silent_ms`: the port is opened anew after so long without a byte; None: silence is normal.

    `stale_ms`: bytes that may have waited longer than this are dropped; None: age is no matter.
    `most_pause_ms`: a try costs next to nothing, and a queue of trucks waits for the plug.
    """

    silent_ms: int | None = None
    told_ms: int = 5_000
    stale_ms: int | None = None
    proven_ms: int = 5_000
    most_pause_ms: int = 10_000


@dataclass(frozen=True)
class PortWatch:
    """`told`: the codes said since it was last well. `failures`: tries in a row that failed.

    `heard_ms`: when it was opened or the last byte came; `read_ms`: when it was last read.
    """

    told: tuple[str, ...] = ()
    failures: int = 0
    opened_ms: int = 0
    heard_ms: int = 0
    read_ms: int = 0


class News(NamedTuple):
    """`lost`: the code to tell. `back`: it is well again. `silent`: open it anew.

    `stale`: what has just been read may be old, and so may all that still waits.
    """

    lost: str | None = None
    back: bool = False
    silent: bool = False
    stale: bool = False


def open_anew(watch: PortWatch, at_ms: int) -> PortWatch:
    return replace(watch, opened_ms=at_ms, heard_ms=at_ms, read_ms=at_ms)


def lose(watch: PortWatch, code: str) -> tuple[PortWatch, News]:
    """It could not be opened, or was lost while open."""
    after = replace(watch, failures=watch.failures + 1)
    return _told(after, code)


def hear(watch: PortWatch, at_ms: int, limits: PortLimits, *, data: bool) -> tuple[PortWatch, News]:
    """One read of the open port has ended, with bytes or without."""
    late_ms = at_ms - watch.read_ms
    watch = replace(watch, read_ms=at_ms)
    if data:
        stale = limits.stale_ms is not None and late_ms > limits.stale_ms
        well = replace(watch, heard_ms=at_ms, told=(), failures=0)
        return well, News(back=bool(watch.told), stale=stale)
    if limits.silent_ms is None:
        if at_ms - watch.opened_ms < limits.proven_ms:
            return watch, News()
        return replace(watch, told=(), failures=0), News(back=bool(watch.told))
    quiet_ms = at_ms - watch.heard_ms
    if quiet_ms >= limits.silent_ms:
        return watch, News(silent=True)
    return _told(watch, SILENT) if quiet_ms >= limits.told_ms else (watch, News())


def _told(watch: PortWatch, code: str) -> tuple[PortWatch, News]:
    """Each code once; that a vanished port is absent goes without saying."""
    known = (*watch.told, ABSENT) if VANISHED in watch.told else watch.told
    if code in known:
        return watch, News()
    return replace(watch, told=(*watch.told, code)), News(lost=code)
