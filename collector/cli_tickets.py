"""`collector ticket`: into stock, out to enterprises and decks, back, and the accounts of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import click

from collector import registry
from collector.cli_ticket_moves import MOVE_COMMANDS, paper_option, stamp_of
from collector.cli_ticket_views import balance_command, print_command, show_command
from collector.home import Home
from collector.period import ZONE
from collector.session import Session, by_option, read_instant, say, second_option
from collector.ticket_closing import summary
from collector.ticket_entries import Stamp
from collector.ticket_ledger import (
    Batch,
    Grant,
    allocate,
    expire,
    issue,
    pick,
    stock_in,
)
from collector.ticket_states import State
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import FAMILIES

HOUR_S = 3600

family_option = click.option("--family", type=click.Choice(tuple(FAMILIES)), default="COAL")
count_option = click.option(
    "--count", type=click.IntRange(1), required=True, help="张数 / how many"
)


@click.group("ticket")
def ticket_group() -> None:
    """票证：入库、发放、配发、退回、作废、挂失、回收、缴销、结存。 The ticket ledger."""


@ticket_group.command("stock-in")
@family_option
@count_option
@click.option(
    "--batch", type=click.IntRange(1, 9999), help="批次号，默认下一个 / default: the next"
)
@paper_option
@by_option
@second_option
@click.pass_obj
def stock_in_command(session: Session, /, family: str, count: int, **options: Any) -> None:
    """生成一批票号并入库(双人)。 Make a batch of numbers and stock it in."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    if count > home.config.tickets.largest_batch:
        raise Refusal(
            "E_COUNT",
            Phrase(
                f"一批最多 {home.config.tickets.largest_batch} 张。",
                "That is more than a batch holds.",
            ),
            Phrase("请分批入库。", "Stock in several batches."),
        )
    year = datetime.fromtimestamp(stamp.at_ms // 1000, ZONE).year % 100
    batch = Batch(family, home.config.bureau.county, year, options["batch"] or 1)
    if options["batch"] is None:
        batch = next_batch(home, batch)
    numbers = stock_in(home.db, batch, count, stamp)
    home.log(stamp.by1, "ticket stock-in", summary(numbers), stamp.source)
    say(Phrase(f"批次 {batch.name} 入库 {count} 张。", f"Batch {batch.name}: {count} stocked in."))


def next_batch(home: Home, first: Batch) -> Batch:
    prefix = first.name[:-4]
    last = home.db.execute(
        "SELECT max(batch) FROM tickets WHERE batch LIKE ?", (prefix + "%",)
    ).fetchone()[0]
    return first if last is None else first._replace(batch=int(last[-4:]) + 1)


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
    registry.check_active(home.db, enterprise)
    check_quota(home, enterprise, count)
    numbers = pick(home.db, State.STOCKED, family, None, count)
    issue(home.db, numbers, enterprise, stamp)
    home.log(stamp.by1, "ticket issue", summary(numbers), enterprise)
    say(Phrase(f"已发放 {count} 张给 {enterprise}。", f"Issued {count} to {enterprise}."))


def check_quota(home: Home, enterprise: str, count: int) -> None:
    limit = home.config.tickets.most_outstanding
    held = home.db.execute(
        "SELECT count(*) FROM tickets WHERE enterprise = ?"
        " AND state IN ('ISSUED', 'ALLOCATED', 'RESERVED', 'FROZEN')",
        (enterprise,),
    ).fetchone()[0]
    if held + count > limit:
        raise Refusal(
            "E_QUOTA",
            Phrase(
                f"{enterprise} 结存 {held} 张，再发 {count} 张超过上限 {limit}。",
                f"{enterprise} holds {held}; {count} more is over the limit of {limit}.",
            ),
            Phrase("请待其用票后再发放。", "Issue again when it has used some."),
        )


@ticket_group.command("allocate")
@click.option("--weighbridge", required=True)
@click.option("--product", required=True)
@click.option("--max-net-kg", type=click.IntRange(1), required=True, help="净重上限 / most net kg")
@count_option
@click.option("--valid-from", metavar="TIME", help="默认现在 / default: now")
@click.option("--hours", type=click.IntRange(1), help="有效小时 / valid for")
@click.option("--plate", help="限定车号 / only this plate")
@click.option("--buyer", help="购买方编号 / buyer id")
@click.option("--destination", help="到达地 / destination")
@paper_option
@by_option
@click.pass_obj
def allocate_command(session: Session, /, count: int, **options: Any) -> None:
    """配发：逐张签名给唯一的磅房。 Sign each ticket for exactly one weighbridge."""
    home = session.home()
    stamp = stamp_of(home, options["by"], None, options["paper"])
    grant = grant_of(home, options, stamp)
    numbers = pick(home.db, State.ISSUED, grant.family, grant.enterprise, count)
    allocate(
        home.db, numbers, grant, home.key("ticket"), stamp, told=partial(progress, len(numbers))
    )
    home.log(stamp.by1, "ticket allocate", summary(numbers), grant.weighbridge)
    name = grant.weighbridge
    say(Phrase(f"已签发 {count} 张给磅房 {name}。", f"Signed {count} tickets for {name}."))


def grant_of(home: Home, options: dict[str, Any], stamp: Stamp) -> Grant:
    """What the options allow; Refusals E_WB, E_SUSPENDED, E_PRODUCT, E_HOURS, E_QTY, E_UNKNOWN."""
    row = registry.find(home.db, registry.WEIGHBRIDGES, options["weighbridge"])
    if row["state"] != "active" or row["kid"] is None:
        raise Refusal(
            "E_WB",
            Phrase(
                f"磅房 {row['weighbridge']} 停用或未登记密钥。",
                "The weighbridge is not active or has no key.",
            ),
            Phrase("请先登记密钥或恢复其状态。", "Enrol it or make it active first."),
        )
    registry.check_active(home.db, row["enterprise"])
    product = registry.find_product(home.db, options["product"])
    buyer = options["buyer"] and registry.find(home.db, registry.BUYERS, options["buyer"])
    rules = home.config.tickets
    hours = options["hours"] or rules.valid_hours
    if hours > rules.longest_valid_hours or options["max_net_kg"] > rules.largest_net_kg:
        raise Refusal(
            "E_LIMIT",
            Phrase(
                "有效期或净重上限超过规定。",
                "The validity or the net limit is over what is allowed.",
            ),
            Phrase(
                f"最长 {rules.longest_valid_hours} 小时，最多 {rules.largest_net_kg} 公斤。",
                f"At most {rules.longest_valid_hours} hours and {rules.largest_net_kg} kg.",
            ),
        )
    begins_ms = read_instant(options["valid_from"]) if options["valid_from"] else stamp.at_ms
    return Grant(
        issuer=home.config.bureau.issuer,
        family=product["family"],
        enterprise=row["enterprise"],
        weighbridge=row["weighbridge"],
        product=product["product"],
        max_net_kg=options["max_net_kg"],
        not_before_s=begins_ms // 1000,
        expires_s=begins_ms // 1000 + hours * HOUR_S,
        plate=options["plate"],
        buyer=options["buyer"],
        destination=options["destination"] or (buyer and buyer["destination"]) or None,
    )


def progress(total: int, numbers: Iterable[str]) -> Iterator[str]:
    """Show how far the signing is, on terminals only."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        numbers, "签名 signing", total, console=console, disable=not console.is_terminal
    )


@ticket_group.command("expire")
@click.pass_obj
def expire_command(session: Session) -> None:
    """把过期的票转入过期。 Expire what is past its time."""
    home = session.home()
    count = expire(home.db, home.now_ms())
    say(Phrase(f"{count} 张转入过期。", f"{count} expired."))


for command in (*MOVE_COMMANDS, balance_command, print_command, show_command):
    ticket_group.add_command(command)
