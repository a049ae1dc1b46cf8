"""`collector ticket show | print`: looking at tickets changes nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from collector import printing, registry
from collector.home import Home
from collector.period import shown_briefly
from collector.session import Session, json_option, say, show
from collector.ticket_states import MOVE_NAMES, NAMES, State, refusal_code
from collector.units import tonnes
from terminal.progress import progress
from terminal.words import show_facts
from weighbook.phrase import Phrase, Refusal

P = Phrase
MAX_PRINTED = 5_000  # tickets in one file
UNSIGNED = frozenset({State.GENERATED, State.STOCKED, State.ISSUED, State.DESTROYED})
PRINTABLE = frozenset({State.ALLOCATED, State.RESERVED})
FACTS = (
    ("ticket_no", P("票号", "ticket")),
    ("state_shown", P("状态", "state")),
    ("enterprise", P("企业", "enterprise")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("product", P("产品", "product")),
    ("parents_shown", P("上游票", "parents")),
    ("plate", P("限定车号", "only plate")),
    ("buyer", P("购买方", "buyer")),
    ("destination", P("到达地", "destination")),
    ("most_net", P("净重上限", "net limit")),
    ("net", P("实际净重", "net")),
    ("begins", P("有效期起", "valid from")),
    ("expires", P("有效期止", "valid until")),
)
HISTORY = (
    ("at", P("时间", "at")),
    ("move_shown", P("业务", "move")),
    ("state_shown", P("现状态", "state")),
    ("holder_to", P("持有", "held by")),
    ("by1", P("经办", "by")),
    ("by2", P("复核", "second")),
    ("source", P("凭证", "paper")),
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
    entries = home.db.execute(
        "SELECT * FROM ticket_entries WHERE ticket_no = ? ORDER BY entry_id", (row["ticket_no"],)
    )
    history = [{**dict(entry), "at": shown_briefly(entry["at_ms"])} for entry in entries]
    parents = home.db.execute(
        "SELECT parent, kg FROM ticket_parents WHERE ticket_no = ? ORDER BY place",
        (row["ticket_no"],),
    )
    drawn = [dict(parent) for parent in parents]
    facts = {**dict(row), "state_zh": NAMES[State(row["state"])].zh, **times(row)}
    facts["parents"] = drawn
    if as_json:
        show([{**facts, "entries": history}], FACTS, as_json=True)
        return
    state = " ".join(NAMES[State(row["state"])])
    shown = "\n".join(f"{one['parent']} {tonnes(one['kg'])} 吨 t" for one in drawn)
    facts |= {"state_shown": state, "parents_shown": shown or None, **weights(row)}
    show_facts(facts, FACTS)
    show(map(moved, history), HISTORY, as_json=False)


def times(row: sqlite3.Row) -> dict[str, str | None]:
    names = (("begins", "not_before_s"), ("expires", "expires_s"))
    return {name: row[key] and shown_briefly(row[key] * 1000) for name, key in names}


def weights(row: sqlite3.Row) -> dict[str, str | None]:
    names = (("most_net", "max_net_kg"), ("net", "net_kg"))
    return {name: row[key] and f"{tonnes(row[key])} 吨 t" for name, key in names}


def moved(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry in words."""
    return {
        **entry,
        "move_shown": "\n".join(MOVE_NAMES[entry["move"]]),
        "state_shown": "\n".join(NAMES[State(entry["to_state"])]),
    }


def no_ticket(number: str) -> Refusal:
    return Refusal(
        "E_NO_TICKET",
        Phrase(f"台账中没有票 {number}。", f"The ledger has no ticket {number}."),
        Phrase("请核对二十位票号。", "Check all twenty characters."),
    )


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
        printing.write_sheets(faces, target, shown_progress)
    else:
        printing.write_pictures(faces, target, shown_progress)
    home.log("print", "ticket print", str(target.name), f"{len(faces)}")
    say(Phrase(f"{len(faces)} 张写入 {target}。", f"Wrote {len(faces)} to {target}."))


def shown_progress(faces: Sequence[printing.Face]) -> Iterator[printing.Face]:
    """How far the printing is, on terminals only."""
    return progress(len(faces), faces, "打印 printing")


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
    for number in chosen:
        check_printable(home, number)
    if weighbridge:
        registry.find(home.db, registry.WEIGHBRIDGES, weighbridge)
    faces = printing.faces(
        home.db, home.config.bureau, chosen, weighbridge=weighbridge, batch=batch
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


def check_printable(home: Home, number: str) -> None:
    """A spent or closed ticket is not printed again: E_NO_TICKET, E_NOT_SIGNED, E_STATE …"""
    row = home.db.execute("SELECT state FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    if row is None:
        raise no_ticket(number)
    state = State(row["state"])
    if state in UNSIGNED:
        raise Refusal(
            "E_NOT_SIGNED",
            Phrase(f"票 {number} 尚未配发签名。", f"Ticket {number} is not signed yet."),
            Phrase(
                "请先用 collector ticket allocate 配发。",
                "Allocate it first: collector ticket allocate.",
            ),
        )
    if state not in PRINTABLE:
        raise Refusal(
            refusal_code(state),
            Phrase(
                f"票 {number} 现为“{NAMES[state].zh}”，不再打印。",
                f"Ticket {number} is {NAMES[state].en} and is not printed again.",
            ),
            Phrase("请另配发一张。", "Allocate another one."),
        )
