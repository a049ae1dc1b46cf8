"""How `diag scale read` shows a line at work: rows for a terminal, one line for a pipe. Pure."""

from drivers.scales.reading import Status, Weight
from edge_agent.scale_tally import HISTORY_MS, Tally, columns, frames_per_s_milli
from terminal.bars import bars
from weighbook.phrase import Phrase

CHART_ROWS = 10
SCALE_CHARACTERS = 9
SHOWN_RAW_BYTES = 24
FRESH_MS = 1_000

STABLE = {True: Phrase("稳定", "stable"), False: Phrase("动态", "moving")}
NET = {True: Phrase("净重", "net"), False: Phrase("毛重", "gross")}
UNKNOWN = Phrase("未知", "unknown")
NOTHING = Phrase("还没有收到报文", "no frame yet")


def weight_of(tally: Tally) -> Phrase:
    """The newest reading in words."""
    match tally.newest:
        case Weight() as weight:
            unit = weight.unit or "?"
            return Phrase(f"{weight.text} {unit}", f"{weight.text} {unit}")
        case Status() as status:
            return Phrase(f"无重量：{status.reason}", f"no weight: {status.reason}")
        case None:
            return NOTHING
        case reject:
            return Phrase(f"坏帧：{reject.reason}", f"bad frame: {reject.reason}")


def flags_of(tally: Tally) -> Phrase:
    """Stable and net as the newest reading says them; what it does not say is unknown."""
    newest = tally.newest
    if not isinstance(newest, Weight | Status):
        return Phrase("—", "—")
    stable = UNKNOWN if newest.stable is None else STABLE[newest.stable]
    net = UNKNOWN if newest.net is None else NET[newest.net]
    return Phrase(f"稳定：{stable.zh}，净毛：{net.zh}", f"stability {stable.en}, {net.en}")


def counts_of(tally: Tally, now_ms: int) -> Phrase:
    """Rate, age, bad frames by reason and skipped bytes."""
    rate = frames_per_s_milli(tally, now_ms)
    shown = f"{rate // 1000}.{rate % 1000 // 100}"
    bad = ", ".join(f"{reason} {count}" for reason, count in sorted(tally.rejects.items())) or "0"
    return Phrase(
        f"{shown} 帧/秒，坏帧 {bad}，多余字节 {tally.skipped}，{age_of(tally, now_ms).zh}",
        f"{shown} frames/s, bad {bad}, skipped bytes {tally.skipped}, {age_of(tally, now_ms).en}",
    )


def age_of(tally: Tally, now_ms: int) -> Phrase:
    if tally.newest_ms is None:
        return NOTHING
    age_ms = now_ms - tally.newest_ms
    shown = f"{age_ms / 1000:.1f}"
    stale = " !" if age_ms > FRESH_MS else ""
    return Phrase(f"{shown} 秒前{stale}", f"{shown} s old{stale}")


def raw_of(tally: Tally) -> str:
    raw = b"" if tally.newest is None else tally.newest.raw
    more = " …" if len(raw) > SHOWN_RAW_BYTES else ""
    return raw[:SHOWN_RAW_BYTES].hex(" ").upper() + more


def plain_line(tally: Tally, now_ms: int) -> str:
    """One line for a log or a pipe."""
    parts = (weight_of(tally), flags_of(tally), counts_of(tally, now_ms))
    chinese, english = (" | ".join(part[language] for part in parts) for language in (0, 1))
    return f"{chinese}\n{english}\n  {raw_of(tally)}"


def screen_lines(tally: Tally, now_ms: int, width: int, *, plot: bool) -> list[str]:
    """The whole screen, for a terminal that is so wide."""
    weight, flags, counts = weight_of(tally), flags_of(tally), counts_of(tally, now_ms)
    lines = [
        f"重量 weight   {weight.zh}" + ("" if weight.zh == weight.en else f"   {weight.en}"),
        f"标志 flags    {flags.zh}   {flags.en}",
        f"线路 line     {counts.zh}",
        f"              {counts.en}",
        f"报文 frame    {raw_of(tally)}",
    ]
    return lines + (chart_lines(tally, now_ms, width) if plot else [])


def chart_lines(tally: Tally, now_ms: int, width: int) -> list[str]:
    """The last minute in kilograms; a dot where no weight came."""
    count = max(20, min(120, width - SCALE_CHARACTERS - 4))
    values = columns(tally, now_ms, count)
    top = max((value for value in values if value is not None), default=0)
    rows = bars(values, CHART_ROWS)
    scales = [f"{top:>{SCALE_CHARACTERS - 3}} kg", *[""] * (CHART_ROWS - 2), "0 kg"]
    chart = [f"{scale:>{SCALE_CHARACTERS}} ┤{row}" for scale, row in zip(scales, rows, strict=True)]
    left, right = f"-{HISTORY_MS // 1000} s", "0 s"
    axis = " " * SCALE_CHARACTERS + " └" + "─" * count
    below = " " * (SCALE_CHARACTERS + 2) + left + " " * (count - len(left) - len(right)) + right
    return ["", *chart, axis, below]
