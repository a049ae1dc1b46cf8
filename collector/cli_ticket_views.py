"""`collector ticket show | balance | print`: looking at tickets changes nothing."""

from pathlib import Path
from typing import Any

import click

from collector import printing
from collector.home import Home
from collector.period import day_of, shown_briefly
from collector.session import Session, json_option, read_day, say, show
from collector.ticket_balance import Account, accounts, residuals, use_identity
from collector.ticket_states import NAMES, State
from weighbook.phrase import Phrase, Refusal

P = Phrase
MAX_PRINTED = 5_000  # tickets in one file
FACTS = (
    ("ticket_no", P("票号", "ticket")),
    ("state_zh", P("状态", "state")),
    ("enterprise", P("企业", "enterprise")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("product", P("产品", "product")),
    ("max_net_kg", P("净重上限", "most net kg")),
    ("net_kg", P("实际净重", "net kg")),
    ("expires", P("有效至", "valid until")),
)
HISTORY = (
    ("at", P("时间", "at")),
    ("move", P("业务", "move")),
    ("from_state", P("原状态", "from")),
    ("to_state", P("现状态", "to")),
    ("holder_to", P("持有", "held by")),
    ("by1", P("经办", "by")),
    ("by2", P("复核", "second")),
    ("source", P("凭证", "paper")),
)
ACCOUNT = (
    ("family", P("票种", "family")),
    ("holder", P("持有", "holder")),
    ("opening", P("期初", "opening")),
    ("moves", P("本期", "moves")),
    ("closing", P("结存", "closing")),
    ("residual", P("差额", "residual")),
)


@click.command("show")
@click.argument("number", metavar="TICKET")
@json_option
@click.pass_obj
def show_command(session: Session, /, number: str, *, as_json: bool) -> None:
    """一张票的内容与来历。 One ticket and its history."""
    home = session.home()
    row = home.db.execute("SELECT * FROM tickets WHERE ticket_no = ?", (number.upper(),)).fetchone()
    if row is None:
        raise no_ticket(number)
    history = [
        {**dict(entry), "at": shown_briefly(entry["at_ms"])}
        for entry in home.db.execute(
            "SELECT * FROM ticket_entries WHERE ticket_no = ? ORDER BY entry_id",
            (row["ticket_no"],),
        )
    ]
    facts = {**dict(row), "state_zh": "\n".join(NAMES[State(row["state"])])}
    facts["expires"] = row["expires_s"] and shown_briefly(row["expires_s"] * 1000)
    if as_json:
        show([{**facts, "entries": history}], FACTS, as_json=True)
        return
    show([facts], FACTS, as_json=False)
    show(history, HISTORY, as_json=False)


def no_ticket(number: str) -> Refusal:
    return Refusal(
        "E_NO_TICKET",
        Phrase(f"台账中没有票 {number}。", f"The ledger has no ticket {number}."),
        Phrase("请核对二十位票号。", "Check all twenty characters."),
    )


@click.command("balance")
@click.option("--from", "first", metavar="DAY", help="起日 / first day")
@click.option("--to", "last", metavar="DAY", help="止日 / last day")
@json_option
@click.pass_context
def balance_command(
    ctx: click.Context, /, first: str | None, last: str | None, **options: Any
) -> None:
    """结存与平衡；不平则退出码 1。 The accounts; exit code 1 if any does not balance."""
    session: Session = ctx.obj
    home = session.home()
    last_day = read_day(last) if last else day_of(home.now_ms())
    first_day = read_day(first) if first else last_day[:8] + "01"
    lines = accounts(home.db, first_day, last_day)
    show(map(account_row, lines), ACCOUNT, as_json=options["as_json"])
    differing = residuals(home.db)
    off = (
        [line for line in lines if line.residual] or differing or use_identity(home.db)["residual"]
    )
    if off:
        for place, count in differing.items():
            click.echo(f"{place}: {count}", err=True)
        click.echo("台账不平，请勿再办业务并报告。\nThe ledger does not balance.", err=True)
        ctx.exit(1)


def account_row(line: Account) -> dict[str, object]:
    moves = " ".join(f"{name}={count}" for name, count in line.flows.items() if count)
    return {**line._asdict(), "moves": moves}


@click.command("print")
@click.argument("numbers", nargs=-1, metavar="[TICKET…]")
@click.option("--weighbridge", help="此磅房全部未用的票 / all its unused tickets")
@click.option("--batch", metavar="PREFIX", help="此批次全部未用的票 / all unused of a batch")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="FILE.pdf 打印页，或目录(手机图片) / sheets, or a directory of phone pictures",
)
@click.pass_obj
def print_command(
    session: Session, /, numbers: tuple[str, ...], target: Path, **options: Any
) -> None:
    """打印票证:A4 页或手机图片。 Print tickets: A4 sheets or phone pictures."""
    home = session.home()
    faces = faces_of(home, numbers, options["weighbridge"], options["batch"])
    if target.suffix.lower() == ".pdf":
        printing.write_sheets(faces, target)
    else:
        printing.write_pictures(faces, target)
    home.log("print", "ticket print", str(target.name), f"{len(faces)}")
    say(Phrase(f"{len(faces)} 张写入 {target}。", f"Wrote {len(faces)} to {target}."))


def faces_of(
    home: Home, numbers: tuple[str, ...], weighbridge: str | None, batch: str | None
) -> list[printing.Face]:
    """The faces of signed tickets; Refusals E_OPTIONS, E_NO_TICKET, E_NOT_SIGNED, E_COUNT."""
    if sum(map(bool, (numbers, weighbridge, batch))) != 1:
        raise Refusal(
            "E_OPTIONS",
            Phrase(
                "请写票号、--weighbridge 或 --batch 之一。",
                "Name tickets, a --weighbridge or a --batch.",
            ),
            Phrase("三者取一。", "Give exactly one of the three."),
        )
    chosen = [number.upper() for number in numbers]
    faces = printing.faces(
        home.db, home.config.bureau, chosen, weighbridge=weighbridge, batch=batch
    )
    for number in chosen:
        if number not in {face.ticket_no for face in faces}:
            raise Refusal(
                "E_NOT_SIGNED",
                Phrase(
                    f"票 {number} 不存在或尚未配发签名。",
                    f"Ticket {number} is unknown or not signed yet.",
                ),
                Phrase(
                    "请先用 collector ticket allocate 配发。",
                    "Allocate it first: collector ticket allocate.",
                ),
            )
    if not 0 < len(faces) <= MAX_PRINTED:
        raise Refusal(
            "E_COUNT",
            Phrase(
                f"可打印 {len(faces)} 张，须在 1 至 {MAX_PRINTED} 之间。",
                f"{len(faces)} to print; 1 to {MAX_PRINTED} are possible.",
            ),
            Phrase("请换磅房或分批。", "Choose another weighbridge or print in parts."),
        )
    return faces
