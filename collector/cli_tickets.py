"""`collector ticket`: into stock and out to enterprises; the other moves live next door."""

from datetime import datetime
from typing import Any

import click

from collector import registry
from collector.cli_ticket_allocate import allocate_command
from collector.cli_ticket_moves import MOVE_COMMANDS, paper_option, stamp_of
from collector.cli_ticket_views import balance_command, print_command, show_command
from collector.home import Home
from collector.option_types import MANY_TICKETS
from collector.period import ZONE
from collector.session import Session, by_option, say, second_option
from collector.ticket_closing import summary
from collector.ticket_ledger import (
    Batch,
    expire,
    issue,
    pick,
    set_free,
    stock_in,
)
from collector.ticket_states import State
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import FAMILIES

LAST_BATCH = 9_999

family_option = click.option("--family", type=click.Choice(tuple(FAMILIES)), default="COAL")
count_option = click.option("--count", type=MANY_TICKETS, required=True, help="张数 / how many")


@click.group("ticket")
def ticket_group() -> None:
    """票证：入库、发放、配发、退回、作废、挂失、回收、缴销、结存。 The ticket ledger."""


@ticket_group.command("stock-in")
@family_option
@count_option
@click.option(
    "--batch", type=click.IntRange(1, LAST_BATCH), help="批次号，默认下一个 / default: the next"
)
@paper_option
@by_option
@second_option
@click.pass_obj
def stock_in_command(session: Session, /, family: str, count: int, **options: Any) -> None:
    """生成一批票号并入库(双人)。 Make a batch of numbers and stock it in."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    if count > home.config.tickets.largest_batch:
        raise Refusal(
            "E_COUNT",
            Phrase(
                f"一批最多 {home.config.tickets.largest_batch} 张。",
                "That is more than a batch holds.",
            ),
            Phrase("请分批入库。", "Stock in several batches."),
        )
    year = datetime.fromtimestamp(stamp.at_ms // 1000, ZONE).year % 100
    batch = Batch(family, home.config.bureau.county, year, options["batch"] or 1)
    if options["batch"] is None:
        batch = next_batch(home, batch)
    numbers = stock_in(home.db, batch, count, stamp)
    home.log(stamp.by1, "ticket stock-in", summary(numbers), stamp.source)
    say(Phrase(f"批次 {batch.name} 入库 {count} 张。", f"Batch {batch.name}: {count} stocked in."))


def next_batch(home: Home, first: Batch) -> Batch:
    """The batch after the year's last; Refusal E_RANGE_OVERLAP when its numbers are used up."""
    prefix = first.name[:-4]
    last = home.db.execute(
        "SELECT max(batch) FROM tickets WHERE batch LIKE ?", (prefix + "%",)
    ).fetchone()[0]
    number = first.batch if last is None else int(last[-4:]) + 1
    if number > LAST_BATCH:
        raise Refusal(
            "E_RANGE_OVERLAP",
            Phrase(f"本年批次号已用到 {LAST_BATCH}。", f"Batch {LAST_BATCH} of the year is used."),
            Phrase("请用 --batch 写一个空着的批次号。", "Name a free one with --batch."),
        )
    return first._replace(batch=number)


@ticket_group.command("issue")
@click.option("--enterprise", required=True)
@family_option
@count_option
@paper_option
@by_option
@second_option
@click.pass_obj
def issue_command(
    session: Session, /, enterprise: str, family: str, count: int, **options: Any
) -> None:
    """发放给企业(双人)。 Issue to an enterprise."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    registry.check_active(home.db, enterprise)
    check_quota(home, enterprise, count)
    numbers = pick(home.db, State.STOCKED, family, None, count)
    issue(home.db, numbers, enterprise, stamp)
    home.log(stamp.by1, "ticket issue", summary(numbers), enterprise)
    say(Phrase(f"已发放 {count} 张给 {enterprise}。", f"Issued {count} to {enterprise}."))


def check_quota(home: Home, enterprise: str, count: int) -> None:
    limit = home.config.tickets.most_outstanding
    held = home.db.execute(
        "SELECT count(*) FROM tickets WHERE enterprise = ?"
        " AND state IN ('ISSUED', 'ALLOCATED', 'RESERVED', 'FROZEN')",
        (enterprise,),
    ).fetchone()[0]
    if held + count > limit:
        raise Refusal(
            "E_QUOTA",
            Phrase(
                f"{enterprise} 结存 {held} 张，再发 {count} 张超过上限 {limit}。",
                f"{enterprise} holds {held}; {count} more is over the limit of {limit}.",
            ),
            Phrase("请待其用票后再发放。", "Issue again when it has used some."),
        )


@ticket_group.command("expire")
@click.pass_obj
def expire_command(session: Session) -> None:
    """过期的转入过期，久未装车的解除预占。 Expire the old, free the unloaded."""
    home = session.home()
    freed = set_free(home.db, home.now_ms(), home.config.tickets.reservation_hours)
    count = expire(home.db, home.now_ms())
    say(Phrase(f"{count} 张转入过期。", f"{count} expired."))
    if freed:
        say(Phrase(f"{freed} 张解除预占。", f"{freed} set free."))


for command in (allocate_command, *MOVE_COMMANDS, balance_command, print_command, show_command):
    ticket_group.add_command(command)
