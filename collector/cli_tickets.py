"""`collector ticket`: into stock and out to enterprises; the other moves live next door."""

from typing import Any

import click

from collector.cli_ticket_allocate import allocate_command
from collector.cli_ticket_balance import balance_command
from collector.cli_ticket_batches import family_option, generate_command, stock_in_command
from collector.cli_ticket_chain import chain_command
from collector.cli_ticket_ends import cancel_command, recover_command
from collector.cli_ticket_moves import MOVE_COMMANDS, paper_option, stamp_of
from collector.cli_ticket_views import print_command, show_command
from collector.option_types import MANY_TICKETS
from collector.session import Session, by_option, say, second_option
from collector.ticket_closing import summary
from collector.ticket_leave import check_issue
from collector.ticket_ledger import expire, issue, pick, set_free
from collector.ticket_states import State
from weighbook.phrase import Phrase

count_option = click.option("--count", type=MANY_TICKETS, required=True, help="张数 / how many")


@click.group("ticket")
def ticket_group() -> None:
    """票证：入库、发放、配发、退回、作废、挂失、回收、缴销、结存。 The ticket ledger."""


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
    check_issue(home, enterprise, count)
    numbers = pick(home.db, State.STOCKED, family, None, count)
    issue(home.db, numbers, enterprise, stamp)
    home.log(stamp.by1, "ticket issue", summary(numbers), enterprise)
    say(Phrase(f"已发放 {count} 张给 {enterprise}。", f"Issued {count} to {enterprise}."))


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


COMMANDS: tuple[click.Command, ...] = (
    generate_command,
    stock_in_command,
    allocate_command,
    *MOVE_COMMANDS,
    recover_command,
    cancel_command,
    balance_command,
    chain_command,
    print_command,
    show_command,
)
for command in COMMANDS:
    ticket_group.add_command(command)
