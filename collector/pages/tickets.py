"""Page 2, 票证收发存台账: what came into and went out of each account, with its running balance.

Accounts are the bureau's stock and each enterprise's hand, per family. Moves of one kind, day and
signers are one line per run of consecutive numbers; use and expiry at the decks are one line a day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from collector.pages.page import Cell, Column, Look, Page, lines
from collector.reconcile import Run
from collector.rules.k3_ticket_identity import IN_HAND
from collector.ticket_states import MOVE_NAMES
from weighbook.phrase import Phrase

BUREAU = "bureau"
IN_STOCK = ("STOCKED", "RETURNED")
FAMILY_NAMES = {"COAL": "煤炭销售票证", "NONCOAL": "非煤产品准销证"}
SHOWN_MOVES = frozenset(
    {
        *("stock-in", "issue", "return", "use", "void", "expire", "lost", "reverse", "dispute"),
        *("destroy", "recover", "cancel"),
    }
)
BY_THE_DAY = ("use", "expire", "reverse", "dispute")
ALWAYS_SHOWN = ("recover", "cancel")

COLUMNS = (
    Column("account", "账户", "Account", Look.TEXT, 26),
    Column("family", "票种", "Kind", Look.TEXT, 16),
    Column("day", "日期", "Day", Look.DAY, 12),
    Column("move", "业务类型", "Move", Look.TEXT, 10),
    Column("first_no", "起号", "First number", Look.TEXT, 24),
    Column("last_no", "止号", "Last number", Look.TEXT, 24),
    Column("tickets", "张数", "Tickets", Look.COUNT, 10),
    Column("by1", "经办人", "Clerk", Look.TEXT, 14),
    Column("by2", "复核人", "Second", Look.TEXT, 14),
    Column("voucher", "凭证号", "Voucher", Look.TEXT, 12),
    Column("balance", "结存(张)", "Balance", Look.COUNT, 10),
)


class Posting(NamedTuple):
    """One ticket's effect on one account."""

    account: str
    family: str
    day: str
    move: str
    by1: str
    by2: str
    ticket_no: str
    entry_id: int
    change: int


def page(run: Run) -> Page:
    names = {row["enterprise"]: row["name"] for row in lines(run.tables.enterprises)}
    names[BUREAU] = "监管机关库存"
    entries = sorted(lines(run.tables.entries), key=lambda row: int(row["entry_id"]))
    postings = sorted(
        (posting for entry in entries for posting in post(entry)),
        key=lambda p: (p.account != BUREAU, p.account, p.family, p.day, p.entry_id),
    )
    rows = tuple(ledger_rows(postings, opening(run), names))
    return Page(
        2,
        "tickets",
        Phrase("票证收发存台账", "Ticket ledger"),
        COLUMNS,
        rows,
        summed=False,
        remark=Phrase(
            "使用、过期、冲回、争议按日汇总,其起止号之间不一定连续。",
            "Use, expiry, reversal and dispute are summed by day; their numbers need not be a run.",
        ),
    )


def opening(run: Run) -> Counter[tuple[str, str]]:
    """(account, family) → tickets at the month's beginning."""
    found: Counter[tuple[str, str]] = Counter()
    for row in lines(run.tables.balances):
        account = row["enterprise"] or BUREAU
        states = IN_HAND if row["enterprise"] else IN_STOCK
        if row["moment"] == "open" and row["state"] in states:
            found[account, row["family"]] += row["tickets"]
    return found


def post(entry: dict[str, Any]) -> Iterator[Posting]:
    """The postings one entry makes; what stays within an account is not shown."""
    if entry["move"] not in SHOWN_MOVES:
        return
    changes: Counter[str] = Counter()
    for side, sign in (("from", -1), ("to", +1)):
        account = entry[f"enterprise_{side}"] or BUREAU
        states = IN_STOCK if account == BUREAU else IN_HAND
        changes[account] += sign if entry[f"{side}_state"] in states else 0
    for account, change in changes.items():
        if change or (entry["move"] in ALWAYS_SHOWN):
            words = [entry[name] for name in ("family", "day", "move", "by1", "by2", "ticket_no")]
            yield Posting._make([account, *words, entry["entry_id"], change])


def ledger_rows(
    postings: Iterable[Posting], balances: Counter[tuple[str, str]], names: dict[str, str]
) -> Iterator[tuple[Cell, ...]]:
    for run in runs(postings):
        first = run[0]
        numbers = sorted(posting.ticket_no for posting in run)
        balances[first.account, first.family] += sum(posting.change for posting in run)
        by_day = first.move in BY_THE_DAY
        yield (
            names.get(first.account, first.account),
            FAMILY_NAMES.get(first.family, first.family),
            first.day,
            MOVE_NAMES[first.move].zh,
            *(numbers[0], numbers[-1], len(run)),
            *(("", "") if by_day else (first.by1, first.by2)),
            f"{min(posting.entry_id for posting in run):08d}",
            balances[first.account, first.family],
        )


def runs(postings: Iterable[Posting]) -> Iterator[list[Posting]]:
    """Postings that belong on one line."""
    for _, day in groupby(postings, key=lambda p: p[:3]):
        together: dict[tuple[str, ...], list[Posting]] = {}
        for posting in day:
            by_day = posting.move in BY_THE_DAY
            key = (posting.move, *(() if by_day else (posting.by1, posting.by2)))
            together.setdefault(key, []).append(posting)
        for key, group in together.items():
            yield from [group] if key[0] in BY_THE_DAY else consecutive(group)


def consecutive(group: list[Posting]) -> Iterator[list[Posting]]:
    """Split where the serial (digits 14 to 19 of a number) does not go on by one."""
    ordered = sorted(group, key=lambda posting: posting.ticket_no)
    start = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or not follows(ordered[place - 1], ordered[place]):
            yield ordered[start:place]
            start = place


def follows(before: Posting, after: Posting) -> bool:
    one, two = before.ticket_no, after.ticket_no
    if one[:13] != two[:13] or not (one[13:19].isdigit() and two[13:19].isdigit()):
        return False
    return int(two[13:19]) == int(one[13:19]) + 1
