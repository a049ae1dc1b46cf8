"""Checks of one whole site: book, clock, line, devices. Each is a verdict and changes nothing."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from edge_agent.config import AgentConfig, load_config
from edge_agent.diag_port import listen, open_once
from edge_agent.evidence import free_mib
from edge_agent.finding import WELL, Finding
from edge_agent.ports import port_settings
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site, load_account
from edge_agent.status import ALIVE_MS, read_status
from terminal.words import FOUND, GOOD, Columns, json_option, show
from weighbook.phrase import Phrase, Refusal
from weighbook.verdict import verify_path

CONNECT_S = 5.0


Check = Callable[[AgentConfig], Iterator[Finding]]

COLUMNS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("check", Phrase("检查", "check")),
    ("measured", Phrase("实测", "measured")),
    ("limit", Phrase("要求", "limit")),
    ("words", Phrase("怎么办", "what to do")),
)


def check_book(config: AgentConfig) -> Iterator[Finding]:
    """The chain, the signatures and the room on the disk."""
    site = Site(config.state)
    if not site.book.exists():
        words = Phrase(
            "尚未登记：edge-agent enrol request", "not enrolled: edge-agent enrol request"
        )
        yield Finding("book", ok=False, measured="none", limit="1", words=words)
        return
    verdict = verify_path(site.book)
    words = (
        WELL
        if verdict.ok
        else Phrase("edge-agent verify，并报告能源局", "edge-agent verify, report")
    )
    measured = f"{verdict.records} records, {len(verdict.breaks)} breaks"
    yield Finding("book", verdict.ok, measured, "0 breaks", words)
    room = free_mib(site.folder)
    enough = room >= config.disk.min_free_mib
    words = WELL if enough else Phrase("清理或更换硬盘", "free or replace the disk")
    yield Finding("disk", enough, f"{room} MiB", f"{config.disk.min_free_mib} MiB", words)


def check_clock(config: AgentConfig) -> Iterator[Finding]:
    """Whether this machine's clock is kept by anybody, and agrees with the newest record."""
    now_ms = time.time_ns() // 1_000_000
    status = read_status(config.state)
    newest = 0 if status is None else int(status["at_ms"])
    behind_ms = newest - now_ms
    ok = behind_ms <= ALIVE_MS
    words = WELL if ok else Phrase("时钟倒退，请校时", "the clock ran back: set it")
    yield Finding("clock", ok, shown_time(now_ms), f">= {shown_time(newest)}", words)
    kept = _is_synchronised()
    if kept is not None:
        words = WELL if kept else Phrase("启用 NTP 校时", "switch NTP on")
        yield Finding("ntp", kept, "yes" if kept else "no", "yes", words)


def check_line(config: AgentConfig) -> Iterator[Finding]:
    """Whether the broker can be reached, and what waits to be sent."""
    account = load_account(Site(config.state))
    if account is None:
        words = Phrase("尚未登记", "not enrolled")
        yield Finding("mqtt", ok=False, measured="no account", limit="1", words=words)
        return
    host, port = config.mqtt.host or account.host, config.mqtt.port or account.port
    try:
        began = time.monotonic()
        socket.create_connection((host, port), CONNECT_S).close()
        took_ms = round(1000 * (time.monotonic() - began))
        yield Finding("mqtt", ok=True, measured=f"{took_ms} ms", limit=f"{host}:{port}", words=WELL)
    except OSError as error:
        words = Phrase("检查网线、路由和平台地址", "check cable, route and address")
        yield Finding("mqtt", ok=False, measured=str(error), limit=f"{host}:{port}", words=words)
    status = read_status(config.state)
    if status is not None:
        unsent = f"{status['unsent']} records without receipt"
        yield Finding("outbox", ok=True, measured=unsent, limit="—", words=WELL)


def check_scale(config: AgentConfig) -> Iterator[Finding]:
    """Whether weights come. A running agent holds the port; its own word is then given."""
    status = read_status(config.state)
    if status is not None and _is_running(config):
        silent = [cause for cause in status["causes"] if cause["code"] == "SCALE_SILENT"]
        measured = silent[0]["measured"] if silent else f"{status['deck']['weight_kg']} kg"
        words = Phrase(silent[0]["remedy"]["zh"], silent[0]["remedy"]["en"]) if silent else WELL
        yield Finding("scale", not silent, measured, config.scale.protocol, words)
        return
    yield listen(config)


def check_ports(config: AgentConfig) -> Iterator[Finding]:
    """Whether the other devices' ports can be opened; a running agent holds them."""
    if _is_running(config):
        return
    for scanner in config.scanner:
        if scanner.port:
            yield open_once(f"scanner {scanner.name}", port_settings(scanner))
    if config.barrier.port:
        yield open_once("barrier", port_settings(config.barrier))


def _is_running(config: AgentConfig) -> bool:
    status = read_status(config.state)
    return status is not None and 0 <= time.time_ns() // 1_000_000 - status["at_ms"] < ALIVE_MS


def check_cameras(config: AgentConfig) -> Iterator[Finding]:
    """What the running agent says of each camera."""
    status = read_status(config.state)
    if status is None:
        return
    for camera in config.camera:
        causes = [c for c in status["causes"] if c["subject"] == camera.name]
        codes = ", ".join(cause["code"] for cause in causes)
        words = Phrase(causes[0]["remedy"]["zh"], causes[0]["remedy"]["en"]) if causes else WELL
        measured = causes[0]["measured"] if causes else "ok"
        yield Finding(
            f"camera {camera.name}", not causes, f"{codes} {measured}".strip(), "ok", words
        )


CHECKS: tuple[Check, ...] = (
    check_book,
    check_clock,
    check_scale,
    check_ports,
    check_cameras,
    check_line,
)


def report(
    ctx: click.Context, config_path: Path, checks: tuple[Check, ...], *, as_json: bool
) -> None:
    """Run the checks, show them, and set the exit code."""
    config, _ = load_config(config_path)
    found = [finding for check in checks for finding in _tried(check, config)]
    rows = [
        {
            "check": f.check,
            "ok": f.ok,
            "mark": "✓" if f.ok else "✗",
            "measured": f.measured,
            "limit": f.limit,
            "words": f.words._asdict() if as_json else str(f.words),
        }
        for f in found
    ]
    show(rows, COLUMNS, as_json=as_json)
    ctx.exit(GOOD if all(f.ok for f in found) else FOUND)


def _tried(check: Check, config: AgentConfig) -> list[Finding]:
    """One check that cannot be made does not hide the others."""
    try:
        return list(check(config))
    except (OSError, Refusal) as error:
        name = check.__name__.removeprefix("check_")
        words = Phrase("无法检查", "could not be checked")
        return [Finding(name, ok=False, measured=str(error)[:120], limit="—", words=words)]


def _is_synchronised() -> bool | None:
    """What systemd says of the clock; None where there is nobody to ask."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    words = [program, "show", "--property=NTPSynchronized", "--value"]
    answer = subprocess.run(words, capture_output=True, text=True, timeout=5, check=False)
    return None if answer.returncode else answer.stdout.strip() == "yes"


def _command(name: str, checks: tuple[Check, ...], help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @config_option
    @json_option
    @click.pass_context
    def command(ctx: click.Context, config_path: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
        report(ctx, config_path, checks, as_json=as_json)

    return command


all_command = _command("all", CHECKS, "逐项检查整个磅房。 Checks the whole site.")
book_command = _command("book", (check_book,), "账簿与磁盘。 The book and the disk.")
clock_command = _command("clock", (check_clock,), "本机时钟。 This machine's clock.")
mqtt_command = _command("mqtt", (check_line,), "与平台的连接。 The line to the collector.")
