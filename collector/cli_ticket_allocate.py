"""`collector ticket allocate`: tickets signed, each for one weighbridge and one load."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from collector import registry
from collector.cli_ticket_moves import paper_option, stamp_of
from collector.config import Tickets
from collector.home import Home
from collector.option_types import MANY_HOURS, MANY_KG, MANY_TICKETS, PLACE, plate
from collector.schema import transaction
from collector.session import Session, by_option, read_instant, say
from collector.ticket_closing import summary
from collector.ticket_entries import Stamp
from collector.ticket_leave import check_allocation
from collector.ticket_ledger import Grant, allocate, pick
from collector.ticket_parents import find_sources
from collector.ticket_states import State
from collector.washery import Draw, share
from terminal.progress import progress
from weighbook.phrase import Phrase, Refusal

HOUR_S = 3600


@click.command("allocate")
@click.option("--weighbridge", required=True)
@click.option("--product", required=True)
@click.option("--max-net-kg", type=MANY_KG, required=True, help="净重上限 / most net kg")
@click.option("--count", type=MANY_TICKETS, required=True, help="张数 / how many")
@click.option("--valid-from", metavar="TIME", help="默认现在 / default: now")
@click.option("--hours", type=MANY_HOURS, help="有效小时 / valid for")
@click.option("--plate", type=plate, help="限定车号 / only this plate")
@click.option("--buyer", help="购买方编号 / buyer id")
@click.option("--destination", type=PLACE, help="到达地 / destination")
@click.option("--parent", "parents", multiple=True, metavar="TICKET",
              help="上游票，可重复 / the coal it is made from, may be repeated")  # fmt: skip
@paper_option
@by_option
@click.pass_obj
def allocate_command(session: Session, /, count: int, **options: Any) -> None:
    """配发：逐张签名给唯一的磅房。 Sign each ticket for exactly one weighbridge."""
    home = session.home()
    stamp = stamp_of(home, options["by"], None, options["paper"])
    grant = grant_of(home, {**options, "count": count}, stamp)
    numbers = pick(home.db, State.ISSUED, grant.family, grant.enterprise, count)
    shown = partial(progress, len(numbers), what="签名 signing")
    with transaction(home.db):
        drawn = draws_of(home, options["parents"], grant, count)
        allocate(home.db, numbers, grant, home.key("ticket"), stamp, told=shown, drawn=drawn)
    home.log(stamp.by1, "ticket allocate", summary(numbers), grant.weighbridge)
    name = grant.weighbridge
    say(Phrase(f"已签发 {count} 张给磅房 {name}。", f"Signed {count} for the weighbridge {name}."))


def grant_of(home: Home, options: dict[str, Any], stamp: Stamp) -> Grant:
    """What the options allow.

    Refusals: E_WB, E_SUSPENDED, E_PRODUCT, E_LIMIT, E_DATE, E_ROUTE, E_UNKNOWN.
    """
    row = registry.find(home.db, registry.WEIGHBRIDGES, options["weighbridge"])
    if row["state"] != "active" or row["kid"] is None:
        raise Refusal(
            "E_WB",
            Phrase(
                f"磅房 {row['weighbridge']} 停用或未登记密钥。",
                f"The weighbridge {row['weighbridge']} is not active or has no key.",
            ),
            Phrase("请先登记密钥或恢复其状态。", "Enrol it or make it active first."),
        )
    check_allocation(home, row["enterprise"], options["count"], options["max_net_kg"])
    product = registry.find_product(home.db, options["product"])
    buyer = options["buyer"] and registry.find(home.db, registry.BUYERS, options["buyer"])
    destination = options["destination"] or (buyer and buyer["destination"]) or None
    routed = {**options, "hours": hours_of(home.config.tickets, destination, options["hours"])}
    not_before_s, expires_s = validity(home.config.tickets, routed, stamp.at_ms // 1000)
    return Grant(
        issuer=home.config.bureau.issuer,
        family=product["family"],
        enterprise=row["enterprise"],
        weighbridge=row["weighbridge"],
        product=product["product"],
        max_net_kg=options["max_net_kg"],
        not_before_s=not_before_s,
        expires_s=expires_s,
        plate=options["plate"],
        buyer=options["buyer"],
        destination=destination,
    )


def hours_of(rules: Tickets, destination: str | None, asked: int | None) -> int | None:
    """What the approved route allows, not what is typed; Refusal E_ROUTE.

    Longer validity than the way takes is several trips on one paper.
    """
    if destination is None:
        return asked
    allowed = rules.route_hours.get(destination)
    if allowed is None and rules.routes_only:
        raise Refusal(
            "E_ROUTE",
            Phrase(f"没有到“{destination}”的核准路线。", f"No route to {destination} is approved."),
            Phrase(
                "请先把路线写入 collector.toml 的 route_hours。",
                "Put it into route_hours of collector.toml first.",
            ),
        )
    if allowed is not None and asked is not None and asked > allowed:
        raise Refusal(
            "E_ROUTE",
            Phrase(
                f"到“{destination}”核准 {allowed} 小时，所写 {asked} 小时过长。",
                f"The route to {destination} takes {allowed} hours; {asked} is too long.",
            ),
            Phrase("请不写 --hours，按路线计算。", "Leave --hours out; the route decides."),
        )
    return asked or allowed


def draws_of(
    home: Home, parents: Sequence[str], grant: Grant, count: int
) -> tuple[tuple[Draw, ...], ...]:
    """What each ticket draws on, the parents used up in the order they are named."""
    if not parents:
        return ()
    named = [number.upper() for number in parents]
    sources = find_sources(home.db, named, grant.product, grant.enterprise)
    return share(sources, grant.max_net_kg, count)


def validity(rules: Tickets, options: dict[str, Any], now_s: int) -> tuple[int, int]:
    """(not before, expires) in seconds; Refusals E_LIMIT, E_DATE."""
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
    begins = options["valid_from"]
    from_s = read_instant(begins) // 1000 if begins else now_s
    until_s = from_s + hours * HOUR_S
    if not now_s < until_s <= now_s + 2 * rules.longest_valid_hours * HOUR_S:
        raise Refusal(
            "E_DATE",
            Phrase(
                "票证已过期，或生效太晚。",
                "The tickets would be expired already, or begin too late.",
            ),
            Phrase("请改正 --valid-from 或 --hours。", "Correct --valid-from or --hours."),
        )
    return from_s, until_s
