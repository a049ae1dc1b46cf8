"""`edge-agent diag scale detect`: listens at every speed, says what fits and how surely.

Nothing is sent. What bytes cannot settle is said as a doubt, with what would settle it.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import click

from drivers.scales.detection import Candidate, Heard, best_of, find_candidates, is_sure
from drivers.scales.detection_doubts import Doubt, find_doubts, why_nothing
from drivers.serial_port import PortLost, PortSettings, open_port
from edge_agent.detect_words import DOUBT_WORDS, NOTHING_WORDS, VERDICT_WORDS
from edge_agent.diag_scale import port_refused
from terminal.words import FOUND, GOOD, Columns, json_option, show, show_json
from weighbook.phrase import Phrase

BAUDS = (9600, 4800, 2400, 1200, 600, 19200)
MAX_HEARD_BYTES = 1 << 16

COLUMNS: Columns = (
    ("protocol", Phrase("协议", "protocol")),
    ("baud", Phrase("波特率", "baud")),
    ("parity", Phrase("校验", "parity")),
    ("frames", Phrase("帧数", "frames")),
    ("rejects", Phrase("坏帧", "bad")),
    ("explained", Phrase("能解释", "explained")),
    ("same", Phrase("读数相同的协议", "reads the same as")),
)


class Found(NamedTuple):
    """The end of listening. `verdict`: a code of VERDICT_WORDS; `why`: one of NOTHING_WORDS."""

    verdict: str
    best: tuple[Candidate, ...]
    doubts: tuple[Doubt, ...]
    why: str | None


def listen(settings: PortSettings, seconds: int) -> Heard:
    """What arrives within the time. Errors: PortLost."""
    port = open_port(settings)
    began = time.monotonic_ns() // 1_000_000
    data, arrivals, passed_ms = b"", list[tuple[int, int]](), 0
    try:
        while passed_ms < 1_000 * seconds and len(data) < MAX_HEARD_BYTES:
            came = port.read()
            passed_ms = time.monotonic_ns() // 1_000_000 - began
            if came:
                data += came
                arrivals.append((passed_ms, len(came)))
    finally:
        port.close()
    return Heard(settings.baud, data, tuple(arrivals), passed_ms)


def judge(heard: tuple[Heard, ...]) -> Found:
    """The verdict over everything heard, at one speed after the other."""
    by_speed = [(one, find_candidates(one)) for one in heard]
    found = [candidate for _, candidates in by_speed for candidate in candidates]
    if not found:
        return Found("NOTHING", (), (), why_nothing(heard))
    best = best_of(found)
    where = next(one for one in heard if one.baud == best[0].baud)
    doubts = find_doubts(best, where)
    sure = is_sure(best[0])
    verdict = "DOUBT" if len(best) > 1 or doubts else "CERTAIN" if sure else "LIKELY"
    return Found(verdict, best, doubts, None)


def walk(url: str, bauds: tuple[int, ...], seconds: int) -> Iterator[Heard]:
    """Listens at one speed after the other until one is well explained. Errors: PortLost."""
    for baud in bauds:
        if sys.stderr.isatty():
            click.echo(f"正在听 / listening: {baud} …", err=True)
        heard = listen(PortSettings(url, baud), seconds)
        yield heard
        candidates = find_candidates(heard)
        if candidates and is_sure(candidates[0]):
            return


@click.command()
@click.argument("port")
@click.option("--seconds", type=click.IntRange(1, 60), default=4, show_default=True,
              help="每种波特率听多久 / how long to listen at each speed")  # fmt: skip
@click.option("--baud", "bauds", type=click.IntRange(50, 4_000_000), multiple=True,
              help="只听这个波特率，可多次 / only this speed, may be repeated")  # fmt: skip
@json_option
@click.pass_context
def detect_command(
    ctx: click.Context,
    port: str,
    seconds: int,
    bauds: tuple[int, ...],
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """识别仪表协议：只听，不发一个字节。

    Finds out what the indicator on PORT speaks; only listens. Let a truck drive on meanwhile:
    moving weights tell more. Exit code: 0 certain, 1 doubts or nothing found, 2 could not.
    """
    try:
        found = judge(tuple(walk(port, bauds or BAUDS, seconds)))
    except PortLost as lost:
        raise port_refused(lost, port) from None
    rows = [_row(candidate) for candidate in found.best]
    if as_json:
        for row in rows:
            show_json(row)
        show_json(_summary(found, port))
    else:
        _show_words(found, rows, port)
    ctx.exit(GOOD if found.verdict == "CERTAIN" else FOUND)


def _row(candidate: Candidate) -> dict[str, object]:
    milli = candidate.explained_milli
    return {
        "protocol": candidate.protocol,
        "baud": candidate.baud,
        "parity": "8N1" if candidate.parity is None else f"7{candidate.parity}1",
        "frames": candidate.frames,
        "rejects": candidate.rejects,
        "explained": f"{milli // 10}.{milli % 10} %",
        "score": candidate.score_milli,
        "same": ", ".join(candidate.same),
    }


def _summary(found: Found, port: str) -> dict[str, object]:
    return {
        "verdict": found.verdict,
        "port": port,
        "speed_matters": not _has_no_speed(port),
        "why": found.why,
        "doubts": [doubt._asdict() for doubt in found.doubts],
    }


def _has_no_speed(port: str) -> bool:
    return os.path.realpath(port).startswith("/dev/pts/") or port.startswith(("socket", "rfc2217"))


def _show_words(found: Found, rows: list[dict[str, object]], port: str) -> None:
    click.echo(VERDICT_WORDS[found.verdict])
    if rows:
        show(rows, COLUMNS, as_json=False)
    if found.why is not None:
        click.echo(NOTHING_WORDS[found.why])
    for doubt in found.doubts:
        facts = {"between": " / ".join(doubt.between), "leaning": doubt.leaning or "—"}
        click.echo(DOUBT_WORDS[doubt.code].fill(**facts))
    if rows and _has_no_speed(port):
        click.echo(DOUBT_WORDS["SPEED"])
