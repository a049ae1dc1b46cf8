"""`collector quota grant | withdraw | balance`: the tonnage an enterprise may sell."""

from typing import Any

import click

from collector import quotas, registry
from collector.cli_ticket_moves import month_option, paper_option, reason_option, stamp_of
from collector.option_types import MANY_TONNES
from collector.period import day_of, read_month
from collector.session import Session, by_option, json_option, say, second_option, show
from collector.units import KG_PER_T, tonnes
from weighbook.phrase import Phrase

P = Phrase
FOUND = 1
COLUMNS = (
    ("enterprise", P("企业", "enterprise")),
    ("opening", P("期初(吨)", "opening t")),
    ("granted", P("核发", "granted")),
    ("used", P("已用", "used")),
    ("reversed", P("冲回", "reversed")),
    ("closing", P("余额(吨)", "left t")),
)


@click.group("quota")
def quota_group() -> None:
    """配额：按企业按月核发的吨数。 Tonnage granted by enterprise and month."""


def quota_command(name: str, help_text: str, sign: int) -> click.Command:
    """Granting and withdrawing differ by their sign only."""

    @click.command(name, help=help_text)
    @click.argument("enterprise")
    @month_option
    @click.option("--tonnes", "amount_t", type=MANY_TONNES, required=True, help="吨 / tonnes")
    @reason_option
    @paper_option
    @by_option
    @second_option
    @click.pass_obj
    def run(session: Session, /, enterprise: str, month: str, **options: Any) -> None:
        home = session.home()
        stamp = stamp_of(home, options["by"], options["second"], options["paper"])
        registry.find(home.db, registry.ENTERPRISES, enterprise)
        grant = (read_month(month).name, sign * options["amount_t"] * KG_PER_T)
        after = quotas.enter_quota(home.db, enterprise, grant, stamp, options["reason"])
        detail = f"{month} {sign * options['amount_t']} t {options['reason']}"
        home.log(stamp.by1, f"quota {name}", enterprise, detail)
        left = tonnes(after.closing_kg)
        say(
            P(
                f"已记 {enterprise} {month}，余 {left} 吨。",
                f"Entered for {enterprise}, {month}: {left} t are left.",
            )
        )

    return run


@quota_group.command("balance")
@click.option("--month", metavar="YYYY-MM", help="默认本月 / default: this month")
@json_option
@click.pass_context
def balance_command(ctx: click.Context, /, month: str | None, *, as_json: bool) -> None:
    """各企业配额余额；有超用则退出码 1。 What is left; exit code 1 if any is overdrawn."""
    session: Session = ctx.obj
    home = session.home()
    name = read_month(month or day_of(home.now_ms())[:7]).name
    lines = quotas.accounts(home.db, name)
    rows = [line._asdict() if as_json else in_tonnes(line) for line in lines]
    show(rows, COLUMNS, as_json=as_json)
    ctx.exit(FOUND if any(line.closing_kg < 0 for line in lines) else 0)


def in_tonnes(line: quotas.Account) -> dict[str, str]:
    amounts = {
        key.removesuffix("_kg"): tonnes(kg)
        for key, kg in line._asdict().items()
        if key.endswith("_kg")
    }
    return {"enterprise": line.enterprise, **amounts}


GRANT = "核发配额(双人)。 Grant quota (two officers)."
WITHDRAW = "收回配额(双人)。 Withdraw quota (two officers)."
quota_group.add_command(quota_command("grant", GRANT, +1))
quota_group.add_command(quota_command("withdraw", WITHDRAW, -1))
