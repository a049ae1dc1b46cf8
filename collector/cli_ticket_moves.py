"""`collector ticket return | void | lost | freeze | thaw | destroy | write-off`.

The moves that name tickets (or a batch) and take them where the table leads.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from collector.home import Home
from collector.option_types import NAME, REMARK
from collector.orders import check_officer
from collector.period import ZONE
from collector.session import Session, by_option, say, second_option
from collector.ticket_closing import close_tickets
from collector.ticket_entries import Stamp
from collector.ticket_states import BY_MOVE_AND_STATE, State
from weighbook.phrase import Phrase, Refusal

MAX_NAMED = 10_000  # tickets of one command

paper_option = click.option("--paper", type=NAME, metavar="TEXT", help="凭证号 / voucher number")
reason_option = click.option("--reason", type=REMARK, required=True, help="原因 / why")
numbers_argument = click.argument("numbers", nargs=-1, metavar="TICKET…")
batch_option = click.option("--batch", metavar="PREFIX", help="整批 / the whole batch")
month_option = click.option(
    "--month", metavar="YYYY-MM", required=True, help="税款所属月 / tax month"
)
enterprise_option = click.option("--enterprise", help="只办此企业 / only this enterprise")

NAMED_MOVES: tuple[tuple[str, str, str], ...] = (
    ("return", "退票：未用的票退回能源局。", "Give unused tickets back."),
    ("void", "作废：使用前作废。", "Void unused tickets."),
    ("lost", "挂失：通知磅房拒收。", "Report tickets lost; the deck is told."),
    ("freeze", "冻结：暂不可用，通知磅房拒收。", "Freeze unused tickets; the deck is told."),
    ("thaw", "解冻(双人)。", "Thaw frozen tickets (two officers)."),
    ("destroy", "销毁库存(双人)。", "Destroy stock (two officers)."),
    ("write-off", "冲销已用票(双人)，票号不再使用。", "Take a wrong sale back (two officers)."),
)


def stamp_of(home: Home, by: str, second: str | None, paper: str | None) -> Stamp:
    """Who stands behind an entry; both must be registered officers."""
    for officer in filter(None, (by, second)):
        check_officer(home.db, officer)
    at_ms = home.now_ms()
    written = datetime.fromtimestamp(at_ms // 1000, ZONE).strftime("%Y%m%d-%H%M%S")
    return Stamp(at_ms, by, second, paper or written)


def named(home: Home, move: str, numbers: Sequence[str], batch: str | None) -> list[str]:
    """The tickets a command names: one by one, or what of a batch can make the move."""
    if bool(numbers) == bool(batch) or len(numbers) > MAX_NAMED:
        raise Refusal(
            "E_OPTIONS",
            Phrase(
                "请写票号，或用 --batch 写批次，二者取一。",
                "Name tickets or a --batch, one of both.",
            ),
            Phrase(f"一次最多 {MAX_NAMED} 张。", f"At most {MAX_NAMED} at once."),
        )
    if batch is None:
        return [number.upper() for number in numbers]
    starts = {state for name, state in BY_MOVE_AND_STATE if name == move}
    rows = home.db.execute("SELECT ticket_no, state FROM tickets WHERE batch = ?", (batch,))
    return [row["ticket_no"] for row in rows if State(row["state"]) in starts]


def named_command(move: str, zh: str, en: str) -> click.Command:
    """One command per move that names its tickets: alike but for the move."""

    @click.command(move, help=f"{zh} {en}")
    @numbers_argument
    @batch_option
    @reason_option
    @paper_option
    @by_option
    @second_option
    @click.pass_obj
    def run(session: Session, /, numbers: tuple[str, ...], **options: Any) -> None:
        home = session.home()
        stamp = stamp_of(home, options["by"], options["second"], options["paper"])
        chosen = named(home, move, numbers, options["batch"])
        revoked = close_tickets(home, move, chosen, stamp, options["reason"])
        done = len(chosen)
        say(Phrase(f"{move}:{done} 张已办。", f"{move}: {done} done."))
        if revoked:
            say(
                Phrase(f"已签 {revoked} 条指令告知磅房。", f"Signed {revoked} orders to the decks.")
            )

    return run


MOVE_COMMANDS: tuple[click.Command, ...] = tuple(named_command(*move) for move in NAMED_MOVES)
