"""`edge-agent diag scale read`: what an indicator says right now, live, as a chart, as a picture.

It reads like the agent does. In command mode it asks for readings, and sends nothing else ever.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import click

from drivers.scales.asking import Asker, question
from drivers.scales.framer import Fed, feed, finish
from drivers.scales.protocol import ScaleProtocol
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from edge_agent.config import load_config
from edge_agent.diag_scale import named, port_refused
from edge_agent.events import ScaleRead
from edge_agent.passage_picture import draw, follow
from edge_agent.ports import port_settings, scale_event
from edge_agent.scale_config import ScaleConfig, protocol_of
from edge_agent.scale_screen import plain_line, screen_lines
from edge_agent.scale_tally import Tally, frames_per_s_milli, take
from edge_agent.settings import SiteSettings
from terminal.words import FOUND, GOOD, json_option, say, say_refusal, show_json
from weighbook.phrase import Phrase, Refusal

EVERY_S = 1.0
LIVE_S = 0.2
MAX_EVENTS = 200_000
INDICATOR = "diag"


class Line(NamedTuple):
    """What is read, and how."""

    settings: PortSettings
    protocol: ScaleProtocol
    scale: ScaleConfig


class Watched:
    """Everything that came, for the screen and for the picture."""

    def __init__(self, began_ms: int) -> None:
        self.tally = Tally(began_ms)
        self.lost: PortLost | None = None  # the port went while it was read
        self.events: list[ScaleRead] = []

    def take(self, fed: Fed, size: int, scale: ScaleConfig) -> None:
        now_ms = _now_ms()
        self.tally = take(self.tally, fed, size, now_ms)
        for reading in fed.readings[: MAX_EVENTS - len(self.events)]:
            event = scale_event(reading, scale)
            self.events.append(event)


Show = Callable[[Tally, int], None]


def watch(line: Line, seconds: float, show: Show) -> Watched:
    """Reads until the time is over, Ctrl-C, or the port is gone. Errors: PortLost at opening."""
    watched = Watched(_now_ms())
    with closing(open_port(line.settings)) as port, suppress(KeyboardInterrupt):
        try:
            for _ in _reads(port, line, watched, seconds):
                show(watched.tally, _now_ms())
        except PortLost as lost:
            watched.lost = lost
    return watched


def _reads(port: Port, line: Line, watched: Watched, seconds: float) -> Iterator[None]:
    """Yields whenever the screen is due."""
    ask = Asker(port, question(line.protocol, line.scale.address)).ask
    end, due = time.monotonic() + seconds, time.monotonic()
    kept, answered = b"", True
    while time.monotonic() < end:
        if answered:
            ask()
        kept, answered = _read(port, line, watched, kept)
        if time.monotonic() >= due:
            due += LIVE_S if sys.stdout.isatty() else EVERY_S
            yield


def _read(port: Port, line: Line, watched: Watched, kept: bytes) -> tuple[bytes, bool]:
    """(bytes to keep, whether it may be asked again)."""
    data = port.read()
    if not data:
        watched.take(Fed(b"", finish(line.protocol, kept), 0), 0, line.scale)
        return b"", True
    fed = feed(line.protocol, kept, data)
    watched.take(fed, len(data), line.scale)
    return fed.kept, bool(fed.readings)


@click.command()
@click.argument("port", required=False)
@click.option("--config", "config_path", type=click.Path(dir_okay=False, path_type=Path),
              help="用配置里的仪表 / the indicator of this configuration")  # fmt: skip
@click.option("--protocol", "name", help="协议名 / its name")
@click.option("--baud", type=click.IntRange(50, 4_000_000), default=9600, show_default=True,
              help="波特率 / speed")  # fmt: skip
@click.option("--seconds", type=click.IntRange(1, 86_400), default=60, show_default=True,
              help="看多久 / how long")  # fmt: skip
@click.option("--plot", is_flag=True, help="画最近一分钟 / draw the last minute")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path),
              help="把一次过磅画成图 / draw a passage into this file")  # fmt: skip
@json_option
@click.pass_context
def read_command(
    ctx: click.Context,
    port: str | None,
    config_path: Path | None,
    name: str | None,
    baud: int,
    seconds: int,
    plot: bool,  # noqa: FBT001 # click's way
    png: Path | None,
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """实时显示仪表读数。

    Shows live what the indicator on PORT says, or that of --config. Ctrl-C ends it. Exit code: 0
    all well, 1 no weight or over 1 % bad frames, 2 could not.
    """
    scale = _configured(config_path) if config_path is not None else _given(port, name, baud)
    line = Line(port_settings(scale), protocol_of(scale), scale)
    with _screen(as_json=as_json, plot=plot) as show:
        try:
            watched = watch(line, seconds, show)
        except PortLost as lost:
            raise port_refused(lost, scale.port) from None
    if png is not None:
        site = _site(scale)
        title = f"{line.protocol.name}  {scale.port}"
        png.write_bytes(draw(follow(watched.events, site), site, title))
    _say_end(watched.tally, png, as_json=as_json)
    if watched.lost is not None:
        say_refusal(port_refused(watched.lost, scale.port))
    ctx.exit(GOOD if watched.tally.is_well and watched.lost is None else FOUND)


def _configured(path: Path) -> ScaleConfig:
    config, _ = load_config(path)
    return config.scale


def _given(port: str | None, name: str | None, baud: int) -> ScaleConfig:
    """Settings from the command line. Errors: Refusal E_SCALE, E_PROTOCOL."""
    if not port or not name:
        raise Refusal(
            "E_SCALE",
            Phrase("没有说明看哪个串口、什么协议。", "No port, or no protocol, was given."),
            Phrase(
                "请写 PORT 和 --protocol，或 --config。", "Give PORT and --protocol, or --config."
            ),
        )  # fmt: skip
    protocol, usual = named(name), named(name).line
    return ScaleConfig(
        port,
        protocol.name,
        INDICATOR,
        baud=baud,
        bytesize=usual.bytesize,
        parity=usual.parity,
        stopbits=usual.stopbits,
    )


def _site(scale: ScaleConfig) -> SiteSettings:
    """The limits of service with this indicator's division."""
    return SiteSettings(
        weighbridge=INDICATOR,
        enterprise=INDICATOR,
        indicator=scale.indicator,
        certificate="",
        software="",
        config=b"",
        products=(),
        cameras=(),
        deck_cameras=(),
        division_kg=scale.division_kg,
        max_kg=scale.max_kg,
    )


@contextmanager
def _screen(*, as_json: bool, plot: bool) -> Iterator[Show]:
    if as_json:
        yield lambda tally, now_ms: show_json(_row(tally, now_ms))
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


def _row(tally: Tally, now_ms: int) -> dict[str, object]:
    newest = tally.newest
    age_ms = None if tally.newest_ms is None else now_ms - tally.newest_ms
    return {
        "at_ms": time.time_ns() // 1_000_000,
        "weight": getattr(newest, "text", None),
        "unit": getattr(newest, "unit", None),
        "stable": getattr(newest, "stable", None),
        "net": getattr(newest, "net", None),
        "reason": getattr(newest, "reason", None),
        "age_ms": age_ms,
        "frames": tally.frames,
        "frames_per_s_milli": frames_per_s_milli(tally, now_ms),
        "weights": tally.weights,
        "statuses": dict(tally.statuses),
        "rejects": dict(tally.rejects),
        "skipped": tally.skipped,
        "raw": None if newest is None else newest.raw.hex().upper(),
    }


def _say_end(tally: Tally, png: Path | None, *, as_json: bool) -> None:
    if as_json:
        show_json({"summary": True, "ok": tally.is_well} | _row(tally, _now_ms()))
        return
    facts = {"frames": tally.frames, "weights": tally.weights, "bad": tally.bad}
    facts |= {"skipped": tally.skipped, "bytes": tally.bytes}
    zh = "共 {bytes} 字节，{frames} 帧，{weights} 个重量，坏帧 {bad}，多余字节 {skipped}。"
    en = "In all {bytes} bytes, {frames} frames, {weights} weights, {bad} bad, {skipped} skipped."
    say(Phrase(zh, en).fill(**facts))
    if png is not None:
        click.echo(f"图 / picture: {png}")


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
