"""K3, F-T09: the weighbridge's own count of tickets is the ledger's.

Each signed record carries running totals. The sales its newest record counts must equal the
tickets the ledger shows as used there up to that record. Where the weighbridge has reported its
balance (checkpoint) and every record up to it is held, reserved and used tickets must agree too.
A weighbridge that says 1,986 where the ledger has 1,985 has a use the ledger never saw.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, record, rows, text
from collector.tables import Tables

USED = Question("F-T09", "tickets_used", "tickets", 0)
RESERVED = Question("F-T09", "tickets_reserved", "tickets", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return (
        totals_against_ledger(tables.spent)
        .union(balance_against_ledger(tables.reported, USED, "used"))
        .union(balance_against_ledger(tables.reported, RESERVED, "reserved"))
    )


def totals_against_ledger(spent: Expression) -> Expression:
    wrong = spent.filter(spent.sales != spent.tickets)
    evidence = text("head:") + wrong.weighbridge + "/" + text(wrong.seq)
    return rows(wrong, USED, Answer(wrong.weighbridge, wrong.sales, wrong.tickets, evidence))


def balance_against_ledger(reported: Expression, question: Question, name: str) -> Expression:
    wrong = reported.filter(reported[name] != reported[f"ledger_{name}"])
    evidence = text("checkpoint up to ") + record(wrong)
    measured, expected = wrong[name], wrong[f"ledger_{name}"]
    return rows(wrong, question, Answer(wrong.weighbridge, measured, expected, evidence))
