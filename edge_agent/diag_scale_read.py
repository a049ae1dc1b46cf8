"""`edge-agent diag scale read`: what an indicator says right now, live, as a chart, as a picture.

It reads like the agent does. In command mode it asks for readings, and sends nothing else ever.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from drivers.scales.asking import Asker, question
from drivers.scales.framer import feed, finish
from drivers.scales.reader import Proof
from drivers.scales.reading import Reading, Reject, Weight
from drivers.serial_port import Port, PortLost, open_port
from edge_agent.clockwork import mono_ms
from edge_agent.diag_port import NOISE
from edge_agent.diag_scale import port_refused
from edge_agent.diag_scale_line import Given, Line, find_line
from edge_agent.passage_picture import draw
from edge_agent.passage_seen import Follower, Seen
from edge_agent.port_watch import SILENT
from edge_agent.ports import scale_event
from edge_agent.scale_screen import json_row, plain_line, screen_lines
from edge_agent.scale_tally import Came, Heard, Tally, take
from terminal.words import FOUND, GOOD, json_option, say, say_refusal, show_json
from weighbook.phrase import Phrase, Refusal

EVERY_S = 1.0
LIVE_S = 0.2

TOTALS = Phrase(
    "共 {bytes} 字节，{frames} 帧，{weights} 个重量，坏帧 {bad}，多余字节 {skipped}。",
    "In all {bytes} bytes, {frames} frames, {weights} weights, {bad} bad, {skipped} skipped.",
)
PICTURE = Phrase("图 {path}：{zh}。", "Picture {path}: {en}.")

Show = Callable[[Tally, int], None]


class Watched:
    """Everything that came: counted for the screen, and followed for the picture if asked for."""

    def __init__(self, line: Line, *, follows: bool) -> None:
        self.tally = Tally(mono_ms())
        self.follower = Follower(line.site) if follows else None
        self.lost: PortLost | None = None  # the port went while it was read
        self._scale = line.scale
        self._proof = Proof(line.protocol)

    def take(self, readings: Sequence[Reading], size: int, skipped: int) -> None:
        heard = [self._believe(reading) for reading in readings]
        self.tally = take(self.tally, Came(heard, size, skipped), mono_ms())
        if self.follower is not None:
            for one in heard:
                self.follower.take(one.event)

    def _believe(self, reading: Reading) -> Heard:
        """As the agent believes it. What may be torn, being the first, is no fault of the line."""
        is_first = self.tally.newest is None
        is_unproven = isinstance(reading, Weight) and self._proof.length is None
        believed = self._proof.weigh(reading)
        torn = isinstance(believed, Reject) and (is_first or is_unproven)
        return Heard(believed, scale_event(believed, self._scale), torn)


def watch(line: Line, watched: Watched, seconds: float, show: Show) -> None:
    """Reads until the time is over, Ctrl-C, or the port is gone. Errors: PortLost at opening."""
    with closing(open_port(line.settings)) as port, suppress(KeyboardInterrupt):
        try:
            for _ in _reads(port, line, watched, seconds):
                show(watched.tally, mono_ms())
        except PortLost as lost:
            watched.lost = lost


def _reads(port: Port, line: Line, watched: Watched, seconds: float) -> Iterator[None]:
    """Yields whenever the screen is due."""
    ask = Asker(port, question(line.protocol, line.scale.address)).ask
    pause = LIVE_S if sys.stdout.isatty() else EVERY_S
    end, due = time.monotonic() + seconds, time.monotonic()
    kept, answered = b"", True
    while time.monotonic() < end:
        if answered:
            ask()
        kept, answered = _read(port, line, watched, kept)
        if time.monotonic() >= due:
            due = time.monotonic() + pause
            yield


def _read(port: Port, line: Line, watched: Watched, kept: bytes) -> tuple[bytes, bool]:
    """(bytes to keep, whether it may be asked again)."""
    data = port.read()
    if not data:
        watched.take(finish(line.protocol, kept), 0, 0)
        return b"", True
    fed = feed(line.protocol, kept, data)
    watched.take(fed.readings, len(data), fed.skipped)
    return fed.kept, bool(fed.readings)


@click.command()
@click.argument("port", required=False)
@click.option("--protocol", help="协议名，见 protocols / its name, as protocols lists them")
@click.option("--baud", type=click.IntRange(50, 4_000_000),
              help="波特率，默认为协议常用 / speed; default: the protocol's usual")  # fmt: skip
@click.option("--line", "form", metavar="8N1",
              help="位数、校验、停止位，默认同上 / bits, parity, stop; default: same")  # fmt: skip
@click.option("--address", type=click.IntRange(1, 247),
              help="指令方式时的地址，默认 1 / whom to ask in command mode; default 1")  # fmt: skip
@click.option("--division-kg", type=click.IntRange(1, 1_000),
              help="分度值，--png 用，默认 20 / division, for --png; default 20")  # fmt: skip
@click.option("--config", "config_path", type=click.Path(dir_okay=False, path_type=Path),
              help="改用配置里的仪表 / the indicator of this configuration instead")  # fmt: skip
@click.option("--seconds", type=click.IntRange(1, 86_400), default=60, show_default=True,
              help="看多久 / how long")  # fmt: skip
@click.option("--plot", is_flag=True, help="画最近一分钟 / draw the last minute")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path),
              help="结束时把一次过磅画成图 / at the end, draw a passage here")  # fmt: skip
@json_option
@click.pass_context
def read_command(
    ctx: click.Context,
    /,
    config_path: Path | None,
    seconds: int,
    plot: bool,  # noqa: FBT001 # click's way
    png: Path | None,
    as_json: bool,  # noqa: FBT001 # click's way
    **given: Any,
) -> None:
    """实时显示仪表读数；Ctrl-C 结束。

    Shows live what the indicator on PORT says, or that of --config; Ctrl-C ends it. The service
    must not hold the port meanwhile: systemctl stop edge-agent. Exit code: 0 all well, 1 no weight
    or over 1 % bad frames or the port was lost, 2 could not.

    \b
    edge-agent diag scale read /dev/ttyUSB0 --protocol yaohua-tf0 --plot
    """
    line = find_line(config_path, Given(**given))
    if png is not None:
        _see_writable(png)
    watched = Watched(line, follows=png is not None)
    with _screen(as_json=as_json, plot=plot) as show:
        try:
            watch(line, watched, seconds, show)
        except PortLost as lost:
            raise port_refused(lost, line.scale.port) from None
    _say_end(line, watched, png, as_json=as_json)
    ctx.exit(GOOD if watched.tally.is_well and watched.lost is None else FOUND)


def _see_writable(png: Path) -> None:
    """Better now than after the truck has gone. Errors: Refusal E_PICTURE."""
    if png.parent.is_dir() and os.access(png if png.exists() else png.parent, os.W_OK):
        return
    raise Refusal(
        "E_PICTURE",
        Phrase(f"无法写入图片 {png}。", f"The picture {png} cannot be written."),
        Phrase("请换一个可写的目录。", "Choose a folder that exists and may be written to."),
    )


@contextmanager
def _screen(*, as_json: bool, plot: bool) -> Iterator[Show]:
    if as_json:
        yield lambda tally, now_ms: show_json(json_row(tally, now_ms, _wall_ms()))
    elif not sys.stdout.isatty():
        yield lambda tally, now_ms: click.echo(plain_line(tally, now_ms))
    else:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        console = Console()
        with Live(console=console, auto_refresh=False) as live:

            def show(tally: Tally, now_ms: int) -> None:
                lines = screen_lines(tally, now_ms, console.width, plot=plot)
                live.update(Text("\n".join(lines), no_wrap=True), refresh=True)

            yield show


def _say_end(line: Line, watched: Watched, png: Path | None, *, as_json: bool) -> None:
    tally = watched.tally
    seen = None if watched.follower is None else watched.follower.seen
    if png is not None and seen is not None:
        png.write_bytes(draw(seen, line.site, f"{line.protocol.name}  {line.scale.port}"))
    code = watched.lost.code if watched.lost is not None else None if tally.bytes else SILENT
    if as_json:
        ok = tally.is_well and code is None
        head = {"summary": True, "ok": ok, "lost": code} | _picture_row(png, seen)
        show_json(head | json_row(tally, mono_ms(), _wall_ms()))
    else:
        facts = {"bytes": tally.bytes, "frames": tally.frames, "weights": tally.weights}
        say(TOTALS.fill(**facts, bad=tally.bad, skipped=tally.skipped))
        if seen is not None:
            zh, en = seen.verdict(line.site)
            say(PICTURE.fill(path=png, zh=zh, en=en))
        if tally.bytes and tally.said is None:
            say(NOISE)
    if code is not None:
        say_refusal(port_refused(PortLost(code, ""), line.scale.port))


def _picture_row(png: Path | None, seen: Seen | None) -> dict[str, object]:
    if png is None or seen is None:
        return {}
    return {"png": str(png), "passage": seen.came, "capture_kg": seen.settled_kg}


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
