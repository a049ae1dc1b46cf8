"""`edge-agent waybill make`: an e-waybill for one load, where the county's policy lets us sign it.

It is made beside the running agent, from the policy its book says is in force; the agent meets it
at the deck like any other ticket.
"""

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import segno

from edge_agent.book_file import BookFailed, blob, connect, failing
from edge_agent.cli_run import book_refused
from edge_agent.config import load_config
from edge_agent.ledger import blank, fold, read_orders
from edge_agent.ledger_state import Ledger
from edge_agent.plates import read_plate
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site
from edge_agent.waybill_book import Series, draw_number
from terminal.words import json_option, show_json
from weighbook import cbor
from weighbook.envelope import digest, payload_of
from weighbook.files import read_book, ring_of
from weighbook.keys import PublicKey, SigningKey
from weighbook.phrase import Phrase, Refusal
from weighbook.records import parse_record
from weighbook.tickets import Ticket, check_ticket_no, sign_ticket, ticket_text

MOST_PARENTS = 16
HOUR_S = 3_600
LARGEST_REGISTRY_BYTES = 1 << 20


@click.group("waybill")
def waybill_group() -> None:
    """电子运单：政策允许时由本磅房为每车自开。 E-waybills, signed here where policy lets us."""


@waybill_group.command("make", short_help="开一张运单 / make a waybill for one load")
@config_option
@click.option("--plate", required=True, help="车号 / the truck's plate")
@click.option("--product", required=True, help="产品代码 / product code")
@click.option("--max-net-kg", type=click.IntRange(1, 200_000), default=49_000, show_default=True,
              help="净重上限(千克) / most net kilograms")  # fmt: skip
@click.option("--hours", type=click.IntRange(1, 720), default=72, show_default=True,
              help="有效小时 / valid for")  # fmt: skip
@click.option("--buyer", help="购买方代码 / buyer's code")
@click.option("--destination", help="到达地 / destination")
@click.option("--parent", "parents", multiple=True, metavar="NUMBER",
              help="上游票号，可重复 / tickets of the coal it was made from")  # fmt: skip
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="二维码图片 / picture")
@json_option
def make_command(
    config_path: Path, plate: str, product: str, max_net_kg: int, hours: int, buyer: str | None,
    destination: str | None, parents: tuple[str, ...], png: Path | None,
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:  # fmt: skip
    """开一张运单：绑定车号、产品和本磅房。 One waybill for one truck, product and this deck."""
    config, _ = load_config(config_path)
    site = Site(config.state)
    ledger, families, enterprise = read_site(site)
    batch = ledger.policy.get("ewaybill_batch", 0)
    county = ledger.policy.get("ewaybill_county", 0)
    if not batch or not county:
        raise Refusal(
            "E_QUOTA_ONLY",
            Phrase("能源局未准本磅房自开运单。", "Policy does not let this weighbridge sign any."),
            Phrase("请使用能源局发放的票证。", "Use the bureau's tickets."),
        )
    family, known = families.get(product), read_plate(plate)
    if family is None or known is None or not all(map(check_ticket_no, parents[:MOST_PARENTS])):
        raise waybill_refused(product if family is None else plate if known is None else "parent")
    now_s = time.time_ns() // 1_000_000_000
    series = Series(family, county, batch, time.gmtime(now_s).tm_year % 100)
    number = draw_number(site.folder / "waybills.json", series, frozenset(ledger.tickets))
    ticket = Ticket(
        ledger.weighbridge, now_s + hours * HOUR_S, now_s - 60, now_s, number, family, enterprise,
        ledger.weighbridge, product, max_net_kg, known, buyer, destination, parents[:MOST_PARENTS],
    )  # fmt: skip
    text = ticket_text(sign_ticket(ticket, SigningKey.load(site.key)))
    if png is not None:
        segno.make_qr(text, error="m").save(str(png), scale=4, border=4)
    if as_json:
        show_json({"ticket_no": number, "text": text})
        return
    until = shown_time(ticket.expires_s * 1_000)
    click.echo(f"运单 {number}　车号 {known}　有效至 {until}")
    click.echo(f"Waybill {number}  plate {known}  valid until {until}")
    click.echo(text)


def read_site(site: Site) -> tuple[Ledger, dict[str, str], str]:
    """The ledger as the book tells it, each product's family, the enterprise. Errors: Refusal."""
    try:
        parts = read_book(site.book)
    except (OSError, BookFailed) as error:
        raise book_refused(site.book, str(error)) from error
    keyset = ring_of(parts, None).keyset
    root = PublicKey.read(parts.root or b"")
    records = [(parse_record(payload_of(one)), digest(one)) for one in parts.messages]
    if not records:
        raise book_refused(site.book, "empty")
    ledger = blank(records[0][0].weighbridge, root, keyset, read_orders(parts.orders, keyset))
    for record, hashed in records:
        ledger = fold(ledger, record, hashed)
    registry = read_registry(site)
    products = {str(name): str(said[0]) for name, said in registry["products"].items()}
    return ledger, products, str(registry["enterprise"][0])


def read_registry(site: Site) -> Any:
    """What the bureau registered. Errors: Refusal E_BOOK."""
    try:
        with failing(), closing(connect(site.book, read_only=True)) as db:
            row = db.execute("SELECT value FROM facts WHERE name = 'registry'").fetchone()
        return cbor.decode(blob(row[0], "registry"), max_bytes=LARGEST_REGISTRY_BYTES)
    except (BookFailed, TypeError) as error:
        raise book_refused(site.book, str(error)) from error


def waybill_refused(what: str) -> Refusal:
    return Refusal(
        "E_WAYBILL",
        Phrase(f"运单内容不对：{what}。", f"The waybill cannot say this: {what}."),
        Phrase("请核对车号、产品代码和上游票号。", "Check plate, product and parent tickets."),
    )
