"""What is remembered of one camera in case it fails: its last good picture, its figures. Pure.

A picture is good while no check even suspects it. With the first that is not begins a run, of which
the first three are kept as well; the next good one ends it and forgets them. Figures are rows, one
for each keyframe and at least one a second while none comes, and of the last minute and a half.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from drivers.cameras.judged import Judged
from drivers.cameras.slot import NO_DRIFT, NONE, Seen
from edge_agent.events import Moment

BEFORE_MS = 60_000
AFTER_MS = 30_000
KEEP_MS = BEFORE_MS + AFTER_MS + 5_000
MAX_ROWS = 400
MAX_BAD = 3
ROW_MS = 1_000
VERSION = 1


class Picture(NamedTuple):
    """A keyframe as JPEG, and when it came."""

    at: Moment
    jpeg: bytes


class Row(NamedTuple):
    """What was measured at one moment."""

    at: Moment
    figures: Mapping[str, int]


@dataclass(frozen=True)
class History:
    """`good`: the last; `bad`: the first of the present run. `judged_ms`: the newest looked at."""

    good: Picture | None = None
    bad: tuple[Picture, ...] = ()
    rows: tuple[Row, ...] = ()
    judged_ms: int = NONE

    def take(
        self,
        at: Moment,
        judged: Judged | None,
        jpeg_of: Callable[[], bytes | None],
        *,
        ok: bool,
        stream: Mapping[str, int] | None = None,
    ) -> "History":
        """After one look. `jpeg_of` gives the very picture of `judged`, or None; it may be asked.

        `ok`: nothing is even suspected. `stream`: figures of the stream, as it stands at `at`.
        """
        if judged is None or judged.at_ms == self.judged_ms:
            return self._row(at, stream or {}, ROW_MS)
        taken = Moment(at.wall_ms - (at.mono_ms - judged.at_ms), judged.at_ms)
        seen = self._row(taken, {**judged.figures, **(stream or {})}, 0)
        if not ok and len(self.bad) >= MAX_BAD:
            return replace(seen, judged_ms=judged.at_ms)
        jpeg = jpeg_of()
        if jpeg is None:
            return seen  # a newer one is there already, and is looked at next
        picture = Picture(taken, jpeg)
        if ok:
            return replace(seen, good=picture, bad=(), judged_ms=judged.at_ms)
        return replace(seen, bad=(*self.bad, picture), judged_ms=judged.at_ms)

    def around(self, at_ms: int) -> tuple[Row, ...]:
        """The rows from a minute before a monotonic time to half a minute after it."""
        return tuple(
            row for row in self.rows if at_ms - BEFORE_MS <= row.at.mono_ms <= at_ms + AFTER_MS
        )

    def _row(self, at: Moment, figures: Mapping[str, int], pause_ms: int) -> "History":
        last_ms = self.rows[-1].at.mono_ms if self.rows else NONE
        if not figures or (self.rows and at.mono_ms - last_ms < pause_ms) or at.mono_ms == last_ms:
            return self
        oldest_ms = at.mono_ms - KEEP_MS
        kept = [row for row in self.rows if row.at.mono_ms >= oldest_ms]
        return replace(self, rows=(*kept, Row(at, figures))[-MAX_ROWS:])


def stream_figures(seen: Seen, now_ms: int) -> dict[str, int]:
    """The stream as it stands, beside the judge's figures; what is not known is left out."""
    known = {
        "packet_age_ms": (now_ms - seen.packet_ms, seen.packet_ms != NONE),
        "packets_in_5s": (seen.in_5s, seen.packet_ms != NONE),
        "gop_ms": (seen.gop_ms, seen.gop_ms != NONE),
        "drift_ms": (seen.drift_ms, seen.drift_ms != NO_DRIFT),
        "width": (seen.width, seen.width > 0),
        "height": (seen.height, seen.height > 0),
    }
    return {name: value for name, (value, is_known) in known.items() if is_known}


def history_file(camera: str, began_ms: int, rows: tuple[Row, ...]) -> bytes:
    """The rows as JSON, the same bytes for the same rows: names once, then a line of values each.

    `began_ms`: wall time of the fault. None where a row has no such figure.
    """
    names = sorted({name for row in rows for name in row.figures})
    lines = [[row.at.wall_ms, *(row.figures.get(name) for name in names)] for row in rows]
    told = {
        "version": VERSION,
        "camera": camera,
        "fault_ms": began_ms,
        "columns": ["at_ms", *names],
        "rows": lines,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
