"""`collector verify-slip` and `collector road`: for inspectors, with and without a network."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from collector.option_types import plate as read_plate
from collector.period import shown_briefly
from collector.road.check import TRAVEL_HOURS, WORDS, Checked, check
from collector.road.pack import make_pack, read_pack
from collector.road.page import write_page
from collector.road.scan_store import load_scans, texts_of
from collector.session import Session, by_option, json_option, say, show
from terminal.words import FOUND, GOOD, harmless
from weighbook.phrase import Phrase

P = Phrase
LABELS = {
    "ticket_no": P("票号", "ticket"),
    "enterprise": P("企业", "enterprise"),
    "weighbridge": P("磅房", "weighbridge"),
    "product": P("产品", "product"),
    "plate": P("车号", "plate"),
    "max_net_kg": P("净重上限(千克)", "net limit, kg"),
    "net_kg": P("净重(千克)", "net, kg"),
    "at_ms": P("过磅时间", "weighed at"),
    "expires_ms": P("有效期止", "valid until"),
    "record": P("账簿记录", "record"),
}
KINDS = {"ticket": P("票证", "ticket"), "slip": P("磅单", "slip"), "": P("其他", "other")}
EXPOSED = (
    ("code", P("疑点", "finding")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("detail", P("内容", "what")),
)
pack_option = click.option("--pack", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                           help="稽查包；不给则用本机汇总端 / an inspector's pack")  # fmt: skip


@click.command("verify-slip")
@click.argument("codes", nargs=-1, required=True, metavar="TEXT|FILE...")
@pack_option
@click.option("--plate", type=read_plate, help="所见车号 / the plate as seen")
@click.option("--travel-hours", type=click.IntRange(1, 720), default=TRAVEL_HOURS,
              show_default=True, help="磅单在途时限 / how long a slip may travel")  # fmt: skip
@json_option
@click.pass_context
def verify_slip_command(
    ctx: click.Context, codes: tuple[str, ...], pack: Path | None, plate: str | None,
    travel_hours: int, *, as_json: bool,
) -> None:  # fmt: skip
    """离线核验一车的票证与磅单(WT1:…、WS1:…)。 Check a truck's ticket and slip, offline.

    Give the scanned texts of one truck, or files that hold them. Exit code: 0 genuine and in
    order, 1 something is wrong.
    """
    session: Session = ctx.obj
    held = read_pack(pack) if pack is not None else make_pack(session.home())
    now_ms = session.now_ms() if pack is None else time.time_ns() // 1_000_000
    found = check(texts_of(codes), held, now_ms, plate=plate, travel_hours=travel_hours)
    if as_json:
        click.echo(json.dumps(row_of(found), ensure_ascii=False))
    else:
        click.echo("\n".join(map(harmless, lines_of(found))))
    ctx.exit(GOOD if found.ok else FOUND)


def row_of(found: Checked) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "wrong": list(found.wrong),
        "made_ms": found.made_ms,
        "is_old": found.is_old,
        "codes": [
            {"kind": one.kind, "wrong": list(one.wrong), "facts": one.facts} for one in found.seen
        ],
    }


def lines_of(found: Checked) -> Iterator[str]:
    yield "✓ 真实有效 genuine and in order" if found.ok else "✗ 有问题 something is wrong"
    for code in found.wrong:
        yield f"  {code}  {WORDS[code].zh}  {WORDS[code].en}"
    for one in found.seen:
        yield " ".join(KINDS[one.kind])
        for name, value in one.facts.items():
            if value is not None:
                yield f"  {LABELS[name].zh} {LABELS[name].en}: {shown(name, value)}"
    old = "，已超过一周 more than a week old" if found.is_old else ""
    yield f"依据 {shown_briefly(found.made_ms)} 的数据 as of that time{old}"


def shown(name: str, value: object) -> str:
    return shown_briefly(int(str(value))) if name.endswith("_ms") else str(value)


@click.group("road")
def road_group() -> None:
    """路面稽查：稽查包、手机页面、扫码回传。 For inspectors on the road."""


@road_group.command("pack")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.pass_obj
def pack_command(session: Session, to: Path) -> None:
    """写出稽查包：公钥、名录、作废票，注明日期。 Keys, names and closed tickets, as of now."""
    text = json.dumps(make_pack(session.home()), ensure_ascii=False)
    to.write_text(text, encoding="utf-8")
    say(P(f"已写出 {to}，{len(text) // 1024} KiB。", f"Wrote {to}, {len(text) // 1024} KiB."))


@road_group.command("page")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True)
@pack_option
@click.pass_obj
def page_command(session: Session, to: Path, pack: Path | None) -> None:
    """写出手机稽查页面，断网可用。 The page an inspector keeps on a phone; needs no network."""
    write_page(read_pack(pack) if pack is not None else make_pack(session.home()), to)
    say(P(f"已写出 {to}。", f"Wrote {to}."))


@road_group.command("scans")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@by_option
@json_option
@click.pass_context
def scans_command(ctx: click.Context, file: Path, by: str, *, as_json: bool) -> None:
    """收入稽查扫码；与账簿比对，露出回滚、分叉、一票两处。 Take inspectors' scans in.

    Exit code 1 if they gave something away.
    """
    session: Session = ctx.obj
    loaded = load_scans(session.home(), file, by)
    rows = [one._asdict() for one in loaded.exposed]
    if not as_json:
        say(
            P(
                f"新收 {loaded.new} 条，已有 {loaded.known} 条，非磅单 {loaded.unread} 条。",
                f"{loaded.new} new, {loaded.known} known, {loaded.unread} no slips.",
            )
        )
    if rows or as_json:
        show(rows, EXPOSED, as_json=as_json)
    ctx.exit(FOUND if rows else GOOD)
