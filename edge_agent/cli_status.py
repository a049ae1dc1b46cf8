"""`edge-agent status` and `why-halted`: what stands, since when, measured, limit, remedy."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge_agent.config import load_config
from edge_agent.power_words import power_line
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.status import STATUS_FILE, is_alive, read_status, standing_causes
from terminal.words import COULD_NOT, FOUND, GOOD, json_option, say, show_json
from weighbook.phrase import Phrase, Refusal

STAGES = {
    "empty": "空秤",
    "arriving": "上磅中",
    "settling": "待稳定",
    "captured": "已取重",
    "leaving": "下磅中",
}


@click.command()
@config_option
@json_option
@click.pass_context
def status_command(ctx: click.Context, config_path: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """是否可以销售、停销原因、账簿与上传情况。

    Exit code: 0 sales open, 1 closed, 2 the agent is not running.
    """
    status = fetch(config_path)
    if as_json:
        show_json(status)
    else:
        for line in status_words(status):
            say(line)
    ctx.exit(exit_code(status))


@click.command()
@config_option
@json_option
@click.pass_context
def why_halted_command(ctx: click.Context, config_path: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """只列出停销原因。

    The causes only, in words: what, since when, measured, limit, how to clear it.
    """
    status = fetch(config_path)
    if as_json:
        for cause in standing_causes(status):
            show_json(cause)
    else:
        say(_headline(status))
        for cause in standing_causes(status):
            say(cause_words(cause))
        if not status["causes"]:
            say(Phrase("没有停销原因。", "No cause stands."))
    ctx.exit(exit_code(status))


def fetch(config_path: Path) -> dict[str, Any]:
    """The newest status; `alive`: an agent is behind it. Errors: Refusal E_NO_STATUS, E_STATUS."""
    config, _ = load_config(config_path)
    status = read_status(config.state)
    if status is None:
        raise _no_status(config.state / STATUS_FILE)
    status["alive"] = is_alive(status, time.time_ns() // 1_000_000)
    status["open"] = bool(status["open"] and status["alive"])
    return status


def _no_status(path: Path) -> Refusal:
    if path.exists():
        return Refusal(
            "E_STATUS",
            Phrase(f"{path} 不能读取。", f"{path} cannot be read."),
            Phrase(
                "请用 systemctl restart edge-agent 重启服务，它会重写此文件。",
                "Restart the agent with systemctl restart edge-agent; it writes the file anew.",
            ),
        )
    return Refusal(
        "E_NO_STATUS",
        Phrase("磅房服务还没有运行过。", "The agent has never run here."),
        Phrase(
            "请用 systemctl start edge-agent 启动它。", "Start it with systemctl start edge-agent."
        ),
    )


def exit_code(status: Mapping[str, Any]) -> int:
    if not status["alive"]:
        return COULD_NOT
    return GOOD if status["open"] else FOUND


def status_words(status: Mapping[str, Any]) -> list[Phrase]:
    """The status as a person reads it, one phrase a line."""
    causes = [cause_words(cause) for cause in standing_causes(status)]
    now = [
        _deck_words(status["deck"]),
        *_test_words(status),
        power_line(status.get("power", [])),
        _line_words(status),
    ]
    now = now if status["alive"] else []
    if status["alive"] and (call := status.get("phone")):
        now.append(Phrase(**call["words"]))
    return [_headline(status), *causes, *now, *_book_words(status)]


def _deck_words(deck: Mapping[str, Any]) -> Phrase:
    weight = "—" if deck["weight_kg"] is None else f"{deck['weight_kg']:,}"
    return Phrase(
        f"秤台：{weight} 千克（{STAGES.get(deck['stage'], deck['stage'])}）",
        f"Deck: {weight} kg ({deck['stage']})",
    )


def _test_words(status: Mapping[str, Any]) -> list[Phrase]:
    left_ms = status.get("test_left_ms", 0)
    if not left_ms:
        return []
    minutes = -(-left_ms // 60_000)
    return [
        Phrase(
            f"试磅：还有 {minutes} 分钟，不收票、不开栏杆",
            f"Test mode: {minutes} more minutes; no ticket is taken, the barrier stays shut",
        )
    ]


def _line_words(status: Mapping[str, Any]) -> Phrase:
    if status["online"]:
        return Phrase("与平台：已联网", "Line to the collector: up")
    return Phrase("与平台：未联网", "Line to the collector: down")


def _book_words(status: Mapping[str, Any]) -> list[Phrase]:
    head, totals, unsent_ms = status["head"], status["totals"], status["oldest_unsent_ms"]
    oldest = "—" if unsent_ms is None else shown_time(unsent_ms)
    lease = shown_time(status["lease_until_ms"])
    return [
        Phrase(
            f"账簿：第 {head['seq']} 条，{head['digest'][:16]}",
            f"Book: record {head['seq']}, {head['digest'][:16]}",
        ),
        Phrase(
            f"未收回执：{status['unsent']} 条，最早 {oldest}",
            f"Without receipt: {status['unsent']} records, oldest {oldest}",
        ),
        Phrase(
            f"累计：过磅 {totals['passages']}，销售 {totals['sales']}，"
            f"净重 {totals['net_kg']:,} 千克，拒绝 {totals['refusals']}",
            f"Totals: passages {totals['passages']}, sales {totals['sales']},"
            f" net {totals['net_kg']:,} kg, refusals {totals['refusals']}",
        ),
        Phrase(f"离线销售期限：{lease}", f"May sell offline until: {lease}"),
    ]


def cause_words(cause: Mapping[str, Any]) -> Phrase:
    """One cause in words."""
    since, what, remedy = shown_time(cause["since_ms"]), cause["what"], cause["remedy"]
    permit = cause["permit"]
    zh = "" if permit is None else f"　由临时许可 {permit} 覆盖"
    en = "" if permit is None else f"  covered by permit {permit}"
    measured, limit = cause["measured"], cause["limit"]
    return Phrase(
        f"● {cause['code']} {what['zh']}{zh}\n"
        f"    自 {since}　实测 {measured}　限值 {limit}\n    → {remedy['zh']}",
        f"  {what['en']}{en}\n    since {since}  measured {measured}  limit {limit}\n"
        f"    → {remedy['en']}",
    )


def _headline(status: Mapping[str, Any]) -> Phrase:
    place, at = status["weighbridge"], shown_time(status["at_ms"])
    if not status["alive"]:
        return Phrase(
            f"{place}：服务没有运行（最后一次 {at}），销售关闭；以下为当时情况。\n"
            "    → systemctl start edge-agent，日志：journalctl -u edge-agent",
            f"{place}: the agent is not running (last seen {at}); sales are closed; below is how"
            " it was then.\n    → systemctl start edge-agent, its log: journalctl -u edge-agent",
        )
    if status["open"]:
        return Phrase(f"{place}：可以销售。", f"{place}: sales are open.")
    return Phrase(f"{place}：停票停销。", f"{place}: sales are closed.")
