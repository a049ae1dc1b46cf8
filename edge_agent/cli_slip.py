"""`edge-agent slip list | show | reprint`: the slips of this weighbridge, from its book.

Reading needs no running agent. A reprint is asked of the agent through its inbox, which counts and
marks it; nothing else may print a slip of this weighbridge.
"""

from pathlib import Path

import click
import segno

from edge_agent.book_file import BookFailed
from edge_agent.cli_run import book_refused
from edge_agent.config import load_config
from edge_agent.evidence import write_whole
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site
from edge_agent.slip_desk import slip_of, words_of
from edge_agent.slip_pdf import draw_slip
from terminal.words import Columns, json_option, say, show
from weighbook.envelope import digest as digest_of
from weighbook.envelope import payload_of
from weighbook.files import read_book
from weighbook.keys import SigningKey
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Correction, Kind, Record, Weighing, parse_record
from weighbook.slips import Slip, sign_slip, slip_text

SHOWN = 20
COLUMNS: Columns = (
    ("seq", Phrase("序号", "no.")),
    ("at", Phrase("时间", "at")),
    ("plate", Phrase("车号", "plate")),
    ("net_kg", Phrase("净重(千克)", "net, kg")),
    ("ticket_no", Phrase("票号", "ticket")),
    ("copies", Phrase("重印", "reprints")),
)

Sales = dict[int, tuple[Record, bytes]]


@click.group("slip")
def slip_group() -> None:
    """磅单：查看、重印。 Slips: look at them, print one again."""


@slip_group.command("list", short_help="最近的磅单 / the newest slips")
@config_option
@click.option("--limit", type=click.IntRange(1, 1_000), default=SHOWN, show_default=True,
              help="最多几张 / how many")  # fmt: skip
@json_option
def list_command(config_path: Path, limit: int, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """最近的磅单。 The newest slips of this weighbridge."""
    sales, copies = read_sales(place(config_path))
    rows = []
    for seq in sorted(sales)[-limit:]:
        body = sales[seq][0].body
        assert isinstance(body, Weighing)
        rows.append(
            {
                "seq": seq,
                "at": shown_time(sales[seq][0].at_ms),
                "plate": body.plate or "",
                "net_kg": body.net_kg or 0,
                "ticket_no": body.ticket_no or "",
                "copies": copies.get(seq, 0),
            }
        )
    show(rows, COLUMNS, as_json=as_json)


@slip_group.command("show", short_help="一张磅单 / one slip, as text, PDF or picture")
@config_option
@click.argument("seq", type=click.IntRange(1))
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="写成 PDF / as PDF")
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="二维码 / the code")
def show_command(config_path: Path, seq: int, pdf: Path | None, png: Path | None) -> None:
    """一张磅单的内容；可存为 PDF 或二维码图片。 One slip; as PDF, its code as a picture."""
    site = place(config_path)
    slip = find_slip(site, seq)
    lines = str(words_of(slip)).splitlines()
    code = slip_text(sign_slip(slip, SigningKey.load(site.key)))
    if pdf is not None:
        draw_slip(pdf, lines, code)
    if png is not None:
        segno.make(code, error="m").save(str(png), scale=4, border=4)
    click.echo("\n".join((*lines, code)))


@slip_group.command("reprint", short_help="重印 / print one again, marked")
@config_option
@click.argument("seq", type=click.IntRange(1))
def reprint_command(config_path: Path, seq: int) -> None:
    """请运行中的服务重印一张磅单；重印会标明并记账。 Have one printed again, marked and counted."""
    site = place(config_path)
    find_slip(site, seq)
    site.inbox.mkdir(parents=True, exist_ok=True)
    write_whole(site.inbox / f"{seq}.reprint", f"{seq}\n".encode())
    say(Phrase(f"已请求重印磅单 {seq}。", f"Asked for slip {seq} to be printed again."))


def place(config_path: Path) -> Site:
    config, _ = load_config(config_path)
    return Site(config.state)


def find_slip(site: Site, seq: int) -> Slip:
    """Refusal E_NO_SLIP where that record is no sale of this book."""
    sales, _ = read_sales(site)
    if seq not in sales:
        raise Refusal(
            "E_NO_SLIP",
            Phrase(f"第 {seq} 号记录不是成交，没有磅单。", f"Record {seq} is no sale with a slip."),
            Phrase("请用 edge-agent slip list 查看。", "See them with: edge-agent slip list."),
        )
    return slip_of(*sales[seq])


def read_sales(site: Site) -> tuple[Sales, dict[int, int]]:
    """Every sale by its number with the digest of its message, and how often it was reprinted.

    Errors: Refusal E_BOOK.
    """
    sales: Sales = {}
    copies: dict[int, int] = {}
    try:
        messages = read_book(site.book).messages
    except (OSError, BookFailed) as error:
        raise book_refused(site.book, str(error)) from error
    for message in messages:
        record = parse_record(payload_of(message))
        if record.kind is Kind.SALE:
            sales[record.seq] = record, digest_of(message)
        elif isinstance(record.body, Correction):
            word, _, copy = record.body.text.partition(" ")
            if word == "reprint" and copy.isdigit():
                copies[record.body.seq] = int(copy)
    return sales, copies
