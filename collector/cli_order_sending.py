"""What every `collector order` that signs stands on: its common options, and the signing."""

from typing import Any, NamedTuple

import click

from collector import orders, registry, requests
from collector.home import Home
from collector.option_types import MANY_HOURS, NAME
from collector.request_store import CLERK, MINE, OFFICER, Asked
from collector.session import Session, read_instant, say
from weighbook.orders import Action, Args
from weighbook.phrase import Phrase, Refusal

HOUR_MS = 3_600_000

weighbridge_option = click.option("--weighbridge", required=True, help="磅房编号 / weighbridge id")
hours_option = click.option("--hours", type=MANY_HOURS, help="有效小时 / in force for")
from_option = click.option(
    "--from", "valid_from", metavar="TIME", help="生效，默认现在 / from when"
)


class Asker(NamedTuple):
    """Who only asks for an order: an officer or clerk, or somebody of the mine; and why."""

    by: str | None
    mine: str | None
    why: str


def send(session: Session, action: Action, args: Args, options: dict[str, Any]) -> None:
    """Sign and store the order and tell its number; `collector run` carries it to the agent.

    With an `asker` among the options nothing is signed, but asked for.
    """
    home = session.home()
    weighbridge = options["weighbridge"]
    registry.find(home.db, registry.WEIGHBRIDGES, weighbridge)
    now_ms = home.now_ms()
    begins = options.get("valid_from")
    from_ms = read_instant(begins) if begins else now_ms
    hours = options.get("hours")
    if (asker := options.get("asker")) is not None:
        expires_ms = from_ms + hours * HOUR_MS if hours else None
        by, role = who_asks(home, asker)
        asked = Asked(weighbridge, action, args, from_ms, expires_ms, by, role, asker.why)
        made = requests.add(home, asked)
        say(Phrase(f"已登记第 {made} 号申请，待批准。", f"Request {made} awaits approval."))
        return
    number = orders.issue(
        home,
        weighbridge,
        action,
        args,
        by=options["by"],
        second=options.get("second"),
        now_ms=now_ms,
        not_before_ms=from_ms,
        expires_ms=from_ms + hours * HOUR_MS if hours else None,
    )
    say(
        Phrase(
            f"已签发 {weighbridge} 第 {number} 号指令 {action}。",
            f"Signed order {number} for {weighbridge}: {action}.",
        )
    )


def who_asks(home: Home, asker: Asker) -> tuple[str, str]:
    """Name and role. Refusals E_OPTIONS, E_OFFICER."""
    if (asker.by is None) == (asker.mine is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase("须写 --by 或 --mine 之一。", "One of --by and --mine is needed."),
            Phrase("请二者取一。", "Name exactly one."),
        )
    if asker.mine is not None:
        return NAME(asker.mine), MINE
    assert asker.by is not None
    row = home.db.execute("SELECT roles FROM officers WHERE officer = ?", (asker.by,)).fetchone()
    if row is not None and row["roles"] == CLERK:
        return asker.by, CLERK
    orders.check_officer(home.db, asker.by)
    return asker.by, OFFICER
