"""Checks of one whole site: agent, book, clock, devices, line. Verdicts that change nothing."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click

from edge_agent.book_file import BookFailed, blob, connect
from edge_agent.config import AgentConfig, load_config
from edge_agent.diag_devices import check_cameras, check_ports, check_scale
from edge_agent.diag_line import check_line
from edge_agent.diag_power import check_power
from edge_agent.evidence import free_mib
from edge_agent.finding import WELL, Finding
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site
from edge_agent.status import ALIVE_MS, is_alive, read_status
from terminal.words import FOUND, GOOD, Columns, json_option, show
from weighbook.envelope import kid_of
from weighbook.keys import SigningKey
from weighbook.phrase import Phrase, Refusal
from weighbook.verdict import verify_path

NTP_S = 5.0

NAMES = {
    "agent": "服务",
    "barrier": "栏杆",
    "book": "账簿",
    "camera": "摄像头",
    "cameras": "摄像头",
    "clock": "时钟",
    "disk": "硬盘",
    "key": "密钥",
    "line": "消息服务",
    "mqtt": "消息服务",
    "ntp": "校时",
    "outbox": "待传",
    "ports": "串口",
    "power": "供电",
    "scale": "称重仪表",
    "scanner": "扫码器",
    "welcome": "登录",
}

Check = Callable[[AgentConfig], Iterator[Finding]]

COLUMNS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("check", Phrase("检查", "check")),
    ("measured", Phrase("实测", "measured")),
    ("limit", Phrase("要求", "limit")),
    ("words", Phrase("怎么办", "what to do")),
)


def check_agent(config: AgentConfig) -> Iterator[Finding]:
    """Whether the service runs, and whether it lets sell."""
    status = read_status(config.state)
    if status is None or not is_alive(status, _now_ms()):
        measured = "—" if status is None else f"… {shown_time(status['at_ms'])}"
        words = Phrase(
            "启动服务：systemctl start edge-agent", "start it: systemctl start edge-agent"
        )
        yield Finding("agent", ok=False, measured=measured, limit="运行 / running", words=words)
        return
    codes = ", ".join(sorted({cause["code"] for cause in status["causes"]})) or "—"
    words = WELL if status["open"] else Phrase("edge-agent why-halted", "edge-agent why-halted")
    measured = "可售 / open" if status["open"] else codes
    yield Finding("agent", bool(status["open"]), measured, "可售 / open", words)


def check_book(config: AgentConfig) -> Iterator[Finding]:
    """The chain, the signatures, the key, and the room on the disk."""
    site = Site(config.state)
    if not site.book.exists():
        words = Phrase(
            "尚未登记：edge-agent enrol request", "not enrolled: edge-agent enrol request"
        )
        yield Finding("book", ok=False, measured="—", limit="1", words=words)
        return
    verdict = verify_path(site.book)
    words = (
        WELL
        if verdict.ok
        else Phrase("edge-agent verify，并报告能源局", "edge-agent verify, report")
    )
    measured = f"{verdict.records} 条 / records, {len(verdict.breaks)} 处 / breaks"
    yield Finding("book", verdict.ok, measured, "0 处 / breaks", words)
    yield _check_key(site)
    room = free_mib(site.folder)
    enough = room >= config.disk.min_free_mib
    words = WELL if enough else Phrase("清理或更换硬盘", "free or replace the disk")
    yield Finding("disk", enough, f"{room} MiB", f"{config.disk.min_free_mib} MiB", words)


def _check_key(site: Site) -> Finding:
    """Whether the key that lies here is the one that signs this book."""
    with closing(connect(site.book, read_only=True)) as db:
        row = db.execute("SELECT message FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    signer = None if row is None else kid_of(blob(row[0], "the newest record"))
    own = SigningKey.load(site.key).public.kid
    ok = signer == own
    words = (
        WELL if ok else Phrase("密钥不是本账簿的，请报告能源局", "not this book's key: report it")
    )
    return Finding("key", ok, own.hex(), "—" if signer is None else signer.hex(), words)


def check_clock(config: AgentConfig) -> Iterator[Finding]:
    """Whether this machine's clock is kept by anybody, and agrees with what was written last."""
    now_ms, site, status = _now_ms(), Site(config.state), read_status(config.state)
    told_ms = 0 if status is None else int(status["at_ms"])
    newest_ms = max(told_ms, _newest_ms(site) if site.book.exists() else 0)
    ok = newest_ms - now_ms <= ALIVE_MS
    words = WELL if ok else Phrase("时钟倒退，请校时", "the clock ran back: set it")
    limit = f">= {shown_time(newest_ms)}" if newest_ms else "—"
    yield Finding("clock", ok, shown_time(now_ms), limit, words)
    kept = _is_synchronised()
    if kept is not None:
        words = WELL if kept else Phrase("启用 NTP 校时", "switch NTP on")
        yield Finding("ntp", kept, "是 / yes" if kept else "否 / no", "是 / yes", words)


def _newest_ms(site: Site) -> int:
    """The time of the newest record and of the newest receipt, whichever is later; 0 none."""
    with closing(connect(site.book, read_only=True)) as db:
        record, receipt = db.execute(
            "SELECT coalesce((SELECT at_ms FROM records ORDER BY seq DESC LIMIT 1), 0),"
            " coalesce((SELECT at_ms FROM receipts ORDER BY id DESC LIMIT 1), 0)"
        ).fetchone()
    return max(int(record), int(receipt))


CHECKS: tuple[Check, ...] = (
    check_agent,
    check_book,
    check_clock,
    check_scale,
    check_ports,
    check_cameras,
    check_power,
    check_line,
)


def report(
    ctx: click.Context, config_path: Path, checks: tuple[Check, ...], *, as_json: bool
) -> None:
    """Run the checks, show them, and set the exit code."""
    config, _ = load_config(config_path)
    found = [finding for check in checks for finding in _tried(check, config)]
    rows = [_row(finding, as_json=as_json) for finding in found]
    show(rows, COLUMNS, as_json=as_json)
    ctx.exit(GOOD if all(f.ok for f in found) else FOUND)


def _row(found: Finding, *, as_json: bool) -> dict[str, object]:
    name, _, subject = found.check.partition(" ")
    shown = f"{NAMES.get(name, name)} {subject}".strip() + f"\n{found.check}"
    return {
        "check": found.check if as_json else shown,
        "ok": found.ok,
        "mark": "✓" if found.ok else "✗",
        "measured": found.measured,
        "limit": found.limit,
        "words": found.words._asdict() if as_json else str(found.words),
    }


def _tried(check: Check, config: AgentConfig) -> list[Finding]:
    """One check that cannot be made does not hide the others."""
    try:
        return list(check(config))
    except (OSError, sqlite3.Error, BookFailed, Refusal) as error:
        name = check.__name__.removeprefix("check_")
        words = Phrase("无法检查", "could not be checked")
        return [Finding(name, ok=False, measured=str(error)[:120], limit="—", words=words)]


def _is_synchronised() -> bool | None:
    """What systemd says of the clock; None where there is nobody to ask."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    words = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        answer = subprocess.run(words, capture_output=True, text=True, timeout=NTP_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return None if answer.returncode else answer.stdout.strip() == "yes"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _command(name: str, checks: tuple[Check, ...], help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @config_option
    @json_option
    @click.pass_context
    def command(ctx: click.Context, config_path: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
        report(ctx, config_path, checks, as_json=as_json)

    return command


EXITS = "Exit code: 0 all is well, 1 something is not, 2 it could not be checked."

all_command = _command(
    "all",
    CHECKS,
    "逐项检查整个磅房：服务、账簿、时钟、仪表、串口、摄像头、与平台的连接。\n\n"
    "Checks the whole site: agent, book, clock, indicator, ports, cameras, line. Without a running"
    f" agent the devices are looked at for some seconds. {EXITS}",
)
book_command = _command(
    "book",
    (check_book,),
    "账簿、密钥与硬盘。\n\nThe book from its first record to its last, the key that signs it, and"
    f" the room on the disk. {EXITS}",
)
clock_command = _command(
    "clock",
    (check_clock,),
    "本机时钟。\n\nWhether this machine's clock stands behind what was written last, and whether it"
    f" is kept by NTP. {EXITS}",
)
power_command = _command(
    "power",
    (check_power,),
    f"市电与不间断电源。\n\nWhether there is mains power, by the UPS and the contact. {EXITS}",
)
mqtt_command = _command(
    "mqtt",
    (check_line,),
    "与平台的连接。\n\nWhether the broker is reached, whether it welcomes this weighbridge, and"
    f" what waits to be sent. Disturbs no running agent. {EXITS}",
)
