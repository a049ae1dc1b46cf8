"""`collector order list | show`: looking at signed orders; a QR picture carries one by phone."""

import json
from pathlib import Path

import click
import segno

from collector import orders
from collector.period import shown_briefly
from collector.session import Session, json_option, plain, show
from weighbook.orders import order_text
from weighbook.phrase import Phrase

P = Phrase
QR_SCALE_PX = 8
COLUMNS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("number", P("号", "no.")),
    ("action", P("指令", "action")),
    ("at", P("时间", "at")),
    ("by1", P("经办", "by")),
    ("by2", P("复核", "second")),
    ("applied_seq", P("执行于记录", "applied at record")),
)


def row_of(order: orders.Stored) -> dict[str, object]:
    fields = order._asdict()
    del fields["message"]
    return {**fields, "at": shown_briefly(order.at_ms)}


@click.command("list")
@click.option("--weighbridge", help="只看此磅房 / only this one")
@json_option
@click.pass_obj
def list_command(session: Session, /, weighbridge: str | None, *, as_json: bool) -> None:
    """列出已签发的指令。 List signed orders."""
    found = orders.listed(session.home().db, weighbridge)
    show(map(row_of, found), COLUMNS, as_json=as_json)


@click.command("show")
@click.argument("weighbridge")
@click.argument("number", type=click.IntRange(1))
@click.option("--qr", type=click.Path(path_type=Path, dir_okay=False), help="二维码图片 / PNG")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="原文 / message file")
@json_option
@click.pass_obj
def show_command(
    session: Session, /, weighbridge: str, number: int, *, as_json: bool, **files: Path | None
) -> None:
    """一条指令的内容；可写成二维码或文件带到磅房。 One order; carry it by QR or file."""
    order = orders.find(session.home().db, weighbridge, number)
    facts = {**row_of(order), "payload": order.payload}
    if as_json:
        show([facts], COLUMNS, as_json=True)
    else:
        show([facts], COLUMNS, as_json=False)
        click.echo(json.dumps(order.payload, ensure_ascii=False, default=plain, indent=1))
    if (picture := files["qr"]) is not None:
        code = segno.make_qr(order_text(order.message), error="m", boost_error=False)
        code.save(str(picture), kind="png", scale=QR_SCALE_PX, border=4)
    if (copy := files["to"]) is not None:
        copy.write_bytes(order.message)


VIEW_COMMANDS: tuple[click.Command, ...] = (list_command, show_command)
