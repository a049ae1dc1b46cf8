"""`collector ticket balance`: the accounts of any day or span, and what the decks say of it."""

from datetime import date, timedelta
from typing import Any

import click

from collector.deck_totals import Totals, deck_totals
from collector.period import day_of
from collector.session import Session, json_option, read_day, read_instant, show
from collector.ticket_balance import Account, accounts, residuals, use_identity
from collector.ticket_entries import BUREAU
from weighbook.phrase import Phrase, Refusal

P = Phrase
FOUND = 1
ACCOUNT = (
    ("family", P("票种", "family")),
    ("holder", P("持有", "holder")),
    ("opening", P("期初", "opening")),
    ("moves", P("本期", "moves")),
    ("closing", P("结存", "closing")),
    ("residual", P("差额", "residual")),
    ("deck", P("磅房自报/台账累计用票", "used to date: deck / ledger")),
)
FLOWS = {
    "stock_in": P("入库", "stocked in"),
    "received": P("领入", "received"),
    "issued": P("发放", "issued"),
    "used": P("使用", "used"),
    "returned": P("退回", "returned"),
    "void": P("作废", "void"),
    "expired": P("过期", "expired"),
    "lost": P("挂失", "lost"),
    "reversed": P("冲回", "reversed"),
    "disputed": P("争议", "disputed"),
    "destroyed": P("销毁", "destroyed"),
}


@click.command("balance")
@click.option("--day", metavar="DAY", help="某一日 / one day")
@click.option("--from", "first", metavar="DAY", help="起日 / first day")
@click.option("--to", "last", metavar="DAY", help="止日 / last day")
@json_option
@click.pass_context
def balance_command(ctx: click.Context, /, *, as_json: bool, **days: Any) -> None:
    """结存与平衡；不平则退出码 1。 The accounts; exit code 1 if any does not balance."""
    session: Session = ctx.obj
    home = session.home()
    first_day, last_day = span_of(days, day_of(home.now_ms()))
    lines = accounts(home.db, first_day, last_day)
    decks = deck_totals(home.db, end_ms(last_day))
    rows = (account_row(line, deck_of(line, decks), as_json=as_json) for line in lines)
    show(rows, ACCOUNT, as_json=as_json)
    differing = residuals(home.db)
    off = any(line.residual for line in lines) or use_identity(home.db)["residual"]
    if off or differing:
        for place, count in differing.items():
            click.echo(f"{place}: {count}", err=True)
        click.echo("台账不平，请勿再办业务并报告。\nThe ledger does not balance.", err=True)
        ctx.exit(FOUND)
    apart = [name for name, deck in decks.items() if not deck.agree]
    if apart:
        click.echo(
            f"磅房自报用票与台账不符（F-T09）：{'、'.join(apart)}。\n"
            f"Decks whose own count is not the ledger's: {', '.join(apart)}.",
            err=True,
        )
        ctx.exit(FOUND)


def span_of(days: dict[str, str | None], today: str) -> tuple[str, str]:
    """First and last day; Refusals E_TIME, E_OPTIONS."""
    asked = (days[name] for name in ("day", "first", "last"))
    day, first, last = (text and read_day(text) for text in asked)
    if day and (first or last):
        raise Refusal(
            "E_OPTIONS",
            Phrase(
                "--day 不与 --from、--to 同用。", "--day is one day: no --from or --to with it."
            ),
            Phrase("请二者取一。", "Give one or the other."),
        )
    last_day = day or last or today
    first_day = day or first or last_day[:8] + "01"
    if first_day > last_day:
        raise Refusal(
            "E_TIME",
            Phrase("起日晚于止日。", "The first day is after the last."),
            Phrase("请改正 --from 或 --to。", "Correct --from or --to."),
        )
    return first_day, last_day


def end_ms(day: str) -> int:
    """The first instant after a day."""
    return read_instant((date.fromisoformat(day) + timedelta(days=1)).isoformat())


def deck_of(line: Account, decks: dict[str, Totals]) -> Totals | None:
    """What the deck of a weighbridge's line says; families are not told apart there."""
    _, _, weighbridge = line.holder.partition("/")
    return decks.get(weighbridge)


def account_row(line: Account, deck: Totals | None, *, as_json: bool) -> dict[str, object]:
    """The account as a row: what moved by name for programs, in words for people."""
    if as_json:
        told = deck and {"reported_used": deck.reported, "ledger_used": deck.ledger}
        return {**line._asdict(), "deck": told}
    flows = ((FLOWS[name], count) for name, count in line.flows.items() if count)
    moves = "\n".join(f"{phrase.zh} {phrase.en} {count}" for phrase, count in flows)
    holder = "能源局 bureau" if line.holder == BUREAU else line.holder
    shown = "" if deck is None or deck.reported is None else f"{deck.reported} / {deck.ledger}"
    return {**line._asdict(), "holder": holder, "moves": moves, "deck": shown}
