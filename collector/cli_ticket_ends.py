"""`collector ticket recover | cancel`: used tickets come back and end with their month."""

from pathlib import Path
from typing import Any

import click

from collector.cli_ticket_moves import enterprise_option, month_option, paper_option, stamp_of
from collector.home import Home
from collector.session import Session, by_option, say, second_option, show
from collector.ticket_closing import check_period, close_tickets, used_in
from collector.ticket_copies import FINDINGS, Odd, read_copies, recover_copies
from collector.ticket_entries import Stamp
from collector.ticket_states import State
from weighbook.phrase import Phrase, Refusal

P = Phrase
FOUND = 1
LARGEST_FILE_BYTES = 64 * 1024 * 1024
ODD = (
    ("line", P("行", "line")),
    ("ticket_no", P("票号", "ticket")),
    ("code", P("代码", "code")),
    ("meaning", P("情况", "what")),
    ("measured", P("所见", "seen")),
)
MEANINGS = {
    "F-T04": P("伪造票", "forged"),
    "F-T06": P("套票：同号多份或内容不同", "cloned: another copy or other contents"),
    "E_NOT_USED": P("未使用，不能回收", "not used"),
    "E_UNREAD": P("读不出", "cannot be read"),
}


@click.command("recover")
@click.option("--month", metavar="YYYY-MM", help="某月已用的电子票 / a month's electronic tickets")
@click.option(
    "--copies",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="收回的纸票，每行一个码或票号 / papers: a code or number a line",
)
@enterprise_option
@paper_option
@by_option
@click.pass_context
def recover_command(
    ctx: click.Context, /, month: str | None, copies: Path | None, **options: Any
) -> None:
    """回收已用的票：按月，或按收回的纸票。 Recover used tickets: a month's, or papers come back."""
    session: Session = ctx.obj
    home = session.home()
    stamp = stamp_of(home, options["by"], None, options["paper"])
    if (month is None) == (copies is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase("请写 --month 或 --copies，二者取一。", "Give a --month or --copies, not both."),
            Phrase("纸票请逐张扫码存入文件。", "Scan the papers one by one into a file."),
        )
    if month is not None:
        states = (State.USED, State.RECEIVED)
        finish(
            home, "recover", used_in(home.db, month, states, options["enterprise"]), stamp, month
        )
        return
    assert copies is not None
    ctx.exit(FOUND if take_copies(home, copies, stamp) else 0)


def take_copies(home: Home, path: Path, stamp: Stamp) -> bool:
    """Whether a finding was among them."""
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE_BYTES)
    done = recover_copies(home.db, data, read_copies(data, home.ring()), stamp)
    home.log(stamp.by1, "ticket recover", path.name, f"{len(done.numbers)} / {len(done.odd)}")
    if done.odd:
        show(map(row_of, done.odd), ODD, as_json=False)
    count = len(done.numbers)
    say(Phrase(f"回收 {count} 张。", f"{count} recovered."))
    return any(one.code in FINDINGS for one in done.odd)


def row_of(one: Odd) -> dict[str, object]:
    return {**one._asdict(), "meaning": "\n".join(MEANINGS[one.code])}


@click.command("cancel")
@month_option
@enterprise_option
@paper_option
@by_option
@second_option
@click.pass_obj
def cancel_command(session: Session, /, month: str, **options: Any) -> None:
    """缴销某月已回收的票(双人，须已比对)。 Cancel a reconciled month's recovered tickets."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    check_period(home.db, month, stamp.at_ms)
    chosen = used_in(home.db, month, (State.RECOVERED,), options["enterprise"])
    finish(home, "cancel", chosen, stamp, month)


def finish(home: Home, move: str, chosen: list[str], stamp: Stamp, month: str) -> None:
    if chosen:
        close_tickets(home, move, chosen, stamp, month)
    say(Phrase(f"{month} {move}:{len(chosen)} 张。", f"{month} {move}: {len(chosen)} tickets."))
