"""How `diag scale read` shows a line at work: rows for a terminal, one line for a pipe. Pure.

Figures stand in places of fixed width, so that nothing jumps while they change. The weight shown is
the newest that was believed, with its age; bad frames are counted and never take its place.
"""

from collections import Counter

from drivers.scales.reading import TARE, Status, Weight
from edge_agent.scale_tally import HISTORY_MS, Tally, columns, frames_per_s_milli, reason_of
from edge_agent.scale_tally import Heard as Frame
from terminal.bars import bars
from terminal.cells import crop, fill, fill_before
from weighbook.phrase import Phrase

LABEL_CELLS = 14
WEIGHT_CELLS = 12
UNIT_CELLS = 3
FLAG_CELLS = 18
RATE_CELLS = 6
COUNT_CELLS = 9
HEX_CELLS = 3  # a byte and a blank
CHART_ROWS = 10
SCALE_CHARACTERS = 10
LEAST_TOP_KG = 200  # an empty deck that flickers by a division must not look like a load
FRESH_MS = 1_000

STABLE = {
    True: Phrase("稳定", "stable"),
    False: Phrase("动态", "moving"),
    None: Phrase("稳定未知", "unknown"),
}
NET = {
    True: Phrase("净重", "net"),
    False: Phrase("毛重", "gross"),
    None: Phrase("净毛未知", "unknown"),
}
NO_BYTE = Phrase("还没有收到字节", "no byte yet")
NO_FRAME = Phrase("有字节，还没有可信的报文", "bytes, but no good frame yet")
NO_WEIGHT = Phrase("无重量", "no weight")
NOT_WEIGHED = Phrase("服务不采用", "not weighed with")
OLD = Phrase("旧", "OLD")
NOTHING = "—"


def weight_of(tally: Tally) -> str:
    """The newest weight or status in words, its figure in a place of its own."""
    match tally.said:
        case None:
            return _both(NO_FRAME if tally.bytes else NO_BYTE)
        case Frame(Weight() as weight, event, _):
            shown = _figure(weight.text, weight.unit or "?")
            if event.reading_kg is None:
                return f"{shown}  {_both(NOT_WEIGHED)}: {event.reason}"
            return shown if weight.unit == "kg" else f"{shown}  = {_figure(str(event.reading_kg))}"
        case Frame() as frame:
            return f"{fill_before(NOTHING, WEIGHT_CELLS)}  {_both(NO_WEIGHT)}: {reason_of(frame)}"


def flags_of(tally: Tally) -> tuple[str, str]:
    """Stable and net as the newest frame says them; what it does not say is unknown."""
    reading = None if tally.said is None else tally.said.reading
    match reading:
        case Weight(register=register) if register == TARE:
            return _both(STABLE[reading.stable]), "皮重 tare"
        case Weight() | Status():
            return _both(STABLE[reading.stable]), _both(NET[reading.net])
        case _:
            return NOTHING, NOTHING


def age_of(tally: Tally, now_ms: int) -> str:
    """How old the weight or status is; marked where it is no word about the present."""
    if tally.said_ms is None:
        return NOTHING
    age_ms = now_ms - tally.said_ms
    return f"{age_ms // 1_000}.{age_ms % 1_000 // 100} s{stale_mark(tally, now_ms)}"


def stale_mark(tally: Tally, now_ms: int) -> str:
    is_old = tally.said_ms is not None and now_ms - tally.said_ms > FRESH_MS
    return f"  ! {_both(OLD)}" if is_old else ""


def rate_of(tally: Tally, now_ms: int) -> str:
    rate = frames_per_s_milli(tally, now_ms)
    return f"{rate // 1000}.{rate % 1000 // 100}"


def plain_line(tally: Tally, now_ms: int) -> str:
    """One line for a log or a pipe."""
    raw = b"" if tally.newest is None else tally.newest.reading.raw
    parts = (
        weight_of(tally),
        *flags_of(tally),
        age_of(tally, now_ms),
        f"{rate_of(tally, now_ms)} 帧/秒 frames/s",
        f"坏帧 bad {_by_reason(tally.rejects)}",
        f"无重量 no weight {_by_reason(tally.statuses)}",
        f"多余字节 skipped {tally.skipped}",
        raw.hex(" ").upper() or NOTHING,
    )
    return " | ".join(parts)


def screen_lines(tally: Tally, now_ms: int, width: int, *, plot: bool) -> list[str]:
    """The whole screen, for a terminal that is so wide."""
    raw = b"" if tally.newest is None else tally.newest.reading.raw
    rate = f"{rate_of(tally, now_ms):>{RATE_CELLS}} 帧/秒 frames/s"
    totals = f"{tally.frames:>{COUNT_CELLS}} 帧 frames  {tally.bytes:>{COUNT_CELLS}} 字节 bytes"
    rows = (
        ("重量 weight", weight_of(tally) + stale_mark(tally, now_ms)),
        ("标志 flags", "".join(fill(flag, FLAG_CELLS) for flag in flags_of(tally))),
        ("时效 age", age_of(tally, now_ms)),
        ("线路 line", rate + totals),
        ("坏帧 bad", _by_reason(tally.rejects)),
        ("无重量 none", _by_reason(tally.statuses)),
        ("多余 skipped", str(tally.skipped)),
        ("报文 frame", _hex(raw, width - LABEL_CELLS)),
        ("文本 text", _letters(raw)),
    )
    lines = [crop(fill(label, LABEL_CELLS) + text, width) for label, text in rows]
    return lines + (chart_lines(tally, now_ms, width) if plot else [])


def chart_lines(tally: Tally, now_ms: int, width: int) -> list[str]:
    """The last minute in kilograms; a dot where no weight came."""
    count = max(20, min(120, width - SCALE_CHARACTERS - 2))
    values = columns(tally, now_ms, count)
    top = _round_up(max((value for value in values if value is not None), default=0))
    rows = bars(values, CHART_ROWS, top)
    scales = [crop(f"{top} kg", SCALE_CHARACTERS), *[""] * (CHART_ROWS - 2), "0 kg"]
    chart = [f"{scale:>{SCALE_CHARACTERS}} ┤{row}" for scale, row in zip(scales, rows, strict=True)]
    left, right = f"-{HISTORY_MS // 1000} s", "0 s"
    axis = " " * SCALE_CHARACTERS + " └" + "─" * count
    below = " " * (SCALE_CHARACTERS + 2) + left + " " * (count - len(left) - len(right)) + right
    return ["", *chart, axis, below]


def _round_up(kg: int) -> int:
    """A round number not below it."""
    step: int = 10 ** len(str(kg))
    round_ones = (step // 10, step // 5, step // 2, step)
    return max(LEAST_TOP_KG, next(one for one in round_ones if one >= kg))


def _figure(text: str, unit: str = "kg") -> str:
    return f"{text:>{WEIGHT_CELLS}} {unit:<{UNIT_CELLS}}"


def _both(phrase: Phrase) -> str:
    return f"{phrase.zh} {phrase.en}"


def _by_reason(counts: Counter[str]) -> str:
    told = ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items()))
    total = sum(counts.values())
    return f"{total}: {told}" if told else "0"


def _hex(raw: bytes, cells: int) -> str:
    """As many whole bytes as there is room for."""
    room = max(1, cells // HEX_CELLS)
    if len(raw) <= room:
        return raw.hex(" ").upper()
    return raw[: room - 1].hex(" ").upper() + " …"


def _letters(raw: bytes) -> str:
    """The frame as text; what cannot be printed is a dot."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in raw)


def json_row(tally: Tally, now_ms: int, wall_ms: int) -> dict[str, object]:
    """The newest frame and the counts, for a program. `kg`: what the agent would weigh with."""
    newest = tally.newest
    reading = None if newest is None else newest.reading
    return {
        "at_ms": wall_ms,
        "weight": getattr(reading, "text", None),
        "unit": getattr(reading, "unit", None),
        "stable": getattr(reading, "stable", None),
        "net": getattr(reading, "net", None),
        "reason": None if newest is None else reason_of(newest),
        "kg": None if newest is None else newest.event.reading_kg,
        "age_ms": None if tally.newest_ms is None else now_ms - tally.newest_ms,
        "frames": tally.frames,
        "frames_per_s_milli": frames_per_s_milli(tally, now_ms),
        "weights": tally.weights,
        "statuses": dict(tally.statuses),
        "rejects": dict(tally.rejects),
        "skipped": tally.skipped,
        "raw": None if reading is None else reading.raw.hex().upper(),
    }
