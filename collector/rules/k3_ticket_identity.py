"""K3, F-T09: what was in hand, plus what came, minus what went, is in hand.

For each enterprise and ticket family, and again for each weighbridge: tickets in hand at the
month's beginning, plus tickets received in it, minus tickets used, returned, voided, expired and
lost, must equal the tickets in hand at its end. Beginning and end are counted from where each
ticket stands; what came and went is counted from the ledger's entries. An enterprise's hand is
everything not yet used (issued, allocated, reserved, frozen), a weighbridge's what is
allocated to it. Also reported: a ticket whose own state is not what its newest entry says.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, number, rows, text
from collector.tables import Tables

IN_HAND = ("ISSUED", "ALLOCATED", "RESERVED", "FROZEN")
HAND = Question("F-T09", "tickets_in_hand", "tickets", 0)
ASTRAY = Question("F-T09", "tickets_astray", "tickets", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return (
        identity(tables, "enterprise")
        .union(identity(tables, "weighbridge"))
        .union(tickets_astray(tables.astray))
    )


def identity(tables: Tables, holder: str) -> Expression:
    """The rows of holders (a column name) whose account has a residual."""
    moves = movements(tables.entries, holder).union(standing(tables.balances, holder))
    sums = moves.group_by(["holder", "family"]).agg(
        due=number(moves.due.sum()), closing=number(moves.closing.sum())
    )
    wrong = sums.filter((sums.due != sums.closing) & (sums.holder != ""))
    return rows(
        wrong,
        HAND,
        Answer(
            wrong.holder, wrong.closing, wrong.due, text("family:") + wrong.family, wrong.family
        ),
    )


def standing(balances: Expression, holder: str) -> Expression:
    """(holder, family, due, closing): opening balances are due, closing balances are there."""
    hand = balances.filter(balances.state.isin(IN_HAND))
    opening = hand.moment == "open"
    return hand.select(
        holder=hand[holder],
        family=hand.family,
        due=opening.ifelse(hand.tickets, 0).cast("int64"),
        closing=opening.ifelse(0, hand.tickets).cast("int64"),
    )


def movements(entries: Expression, holder: str) -> Expression:
    """(holder, family, due, closing): +1 where a ticket came into a hand, −1 where it left."""
    came = entries.filter(entries.to_state.isin(IN_HAND))
    left = entries.filter(entries.from_state.isin(IN_HAND))
    nothing = number(0)
    return came.select(
        holder=came[f"{holder}_to"], family=came.family, due=number(1), closing=nothing
    ).union(
        left.select(
            holder=left[f"{holder}_from"], family=left.family, due=number(-1), closing=nothing
        )
    )


def tickets_astray(astray: Expression) -> Expression:
    evidence = text("ticket:") + astray.ticket_no + " " + astray.state + "≠" + astray.entry_state
    counted = astray.group_by("enterprise").agg(n=astray.count().cast("int64"))
    both = astray.mutate(evidence=evidence).join(counted, "enterprise")
    return rows(both, ASTRAY, Answer(both.enterprise, both.n, 0, both.evidence))
