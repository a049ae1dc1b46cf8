"""K1, F-T11: as many tickets are used as loads are sold.

For each enterprise and product, the tickets the ledger shows as used in the month are counted
against the accepted gross weighings (sales) of the books. The counts must be equal. Evidence: each
sale without its used ticket, each used ticket without its sale; either is a finding of its own
even where the two make the counts equal again.
"""

from collector.period import Period
from collector.rules.shape import (
    SALE,
    Answer,
    Expression,
    Question,
    count_by,
    number,
    record,
    rows,
    text,
)  # fmt: skip
from collector.tables import Tables

QUESTION = Question("F-T11", "sales", "sales", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    sales = tables.weighings.filter(tables.weighings.kind == SALE)
    counts = count(sales, "sold").union(count(tables.tickets, "used"))
    counts = counts.group_by(["enterprise", "product"]).agg(
        sold=number(counts.sold.sum()), used=number(counts.used.sum())
    )
    loose = unmatched(tables.tickets, sales)
    both = counts.left_join(loose, ["enterprise", "product"])
    wrong = both.filter((both.sold != both.used) | both.evidence.notnull())
    return rows(
        wrong,
        QUESTION,
        Answer(
            wrong.enterprise,
            wrong.sold,
            wrong.used,
            wrong.evidence,
            text("product:") + wrong["product"],
        ),
    )


def count(table: Expression, name: str) -> Expression:
    """(enterprise, product, sold, used): how many rows there are, in the column `name`."""
    counts = count_by(table, "enterprise", "product")
    columns = {"sold": number(0), "used": number(0), name: counts.n}
    return counts.select("enterprise", "product", **columns)


def unmatched(tickets: Expression, sales: Expression) -> Expression:
    """(enterprise, product, evidence): what stands on one side only."""
    on_tickets = [
        sales.weighbridge == tickets.weighbridge,
        sales.ticket_no == tickets.ticket_no,
        sales.seq == tickets.used_seq,
    ]
    lone_sales = sales.anti_join(tickets, on_tickets)
    lone_tickets = tickets.anti_join(sales, on_tickets)
    return lone_sales.select("enterprise", "product", evidence=record(lone_sales)).union(
        lone_tickets.select(
            "enterprise", "product", evidence=text("ticket:") + lone_tickets.ticket_no
        )
    )
