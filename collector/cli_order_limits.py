"""`collector order revoke | lease | policy`: what counts no longer, how long, and how much."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import click

from collector.cli_order_sending import HOUR_MS, send, weighbridge_option
from collector.home import Home
from collector.option_types import kid
from collector.session import Session, by_option, second_option
from weighbook.envelope import payload_of
from weighbook.orders import Action, Lease, Policy, Revoke, order_of
from weighbook.phrase import Phrase, Refusal

POLICIES = (
    "evidence_kg",
    "ewaybill_batch",
    "ewaybill_county",
    "lease_ms",
    "max_tare_kg",
    "overload_tries",
    "picture_wait_ms",
    "rebinds",
    "short_ms",
    "stored_tare_ms",
    "stored_tare_uses",
    "tare_age_ms",
    "tests_per_day",
    "tolerance_kg",
)
LARGEST_POLICY = 2**40
LARGEST_BATCH = 9_999


@click.command("revoke")
@weighbridge_option
@click.option("--ticket", metavar="NUMBER", help="吊销一张票 / revoke a ticket")
@click.option("--kid", "key", type=kid, metavar="HEX", help="吊销一把密钥 / revoke a key")
@by_option
@click.pass_obj
def revoke_command(
    session: Session, /, ticket: str | None, key: bytes | None, **options: Any
) -> None:
    """吊销票证或密钥。 Revoke a ticket or a key."""
    if (ticket is None) == (key is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase("须写 --ticket 或 --kid 之一。", "One of --ticket and --kid is needed."),
            Phrase("请二者取一。", "Name exactly one."),
        )
    number = ticket and ticket.upper()
    check_revocable(session.home(), options["weighbridge"], number, key)
    send(session, Action.REVOKE, Revoke(number, key), options)


def check_revocable(home: Home, weighbridge: str, ticket: str | None, key: bytes | None) -> None:
    """A slip of the pen revokes nothing: E_NO_TICKET, E_NO_KEY for what the bureau never signed."""
    if (
        ticket is not None
        and not home.db.execute(
            "SELECT 1 FROM tickets WHERE ticket_no = ? AND weighbridge = ?", (ticket, weighbridge)
        ).fetchone()
    ):
        raise Refusal(
            "E_NO_TICKET",
            Phrase(
                f"票 {ticket} 未配发给磅房 {weighbridge}。",
                f"Ticket {ticket} was never signed for {weighbridge}.",
            ),
            Phrase(
                f"请用 collector ticket show {ticket} 查看。",
                f"Look it up with: collector ticket show {ticket}.",
            ),
        )
    if key is not None and home.ring().find(key) is None:
        raise Refusal(
            "E_NO_KEY",
            Phrase(f"密钥册中没有 {key.hex()}。", f"The key {key.hex()} is not in the key set."),
            Phrase("请核对 16 位密钥号。", "Compare all sixteen digits."),
        )


@click.command("lease")
@weighbridge_option
@click.option("--hours", type=click.IntRange(1, 720), required=True, help="自现在起 / from now")
@by_option
@second_option
@click.pass_obj
def lease_command(session: Session, /, hours: int, **options: Any) -> None:
    """延长离线期限(双人)。 Extend how long the agent may sell without contact."""
    send(session, Action.LEASE, Lease(session.now_ms() + hours * HOUR_MS), options)


@click.command("policy")
@weighbridge_option
@click.argument("settings", nargs=-1, required=True, metavar="NAME=INTEGER…")
@by_option
@second_option
@click.pass_obj
def policy_command(session: Session, /, settings: tuple[str, ...], **options: Any) -> None:
    """设定策略数值(双人)。 Set policy values (two officers).

    NAME: evidence_kg, ewaybill_batch, ewaybill_county, lease_ms, max_tare_kg, overload_tries,
    picture_wait_ms, rebinds, short_ms, stored_tare_ms, stored_tare_uses, tare_age_ms,
    tests_per_day, tolerance_kg.
    """
    values = read_settings(settings)
    check_waybill_batch(session.home(), options["weighbridge"], dict(values))
    send(session, Action.POLICY, Policy(values), options)


def check_waybill_batch(home: Home, weighbridge: str, values: dict[str, int]) -> None:
    """A batch of waybills is one weighbridge's alone, and none of the bureau's own."""
    batch = values.get("ewaybill_batch", 0)
    if not batch:
        return
    taken = home.db.execute(
        "SELECT 1 FROM tickets WHERE substr(ticket_no, 10, 4) = ? AND weighbridge IS NOT ?",
        (f"{batch:04d}", weighbridge),
    ).fetchone()
    if batch > LARGEST_BATCH or taken is not None or is_given(home.db, weighbridge, batch):
        raise Refusal(
            "E_RANGE_OVERLAP",
            Phrase(f"批次 {batch} 已有票证或属于别的磅房。", f"Batch {batch} is taken already."),
            Phrase("请换一个未用的批次。", "Choose a batch nobody has."),
        )


def is_given(db: sqlite3.Connection, weighbridge: str, batch: int) -> bool:
    """Whether another weighbridge has ever had it."""
    rows = db.execute(
        "SELECT message FROM orders WHERE action = ? AND weighbridge != ?",
        (Action.POLICY, weighbridge),
    )
    policies = (order_of(payload_of(bytes(row["message"]))).args for row in rows)
    return any(
        isinstance(args, Policy) and dict(args.values).get("ewaybill_batch") == batch
        for args in policies
    )


def read_settings(texts: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The named values in order; Refusal E_POLICY for what no deck would understand."""
    values: dict[str, int] = {}
    for text in texts:
        name, _, value = text.partition("=")
        fits = value.isascii() and value.isdigit() and int(value[:20]) <= LARGEST_POLICY
        if name not in POLICIES or name in values or not fits:
            raise Refusal(
                "E_POLICY",
                Phrase(f"“{text}”不是策略数值。", f'"{text}" sets no policy.'),
                Phrase(
                    f"请写成 名称=整数，各一次；名称有：{'、'.join(POLICIES)}。",
                    f"Write NAME=INTEGER, each name once; names: {', '.join(POLICIES)}.",
                ),
            )
        values[name] = int(value)
    return tuple(sorted(values.items()))


LIMIT_COMMANDS: tuple[click.Command, ...] = (revoke_command, lease_command, policy_command)
