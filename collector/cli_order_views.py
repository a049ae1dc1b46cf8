"""`collector order list | show`: looking at signed orders; a QR picture carries one by phone."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from collector import orders
from collector.causes import CAUSES
from collector.option_types import ORDER_NUMBER
from collector.order_picture import write_code
from collector.period import shown_briefly
from collector.session import Session, json_option, show
from collector.units import tonnes
from terminal.words import show_facts
from weighbook.envelope import payload_of
from weighbook.orders import Lease, Order, order_of, order_text
from weighbook.phrase import Phrase

P = Phrase
ACTIONS: Mapping[str, Phrase] = {
    "ENROL": P("登记", "ENROL"),
    "SUSPEND": P("停票停销", "SUSPEND"),
    "LIFT": P("解除停销", "LIFT"),
    "PERMIT": P("临时许可", "PERMIT"),
    "RELEASE": P("批准恢复", "RELEASE"),
    "REVOKE": P("吊销", "REVOKE"),
    "LEASE": P("延长联网期限", "LEASE"),
    "POLICY": P("策略", "POLICY"),
    "KEYSET": P("密钥册", "KEYSET"),
    "VIEW": P("调看", "VIEW"),
    "THAW": P("恢复票证", "THAW"),
}
COLUMNS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("number", P("号", "no.")),
    ("action_shown", P("指令", "action")),
    ("at", P("签发", "signed at")),
    ("by1", P("经办", "by")),
    ("by2", P("复核", "second")),
    ("applied_seq", P("执行于记录", "applied at record")),
)
FACTS = (
    *COLUMNS,
    ("begins", P("生效", "from")),
    ("ends", P("截止", "until")),
    ("enterprise", P("企业", "enterprise")),
    ("epoch", P("密钥期", "epoch")),
    ("key", P("密钥", "key")),
    ("lease_until_ms", P("联网期限至", "lease until")),
    ("reason", P("原因", "reason")),
    ("until_ms", P("停至", "stopped until")),
    ("order", P("所解除的指令号", "lifts order")),
    ("causes", P("停销原因", "causes")),
    ("measures", P("临时措施", "measures")),
    ("max_trucks", P("最多车数", "most trucks")),
    ("max_kg", P("最多吨数", "most tonnes")),
    ("note", P("说明", "note")),
    ("ticket_no", P("票号", "ticket")),
    ("kid", P("密钥号", "key id")),
    ("tickets", P("票号", "tickets")),
    ("values", P("策略", "policies")),
    ("camera", P("摄像头", "camera")),
    ("minutes", P("分钟", "minutes")),
    ("digest", P("摘要", "digest")),
)


def row_of(stored: orders.Stored) -> dict[str, object]:
    fields = stored._asdict()
    del fields["message"]
    return {**fields, "at": shown_briefly(stored.at_ms)}


def told(stored: orders.Stored) -> dict[str, object]:
    """The row with its action named in both languages."""
    return {**row_of(stored), "action_shown": " ".join(ACTIONS[stored.action])}


def shown(order: Order) -> dict[str, object]:
    """What an order says, in words."""
    args: dict[str, Any] = asdict(order.args)
    args.pop("weighbridge", None)
    args.pop("message", None)
    if isinstance(order.args, Lease):
        args["lease_until_ms"] = args.pop("until_ms")
    for name in ("until_ms", "lease_until_ms"):
        if args.get(name) is not None:
            args[name] = shown_briefly(args[name])
    if "causes" in args:
        args["causes"] = ", ".join(f"{CAUSES.get(c, '')} {c}".strip() for c in args["causes"])
    if "values" in args:
        args["values"] = ", ".join(f"{name}={value}" for name, value in args["values"])
    if "max_kg" in args:
        args["max_kg"] = f"{tonnes(args['max_kg'])} 吨 t"
    ends = None if order.expires_ms is None else shown_briefly(order.expires_ms)
    return {"begins": shown_briefly(order.not_before_ms), "ends": ends, **args}


@click.command("list")
@click.option("--weighbridge", help="只看此磅房 / only this one")
@json_option
@click.pass_obj
def list_command(session: Session, /, weighbridge: str | None, *, as_json: bool) -> None:
    """列出已签发的指令。 List signed orders."""
    found = orders.listed(session.home().db, weighbridge)
    show(map(row_of if as_json else told, found), COLUMNS, as_json=as_json)


@click.command("show")
@click.argument("weighbridge")
@click.argument("number", type=ORDER_NUMBER)
@click.option("--qr", type=click.Path(path_type=Path, dir_okay=False), help="二维码 / PNG, GIF")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="原文 / message file")
@json_option
@click.pass_obj
def show_command(
    session: Session, /, weighbridge: str, number: int, *, as_json: bool, **files: Path | None
) -> None:
    """一条指令的内容；可写成二维码或文件带到磅房。 One order; carry it by QR or file."""
    stored = orders.find(session.home().db, weighbridge, number)
    order = order_of(payload_of(stored.message))
    if (picture := files["qr"]) is not None:
        write_code(order_text(stored.message), picture)
    if (copy := files["to"]) is not None:
        copy.write_bytes(stored.message)
    if as_json:
        row = {**row_of(stored), "payload": stored.payload, "args": asdict(order.args)}
        show([row], COLUMNS, as_json=True)
    else:
        answer = stored.applied_seq or "尚未执行 not yet"
        show_facts({**told(stored), **shown(order), "applied_seq": answer}, FACTS)


VIEW_COMMANDS: tuple[click.Command, ...] = (list_command, show_command)
