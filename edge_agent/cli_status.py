"""`edge-agent status` and `why-halted`: what stands, since when, measured, limit, remedy."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from edge_agent.config import load_config
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.status import ALIVE_MS, read_status, standing_causes
from terminal.words import COULD_NOT, FOUND, GOOD, json_option, say, show_json
from weighbook.phrase import Phrase, Refusal


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
    elif status["open"] and not status["causes"]:
        say(Phrase("可以销售，没有停销原因。", "Sales are open; no cause stands."))
    else:
        for cause in standing_causes(status):
            say(cause_words(cause))
    ctx.exit(exit_code(status))


def fetch(config_path: Path) -> dict[str, Any]:
    """The newest status; `alive`: an agent is behind it. Errors: Refusal E_NO_STATUS."""
    config, _ = load_config(config_path)
    status = read_status(config.state)
    if status is None:
        raise Refusal(
            "E_NO_STATUS",
            Phrase("磅房服务还没有运行过。", "The agent has never run here."),
            Phrase(
                "请用 systemctl start edge-agent 启动它。",
                "Start it with systemctl start edge-agent.",
            ),
        )
    status["alive"] = 0 <= time.time_ns() // 1_000_000 - status["at_ms"] < ALIVE_MS
    status["open"] = bool(status["open"] and status["alive"])
    return status


def exit_code(status: Mapping[str, Any]) -> int:
    if not status["alive"]:
        return COULD_NOT
    return GOOD if status["open"] else FOUND


def status_words(status: Mapping[str, Any]) -> list[Phrase]:
    """The status as a person reads it, one phrase a line."""
    lines = [_headline(status)]
    lines += [cause_words(cause) for cause in standing_causes(status)]
    head, deck, totals = status["head"], status["deck"], status["totals"]
    unsent = status["oldest_unsent_ms"]
    since = "—" if unsent is None else shown_time(unsent)
    weight = "—" if deck["weight_kg"] is None else f"{deck['weight_kg']:,}"
    lines += [
        Phrase(f"秤台：{weight} 千克（{deck['stage']}）", f"Deck: {weight} kg ({deck['stage']})"),
        Phrase(
            f"账簿：第 {head['seq']} 条　{head['digest'][:16]}",
            f"Book: record {head['seq']}, head {head['digest'][:16]}",
        ),
        Phrase(
            f"未收回执：{status['unsent']} 条，最早 {since}；"
            f"{'已联网' if status['online'] else '未联网'}",
            f"Without receipt: {status['unsent']} records, oldest {since};"
            f" {'online' if status['online'] else 'offline'}",
        ),
        Phrase(
            f"累计：过磅 {totals['passages']}，销售 {totals['sales']}，"
            f"净重 {totals['net_kg']:,} 千克，拒绝 {totals['refusals']}",
            f"Totals: {totals['passages']} passages, {totals['sales']} sales,"
            f" {totals['net_kg']:,} kg net, {totals['refusals']} refusals",
        ),
    ]
    return lines


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
            f"{place}：服务没有运行（最后一次 {at}），销售关闭。",
            f"{place}: the agent is not running (last seen {at}); sales are closed.",
        )
    if status["open"]:
        return Phrase(f"{place}：可以销售。", f"{place}: sales are open.")
    return Phrase(f"{place}：停票停销。", f"{place}: sales are closed.")
