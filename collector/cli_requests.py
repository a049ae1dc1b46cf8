"""`collector request add | list | show | approve | renew | refuse`: asking, and approving apart.

`add` takes the words of every `collector order` that signs, and signs nothing but the asker's name.
"""

from collections.abc import Callable
from typing import Any

import click

from collector import requests
from collector.cli_order_limits import LIMIT_COMMANDS
from collector.cli_order_sending import Asker
from collector.cli_order_views import ACTIONS, shown
from collector.cli_orders import SIGNING_COMMANDS
from collector.option_types import REMARK
from collector.period import shown_briefly
from collector.request_store import CLERK, MINE, OFFICER, Request, listed, read
from collector.session import Session, by_option, json_option, say, show
from terminal.words import show_facts
from weighbook.orders import Order
from weighbook.phrase import Phrase

P = Phrase
ROLES = {OFFICER: P("经办人", "officer"), CLERK: P("窗口", "clerk"), MINE: P("企业", "mine")}
STATES = {
    "open": P("待批", "open"),
    "approved": P("已批", "approved"),
    "refused": P("不予批准", "refused"),
}
COLUMNS = (
    ("number", P("申请号", "request")),
    ("weighbridge", P("磅房", "weighbridge")),
    ("action_shown", P("指令", "action")),
    ("at", P("申请时间", "asked at")),
    ("asked_by", P("申请人", "asked by")),
    ("signers", P("已签", "signed by")),
    ("state_shown", P("状态", "state")),
    ("order", P("指令号", "order")),
)
FACTS = (
    *COLUMNS,
    ("words", P("事由", "why")),
    ("begins", P("生效", "from")),
    ("ends", P("截止", "until")),
    ("reason", P("原因", "reason")),
    ("order_lifted", P("所解除的指令号", "lifts order")),
    ("causes", P("停销原因", "causes")),
    ("measures", P("临时措施", "measures")),
    ("max_trucks", P("最多车数", "most trucks")),
    ("max_kg", P("最多吨数", "most tonnes")),
    ("note", P("说明", "note")),
    ("lease_until_ms", P("联网期限至", "lease until")),
    ("values", P("策略", "policies")),
)
number_argument = click.argument("number", type=click.IntRange(1, 2**31))


@click.group("request")
def request_group() -> None:
    """申请与批准：申请人不得批准自己的申请。 Ask for an order; another one approves."""


@request_group.group("add")
def add_group() -> None:
    """提出申请。 Ask for an order."""


def asking(command: click.Command) -> click.Command:
    """The same words as `collector order`, for asking only."""
    sign: Callable[..., None] = command.callback  # type: ignore[assignment]  # a command has one

    def ask(by: str | None, mine: str | None, why: str, **words: Any) -> None:
        sign(by=None, second=None, asker=Asker(by, mine, why), **words)

    params = [p for p in command.params if p.name not in ("by", "second")]
    asked = (
        click.Option(["--by"], metavar="OFFICER", help="申请的经办人或窗口 / officer or clerk"),
        click.Option(["--mine"], metavar="TEXT", help="企业报告人 / who reports for the mine"),
        click.Option(["--why"], required=True, type=REMARK, help="事由 / why"),
    )
    return click.Command(command.name, callback=ask, params=[*params, *asked], help=command.help)


for each in (*SIGNING_COMMANDS, *LIMIT_COMMANDS):
    add_group.add_command(asking(each))


@request_group.command("list")
@click.option("--all", "every", is_flag=True, help="也列已办结的 / settled ones too")
@json_option
@click.pass_obj
def list_command(session: Session, /, *, every: bool, as_json: bool) -> None:
    """列出待批的申请。 List open requests."""
    found = (one for one in listed(session.home().db) if every or one.state == "open")
    show(map(row_of, found), COLUMNS, as_json=as_json)


@request_group.command("show")
@number_argument
@click.pass_obj
def show_command(session: Session, /, number: int) -> None:
    """一份申请的内容。 What is asked for."""
    request = read(session.home().db, number)
    asked = request.asked
    times = (asked.from_ms, asked.expires_ms, request.at_ms)
    place = asked.weighbridge
    order = Order(place, 1, bytes(32), place, asked.action, *times, asked.args)
    said = shown(order)
    said["order_lifted"] = said.pop("order", None)
    show_facts({**said, **row_of(request), "words": asked.words}, FACTS)


@request_group.command("approve")
@number_argument
@by_option
@click.pass_obj
def approve_command(session: Session, /, number: int, by: str) -> None:
    """批准并签字；够两人即签发指令。 Approve and sign; with two, the order goes out."""
    home = session.home()
    made = requests.approve(home, number, by)
    if made is None:
        say(P("已首签，还须另一名经办人批准。", "Signed first; another officer must approve."))
        return
    say(P(f"已批准，签发第 {made} 号指令。", f"Approved: order {made} is signed."))


@request_group.command("renew")
@number_argument
@by_option
@click.pass_obj
def renew_command(session: Session, /, number: int, by: str) -> None:
    """首签人重签(其间已签发别的指令)。 Sign first again, after another order."""
    requests.renew(session.home(), number, by)
    say(P(f"已重签第 {number} 号申请。", f"Signed request {number} again."))


@request_group.command("refuse")
@number_argument
@click.option("--note", type=REMARK, required=True, help="理由 / why")
@by_option
@click.pass_obj
def refuse_command(session: Session, /, number: int, note: str, by: str) -> None:
    """不予批准。 Refuse a request."""
    requests.refuse(session.home(), number, by, note)
    say(P(f"第 {number} 号申请不予批准。", f"Request {number} is refused."))


def row_of(request: Request) -> dict[str, object]:
    asked = request.asked
    signers = [entry.officer for entry in request.entries if entry.step != "refused"]
    numbers = [entry.number for entry in request.entries if entry.step == "approved"]
    return {
        "number": request.number,
        "weighbridge": asked.weighbridge,
        "action": str(asked.action),
        "action_shown": " ".join(ACTIONS[str(asked.action)]),
        "at": shown_briefly(request.at_ms),
        "asked_by": f"{asked.by} ({ROLES[asked.role].zh} {ROLES[asked.role].en})",
        "signers": ", ".join(dict.fromkeys(signers)),
        "state": request.state,
        "state_shown": " ".join(STATES[request.state]),
        "order": numbers[0] if numbers else None,
    }
