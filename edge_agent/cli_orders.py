"""`edge-agent order apply`, `challenge`, `answer`: orders that come by hand or by telephone.

Everything goes through the inbox folder to the running agent; what it says of it is then shown.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from edge_agent.config import AgentConfig, load_config
from edge_agent.evidence import write_whole
from edge_agent.order_words import ORDERS
from edge_agent.phone_letters import write_ask
from edge_agent.phone_words import REFUSED
from edge_agent.session import config_option
from edge_agent.site import Site
from edge_agent.status import is_alive, read_status
from terminal.words import FOUND, GOOD, say
from weighbook.envelope import payload_of
from weighbook.orders import MAX_ORDER_BYTES, Action, Order, order_of
from weighbook.phone import RELEASE_HOURS, Ask
from weighbook.phrase import Phrase, Refusal
from weighbook.texts import ORDER, read_text

WAIT_S = 10.0
LOOK_S = 0.05
LARGEST_FILE_BYTES = 2 * MAX_ORDER_BYTES
KG_PER_T = 1_000

Status = Mapping[str, Any]

cause_option = click.option(
    "--cause", "causes", multiple=True, required=True, metavar="CODE", help="停销原因 / repeatable"
)


@click.group("order")
def order_group() -> None:
    """能源局指令:从文件送达。

    The bureau's orders, brought as a file.
    """


@order_group.command("apply", short_help="送达指令文件 / bring order files")
@config_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.pass_context
def apply_command(ctx: click.Context, config_path: Path, files: tuple[Path, ...]) -> None:
    """把指令文件交给磅房服务,并显示结果。

    Hands order files to the running agent, the oldest order first, and says what became of each.
    Exit code: 0 applied, 1 not applied, 2 could not.
    """
    config, _ = load_config(config_path)
    found = sorted((read_order(path) for path in files), key=lambda order: order[0].number)
    ctx.exit(max(hand_over(config, *each) for each in found))


def read_order(path: Path) -> tuple[Order, bytes]:
    """An order in a file, as a message or as the text of its code. Errors: Refusal, OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE_BYTES)
    try:
        if data.lstrip().startswith(ORDER.encode()):
            data = read_text(data.strip())[1]
        return order_of(payload_of(data)), data
    except Refusal as refusal:
        raise Refusal(
            refusal.code,
            Phrase(f"{path} 不是指令：{refusal.what.zh}", f"{path} is no order: {refusal.what.en}"),
            refusal.remedy,
        ) from None


def hand_over(config: AgentConfig, order: Order, message: bytes) -> int:
    def told(status: Status) -> Phrase | None:
        if status["order_number"] >= order.number:
            return Phrase(
                f"第 {order.number} 号指令 {order.action} 已处理，磅房现持有第"
                f" {status['order_number']} 号。",
                f"Order {order.number} {order.action} is dealt with; this weighbridge holds order"
                f" {status['order_number']}.",
            )
        return None

    name = f"{order.number:09d}-{secrets.token_hex(4)}.order"
    return deliver(config, name, message, told, frozenset(ORDERS))


@click.group("challenge")
def challenge_group() -> None:
    """电话申请:显示挑战码,报给能源局。

    Ask the bureau by telephone: shows what to read out.
    """


@challenge_group.command("permit", short_help="申请临时许可 / ask for a permit")
@config_option
@cause_option
@click.option("--hours", type=int, required=True, help="小时 / hours")
@click.option("--max-trucks", type=int, required=True, help="最多车数 / most trucks")
@click.option("--max-t", type=int, required=True, help="最多吨数 / most tonnes")
@click.pass_context
def permit_command(ctx: click.Context, /, config_path: Path, **wanted: Any) -> None:
    """申请临时许可。 Ask for a permit."""
    limits = (wanted["hours"], wanted["max_trucks"], wanted["max_t"] * KG_PER_T)
    ctx.exit(ask_for(config_path, Ask(Action.PERMIT, wanted["causes"], *limits)))


@challenge_group.command("release", short_help="申请恢复销售 / ask for a release")
@config_option
@cause_option
@click.pass_context
def release_command(ctx: click.Context, config_path: Path, causes: tuple[str, ...]) -> None:
    """申请恢复销售。 Ask for causes to be released."""
    ctx.exit(ask_for(config_path, Ask(Action.RELEASE, causes, RELEASE_HOURS)))


@challenge_group.command("lease", short_help="申请延长离线期限 / ask for a longer lease")
@config_option
@click.option("--hours", type=int, required=True, help="小时 / hours")
@click.pass_context
def lease_command(ctx: click.Context, config_path: Path, hours: int) -> None:
    """申请延长离线期限。 Ask for a longer lease."""
    ctx.exit(ask_for(config_path, Ask(Action.LEASE, (), hours)))


def ask_for(config_path: Path, ask: Ask) -> int:
    config, _ = load_config(config_path)
    before = challenge_of(read_status(config.state) or {})

    def told(status: Status) -> Phrase | None:
        if challenge_of(status) in (None, before):
            return None
        return Phrase(**status["phone"]["words"])

    return deliver(config, f"{secrets.token_hex(8)}.ask", write_ask(ask), told, frozenset(REFUSED))


def challenge_of(status: Status) -> str | None:
    phone = status.get("phone")
    return None if phone is None else str(phone["challenge"])


@click.command("answer")
@config_option
@click.argument("number")
@click.argument("digits", nargs=-1, required=True)
@click.pass_context
def answer_command(
    ctx: click.Context, config_path: Path, number: str, digits: tuple[str, ...]
) -> None:
    """输入能源局报来的指令号和九位代码,例如 answer 7 123 456 789。

    The order's number and the nine digits the bureau has read out.
    """
    config, _ = load_config(config_path)
    text = " ".join((number, *digits)).encode()
    ends = frozenset(REFUSED) | {"PHONE_APPLIED"}
    ctx.exit(deliver(config, f"{secrets.token_hex(8)}.answer", text, lambda _: None, ends))


def deliver(
    config: AgentConfig,
    name: str,
    data: bytes,
    told: Callable[[Status], Phrase | None],
    ends: frozenset[str],
) -> int:
    """Put a letter into the inbox and say what the agent says: `told`, or a word of `ends`."""
    inbox, since_ms = Site(config.state).inbox, time.time_ns() // 1_000_000
    inbox.mkdir(parents=True, exist_ok=True)
    write_whole(inbox / name, data)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        status = read_status(config.state)
        if status is not None and is_alive(status, time.time_ns() // 1_000_000):
            # First what was refused: the number of such an order may be spent all the same.
            for message in status["messages"]:
                if message["code"] in ends and message["at_ms"] >= since_ms:
                    say(Phrase(message["zh"], message["en"]))
                    return GOOD if message["code"] == "PHONE_APPLIED" else FOUND
            if (good := told(status)) is not None:
                say(good)
                return GOOD
        time.sleep(LOOK_S)
    say(
        Phrase(
            f"已放入 {inbox / name}，磅房服务尚未处理；服务运行时会读取。",
            f"It lies in {inbox / name}; the agent has not read it yet and will when it runs.",
        )
    )
    return FOUND
