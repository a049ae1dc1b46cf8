"""`collector order phone permit | release | lease | list`: a code to read out to a weighbridge."""

from typing import Any

import click

from collector import phone_orders, registry
from collector.cli_order_sending import weighbridge_option
from collector.option_types import FREE_REMARK, ORDER_NUMBER, REMARK
from collector.period import shown_briefly
from collector.phone_orders import Caller
from collector.session import Session, by_option, json_option, say, second_option, show
from terminal.words import show_json
from weighbook.orders import Action
from weighbook.phone import RELEASE_HOURS, STEP_MS, Ask, in_groups
from weighbook.phrase import Phrase

KG_PER_T = 1_000
P = Phrase
COLUMNS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("number", P("指令号", "order")),
    ("at", P("报出", "given at")),
    ("challenge", P("挑战码", "challenge")),
    ("told", P("内容", "what")),
    ("answered", P("磅房记录", "in its book")),
)

held_option = click.option(
    "--held", type=ORDER_NUMBER, required=True, help="对方屏幕上的指令号 / order on their screen"
)
challenge_option = click.option("--challenge", required=True, help="十位挑战码 / ten digits")
cause_option = click.option(
    "--cause", "causes", multiple=True, required=True, metavar="CODE", help="停销原因 / repeatable"
)


@click.group("phone")
def phone_group() -> None:
    """电话指令：双人签发，报出代码(对方先报挑战码)。 Orders read out over the telephone."""


@phone_group.command("permit")
@weighbridge_option
@held_option
@challenge_option
@cause_option
@click.option("--measures", type=REMARK, required=True, help="临时措施 / measures to take")
@click.option("--max-trucks", type=int, required=True, help="最多车数 / most trucks")
@click.option("--max-t", type=int, required=True, help="最多吨数 / most tonnes")
@click.option("--hours", type=int, required=True, help="有效小时 / in force for")
@by_option
@second_option
@json_option
@click.pass_obj
def permit_command(session: Session, /, causes: tuple[str, ...], **options: Any) -> None:
    """临时许可(双人)。 A permit (two officers)."""
    limits = (options["hours"], options["max_trucks"], options["max_t"] * KG_PER_T)
    give(session, Ask(Action.PERMIT, causes, *limits), options["measures"], options)


@phone_group.command("release")
@weighbridge_option
@held_option
@challenge_option
@cause_option
@click.option("--note", type=FREE_REMARK, default="", help="处理情况 / what was done")
@by_option
@second_option
@json_option
@click.pass_obj
def release_command(session: Session, /, causes: tuple[str, ...], **options: Any) -> None:
    """批准恢复(双人)。 A release (two officers)."""
    give(session, Ask(Action.RELEASE, causes, RELEASE_HOURS), options["note"], options)


@phone_group.command("lease")
@weighbridge_option
@held_option
@challenge_option
@click.option("--hours", type=int, required=True, help="自现在起 / from now")
@by_option
@second_option
@json_option
@click.pass_obj
def lease_command(session: Session, /, **options: Any) -> None:
    """延长离线期限(双人)。 A longer lease (two officers)."""
    give(session, Ask(Action.LEASE, (), options["hours"]), "", options)


def give(session: Session, ask: Ask, words: str, options: dict[str, Any]) -> None:
    home, place = session.home(), options["weighbridge"]
    registry.find(home.db, registry.WEIGHBRIDGES, place)
    caller = Caller(place, options["held"], options["challenge"])
    given = phone_orders.give(home, caller, ask, words, (options["by"], options["second"]))
    if options["as_json"]:
        show_json({"weighbridge": place, "number": given.number, "code": given.code})
        return
    about, until = shown_briefly(home.now_ms()), shown_briefly((given.step + 2) * STEP_MS)
    code = in_groups(given.code)
    say(
        Phrase(
            f"请报出：指令号 {given.number}，代码 {code}。对方时钟应约为 {about}；{until} 前有效。",
            f"Read out: order {given.number}, code {code}. Their clock must show about {about};"
            f" it counts until {until}.",
        )
    )


@phone_group.command("list")
@click.option("--weighbridge", help="只看此磅房 / only this one")
@json_option
@click.pass_obj
def list_command(session: Session, /, weighbridge: str | None, *, as_json: bool) -> None:
    """列出报出的电话指令，及磅房的记录。 What was given, and what the books say of it."""
    rows = session.home().db.execute(
        "SELECT o.weighbridge, o.number, o.at_ms, o.challenge, o.told, a.epoch, a.seq"
        " FROM phone_orders o LEFT JOIN phone_answers a"
        " ON a.weighbridge = o.weighbridge AND a.number = o.number AND a.given"
        " WHERE ? IS NULL OR o.weighbridge = ? ORDER BY o.at_ms, o.number",
        (weighbridge, weighbridge),
    )
    show(map(row_of, map(dict, rows)), COLUMNS, as_json=as_json)


def row_of(row: dict[str, Any]) -> dict[str, object]:
    seq = row["seq"]
    return {
        **row,
        "at": shown_briefly(row["at_ms"]),
        "answered": None if seq is None else f"{row['epoch']}/{seq}",
    }
