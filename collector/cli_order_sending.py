"""What every `collector order` that signs stands on: its common options, and the signing."""

from typing import Any

import click

from collector import orders, registry
from collector.option_types import MANY_HOURS
from collector.session import Session, read_instant, say
from weighbook.orders import Action, Args
from weighbook.phrase import Phrase

HOUR_MS = 3_600_000

weighbridge_option = click.option("--weighbridge", required=True, help="磅房编号 / weighbridge id")
hours_option = click.option("--hours", type=MANY_HOURS, help="有效小时 / in force for")
from_option = click.option(
    "--from", "valid_from", metavar="TIME", help="生效，默认现在 / from when"
)


def send(session: Session, action: Action, args: Args, options: dict[str, Any]) -> None:
    """Sign and store the order and tell its number; `collector run` carries it to the agent."""
    home = session.home()
    weighbridge = options["weighbridge"]
    registry.find(home.db, registry.WEIGHBRIDGES, weighbridge)
    now_ms = home.now_ms()
    begins = options.get("valid_from")
    from_ms = read_instant(begins) if begins else now_ms
    hours = options.get("hours")
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
