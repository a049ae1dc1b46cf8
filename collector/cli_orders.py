"""`collector order`: what the bureau signs for a weighbridge: suspend, lift, release, permit."""

from typing import Any

import click

from collector import orders
from collector.causes import check_causes
from collector.cli_order_limits import LIMIT_COMMANDS
from collector.cli_order_phone import phone_group
from collector.cli_order_sending import (
    HOUR_MS,
    from_option,
    hours_option,
    send,
    weighbridge_option,
)
from collector.cli_order_views import VIEW_COMMANDS
from collector.cli_views import order_view_command
from collector.option_types import (
    FREE_REMARK,
    MANY_HOURS,
    MANY_TONNES,
    MANY_TRUCKS,
    ORDER_NUMBER,
    REMARK,
)
from collector.session import Session, by_option, second_option
from weighbook.orders import Action, Lift, Permit, Release, Suspend
from weighbook.phrase import Phrase, Refusal

KG_PER_T = 1_000

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


@order_group.command("suspend")
@weighbridge_option
@click.option("--reason", type=REMARK, required=True, help="原因 / why")
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
@click.option("--order", "number", type=ORDER_NUMBER, required=True, help="停销指令号")
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
@click.option("--note", type=FREE_REMARK, default="", help="处理情况 / what was done")
@by_option
@second_option
@click.pass_obj
def release_command(
    session: Session, /, causes: tuple[str, ...], note: str, **options: Any
) -> None:
    """故障排除后批准恢复(双人)。 Release causes that are mended (two officers)."""
    check_causes(causes, covered=False)
    send(session, Action.RELEASE, Release(causes, note), options)


@order_group.command("approve-site")
@weighbridge_option
@click.option("--note", type=REMARK, required=True, help="验收情况 / what was inspected")
@by_option
@second_option
@click.pass_obj
def approve_site_command(session: Session, /, note: str, **options: Any) -> None:
    """移磅或换设备验收后批准(双人)。 Approve the site as it now is (two officers)."""
    send(session, Action.RELEASE, Release(("SITE",), note), options)


@order_group.command("permit")
@weighbridge_option
@cause_option
@click.option("--measures", type=REMARK, required=True, help="临时措施 / measures to take")
@click.option("--max-trucks", type=MANY_TRUCKS, required=True, help="最多车数 / most trucks")
@click.option("--max-t", type=MANY_TONNES, required=True, help="最多吨数 / most tonnes")
@click.option("--hours", type=MANY_HOURS, required=True, help="有效小时 / in force for")
@from_option
@by_option
@second_option
@click.pass_obj
def permit_command(
    session: Session, /, causes: tuple[str, ...], measures: str, **options: Any
) -> None:
    """临时许可：限时、限车、限吨(双人)。 Leave to sell in spite of causes (two officers)."""
    check_causes(causes, covered=True)
    args = Permit(causes, measures, options["max_trucks"], options["max_t"] * KG_PER_T)
    send(session, Action.PERMIT, args, options)


SIGNING_COMMANDS: tuple[click.Command, ...] = (
    suspend_command,
    lift_command,
    release_command,
    approve_site_command,
    permit_command,
)
for command in (*LIMIT_COMMANDS, phone_group, order_view_command, *VIEW_COMMANDS):
    order_group.add_command(command)
