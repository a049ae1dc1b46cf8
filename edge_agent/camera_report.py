"""What a technician is told about one camera: pure, from what its watching brought.

As JSON: a line a change of verdict, with exactly the keys that others script against, and a summary
last. As text: the same in words, Chinese first. Passwords in addresses are never shown.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from drivers.cameras.judging.verdict import in_words
from edge_agent.camera_outcome import STREAM, Outcome
from edge_agent.camera_trial import OK, ORDER, Change, Span
from edge_agent.cause_words import cause_words
from edge_agent.check_words import CHECKS
from edge_agent.finding import WELL
from edge_agent.reason_words import REASONS
from edge_agent.refusals import Words
from weighbook.phrase import Phrase

# Both rather hide too much: passwords may hold any sign, the ends of fields too.
USER_AND_PASSWORD = re.compile(r"(?s)(?<=://)([^:]*):.*@")
PASSWORD_FIELD = re.compile(r"(?i)(pass\w*|pwd)=[^&\s]*")
MOST_NAMED = 100


class Line(NamedTuple):
    """One line of the report's table."""

    ok: bool
    check: Phrase
    when: str
    measured: str
    limit: str
    words: Phrase


def mask(source: str) -> str:
    """The source as it may be shown: without its passwords."""
    return PASSWORD_FIELD.sub(r"\1=***", USER_AND_PASSWORD.sub(r"\1:***@", source))


def short_name(source: str) -> str:
    """What to call a source in a sentence: a file's name, or the host."""
    if "://" not in source:
        return PurePath(source).name or source
    try:
        return urlsplit(mask(source)).hostname or mask(source)
    except ValueError:
        return mask(source)


def change_row(change: Change, began_ms: int) -> dict[str, Any]:
    """The JSON line of a change. `offset_ms` is the time within the source."""
    measured: dict[str, Any] = {"offset_ms": change.at_ms}
    if change.check:
        measured["check"] = change.check
    if change.began_ms is not None:
        measured["began_ms"] = began_ms + change.began_ms
    return {
        "at_ms": began_ms + change.at_ms,
        "state": change.state,
        "measured": measured | change.measured,
        "limit": dict(change.limit),
    }


def account(change: Change) -> tuple[str, ...]:
    """The same for people: what, in Chinese and English, and what was measured."""
    clock = clock_of(change.at_ms)
    blank = " " * len(clock)
    if change.state == OK:
        return (f"{clock}  ✓ 正常 ok",)
    what, remedy = _words(change)
    since = clock if change.began_ms is None else clock_of(change.began_ms)
    return (
        f"{clock}  ✗ {change.state} {what.zh}，自 {since} 起。{remedy.zh}。",
        f"{blank}    {what.en}, since {since}. Do: {remedy.en}.",
        f"{blank}    {in_words(change.measured)}  （要求 limit: {in_words(change.limit)}）",
    )


def lines(outcome: Outcome) -> Iterator[Line]:
    """The table at the end: every fault, then what is to be known of the source."""
    yield from map(_span_line, outcome.spans[:MOST_NAMED])
    yield from _nothing(outcome)
    yield from _spoilt(outcome)
    yield from _told(outcome)


def _span_line(span: Span) -> Line:
    told = span.told
    began = clock_of(span.began_ms)
    ended = "…" if span.ended_ms is None else clock_of(span.ended_ms)
    check = CHECKS.get(told.check, Phrase(told.check, told.check))
    title = Phrase(f"{told.state} {check.zh}", check.en)
    measured, limit = in_words(told.measured), in_words(told.limit)
    return _fault(title, measured, limit, _words(told)[1], f"{began} – {ended}")


def _nothing(outcome: Outcome) -> Iterator[Line]:
    """Why there was not one picture, as far as it is known."""
    if outcome.pictures:
        return
    if outcome.kind != STREAM:
        what = Phrase("里面没有读得出的画面", "no picture in it can be read")
        remedy = Phrase("换一个能播放的文件", "give a file that plays")
        yield _fault(Phrase("打不开", "not readable"), what.zh, what.en, remedy)
    elif outcome.reason is not None:
        what, remedy = REASONS[outcome.reason]
        yield _fault(Phrase("原因", "why"), what.zh, what.en, remedy)


def _spoilt(outcome: Outcome) -> Iterator[Line]:
    """What could not be read of a file or a folder."""
    again = Phrase("重新复制该文件", "copy the file again")
    if outcome.unread:
        named = ", ".join(outcome.unread[:5]) + (", …" if len(outcome.unread) > 5 else "")
        words = Phrase("这些文件已损坏或不是图片", "these files are damaged, or no pictures")
        title = Phrase("读不出的图片", "unreadable pictures")
        yield _fault(title, f"{len(outcome.unread)}: {named}", "0", words)
    if outcome.damaged:
        yield _fault(Phrase("损坏的数据", "damaged data"), str(outcome.damaged), "0", again)
    if outcome.is_cut_short:
        promised = clock_of(outcome.promised_ms or 0)
        title = Phrase("文件不完整", "the file is cut short")
        yield _fault(title, clock_of(outcome.media_ms), promised, again)


def _told(outcome: Outcome) -> Iterator[Line]:
    size = f"{outcome.width}×{outcome.height} {outcome.codec}"
    fps = "—" if outcome.fps_milli is None else f"{outcome.fps_milli / 1000:.1f} fps"
    speed = outcome.media_ms / max(1, outcome.took_ms)
    watched = f"{clock_of(outcome.media_ms)} ({outcome.took_ms / 1000:.1f} s, {speed:.0f}×)"
    if outcome.pictures:
        yield _fact(Phrase("画面", "picture"), size, fps, WELL)
        yield _fact(Phrase("已看", "watched"), watched, f"{outcome.pictures} pictures", WELL)
    if outcome.pictures and outcome.unproven:
        named = [CHECKS[check] for check in outcome.unproven]
        words = Phrase(
            f"时间太短，还没有证实：{'、'.join(one.zh for one in named)}",
            f"too short to disprove: {', '.join(one.en for one in named)}",
        )
        yield _fact(Phrase("尚未证实", "not proven"), str(len(named)), "0", words)


def _fault(title: Phrase, measured: str, limit: str, words: Phrase, when: str = "") -> Line:
    return Line(ok=False, check=title, when=when, measured=measured, limit=limit, words=words)


def _fact(title: Phrase, measured: str, limit: str, words: Phrase) -> Line:
    return Line(ok=True, check=title, when="", measured=measured, limit=limit, words=words)


def summary(outcome: Outcome) -> dict[str, Any]:
    """The last JSON line; `null` where nothing was seen."""
    return {
        "summary": outcome.source,
        "at_ms": outcome.began_ms + outcome.media_ms,
        "began_ms": outcome.began_ms,
        "ok": outcome.ok,
        "state": outcome.state,
        "last_state": outcome.last_state,
        "faults": [code for code in ORDER if any(s.told.state == code for s in outcome.spans)],
        "spans": [_span_row(span, outcome.began_ms) for span in outcome.spans[:MOST_NAMED]],
        "unproven": list(outcome.unproven),
        "reason": None if outcome.reason is None else outcome.reason.value,
        "kind": outcome.kind,
        "media_ms": outcome.media_ms,
        "took_ms": outcome.took_ms,
        "pictures": outcome.pictures,
        "unread": list(outcome.unread[:MOST_NAMED]),
        "damaged": outcome.damaged,
        "cut_short": outcome.is_cut_short,
        "width": outcome.width or None,
        "height": outcome.height or None,
        "codec": outcome.codec or None,
        "fps_milli": outcome.fps_milli,
        "gop_ms": outcome.gop_ms,
    }


def _span_row(span: Span, began_ms: int) -> dict[str, Any]:
    told = span.told
    return {
        "state": told.state,
        "check": told.check,
        "began_ms": began_ms + span.began_ms,
        "told_ms": began_ms + told.at_ms,
        "ended_ms": None if span.ended_ms is None else began_ms + span.ended_ms,
        "measured": told.measured,
        "limit": told.limit,
    }


def _words(change: Change) -> Words:
    """What it is, by which check, and what to do; which camera is known."""
    what, remedy = cause_words(change.state, "", f"{change.check}: ")
    return Words(Phrase(what.zh.replace("  ", ""), what.en.replace("  ", " ")), remedy)


def clock_of(ms: int) -> str:
    """`1:02:03.4` since the beginning; hours only where there are any."""
    tenths = max(0, ms) // 100
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{minute:02}:{second:02}.{tenth}"
    return f"{hours}:{text}" if hours else text
