"""`collector order`: what the bureau signs for a weighbridge, and looking at what it has signed."""

from collections.abc import Sequence
from typing import Any

import click

from collector import orders, registry
from collector.cli_order_views import VIEW_COMMANDS
from collector.session import (
    Session,
    by_option,
    read_instant,
    say,
    second_option,
)
from weighbook.orders import (
    Action,
    Args,
    Lease,
    Lift,
    Permit,
    Policy,
    Release,
    Revoke,
    Suspend,
)
from weighbook.phrase import Phrase, Refusal

HOUR_MS = 3_600_000
KG_PER_T = 1_000

weighbridge_option = click.option("--weighbridge", required=True, help="磅房编号 / weighbridge id")
hours_option = click.option("--hours", type=click.IntRange(1), help="有效小时 / in force for")
from_option = click.option(
    "--from", "valid_from", metavar="TIME", help="生效，默认现在 / from when"
)
cause_option = click.option(
    "--cause",
    "causes",
    multiple=True,
    required=True,
    metavar="CODE",
    help="停销原因，可重复 / repeatable",
)


@click.group("order")
def order_group() -> None:
    """指令：停销、解除、放行、临时许可、吊销、策略、联网期限。 Signed orders."""


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


@order_group.command("suspend")
@weighbridge_option
@click.option("--reason", required=True, help="原因 / why")
@hours_option
@by_option
@click.pass_obj
def suspend_command(session: Session, /, reason: str, **options: Any) -> None:
    """停票停销。 Close sales until lifted, or for some hours."""
    hours = options["hours"]
    until = session.now_ms() + hours * HOUR_MS if hours else None
    send(session, Action.SUSPEND, Suspend(reason, until), {**options, "hours": None})


@order_group.command("lift")
@weighbridge_option
@click.option("--order", "number", type=click.IntRange(1), required=True, help="停销指令号")
@by_option
@second_option
@click.pass_obj
def lift_command(session: Session, /, number: int, **options: Any) -> None:
    """解除一条停销(双人)。 Lift a suspension (two officers)."""
    lifted = orders.find(session.home().db, options["weighbridge"], number)
    if lifted.action != Action.SUSPEND:
        raise Refusal(
            "E_NO_ORDER",
            Phrase(f"第 {number} 号不是停销指令。", f"Order {number} is not a suspension."),
            Phrase("请用 collector order list 查看。", "See them with: collector order list."),
        )
    send(session, Action.LIFT, Lift(number), options)


@order_group.command("release")
@weighbridge_option
@cause_option
@click.option("--note", default="", help="处理情况 / what was done")
@by_option
@second_option
@click.pass_obj
def release_command(
    session: Session, /, causes: tuple[str, ...], note: str, **options: Any
) -> None:
    """故障排除后批准恢复(双人)。 Release causes that are mended (two officers)."""
    send(session, Action.RELEASE, Release(causes, note), options)


@order_group.command("approve-site")
@weighbridge_option
@click.option("--note", required=True, help="验收情况 / what was inspected")
@by_option
@second_option
@click.pass_obj
def approve_site_command(session: Session, /, note: str, **options: Any) -> None:
    """移磅或换设备验收后批准(双人)。 Approve the site as it now is (two officers)."""
    send(session, Action.RELEASE, Release(("SITE",), note), options)


@order_group.command("permit")
@weighbridge_option
@cause_option
@click.option("--measures", required=True, help="临时措施 / measures to take")
@click.option("--max-trucks", type=click.IntRange(1), required=True, help="最多车数 / most trucks")
@click.option("--max-t", type=click.IntRange(1), required=True, help="最多吨数 / most tonnes")
@click.option("--hours", type=click.IntRange(1), required=True, help="有效小时 / in force for")
@from_option
@by_option
@second_option
@click.pass_obj
def permit_command(
    session: Session, /, causes: tuple[str, ...], measures: str, **options: Any
) -> None:
    """临时许可：限时、限车、限吨(双人)。 Leave to sell in spite of causes (two officers)."""
    args = Permit(causes, measures, options["max_trucks"], options["max_t"] * KG_PER_T)
    send(session, Action.PERMIT, args, options)


@order_group.command("revoke")
@weighbridge_option
@click.option("--ticket", metavar="NUMBER", help="吊销一张票 / revoke a ticket")
@click.option("--kid", metavar="HEX", help="吊销一把密钥签的票 / revoke what a key signed")
@by_option
@click.pass_obj
def revoke_command(
    session: Session, /, ticket: str | None, kid: str | None, **options: Any
) -> None:
    """吊销票证或签票密钥。 Revoke a ticket or a ticket key."""
    if (ticket is None) == (kid is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase("请写 --ticket 或 --kid 之一。", "Give --ticket or --kid, one of both."),
            Phrase("二者取一。", "Name exactly one."),
        )
    args = Revoke(ticket, None if kid is None else read_kid(kid))
    send(session, Action.REVOKE, args, options)


def read_kid(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Refusal(
            "E_OPTIONS",
            Phrase(f"{text!r} 不是十六进制密钥号。", f"{text!r} is not a key id in hex."),
            Phrase("请写 16 位十六进制。", "Write sixteen hex digits."),
        ) from None


@order_group.command("lease")
@weighbridge_option
@click.option("--hours", type=click.IntRange(1, 720), required=True, help="自现在起 / from now")
@by_option
@second_option
@click.pass_obj
def lease_command(session: Session, /, hours: int, **options: Any) -> None:
    """延长离线期限(双人)。 Extend how long the agent may sell without contact."""
    send(session, Action.LEASE, Lease(session.now_ms() + hours * HOUR_MS), options)


@order_group.command("policy")
@weighbridge_option
@click.argument("settings", nargs=-1, required=True, metavar="NAME=INTEGER…")
@by_option
@second_option
@click.pass_obj
def policy_command(session: Session, /, settings: tuple[str, ...], **options: Any) -> None:
    """设定策略数值(双人)。 Set policy values (two officers)."""
    send(session, Action.POLICY, Policy(read_settings(settings)), options)


def read_settings(texts: Sequence[str]) -> tuple[tuple[str, int], ...]:
    try:
        pairs = {name: int(value) for name, _, value in (t.partition("=") for t in texts)}
        return tuple(sorted(pairs.items()))
    except ValueError:
        raise Refusal(
            "E_OPTIONS",
            Phrase("策略须写成 名称=整数。", "Policies are written NAME=INTEGER."),
            Phrase("例如 lease_hours=96。", "For example lease_hours=96."),
        ) from None


for command in VIEW_COMMANDS:
    order_group.add_command(command)
