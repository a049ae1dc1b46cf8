"""K2, F-R02: the tonnes written into the used tickets are the tonnes weighed.

For each enterprise and product, the net weight written into tickets at their use is summed and
laid beside the net weight of the sales. They may differ by one in a thousand of what was weighed,
compared by cross multiplication. Evidence: the tickets whose weight differs from their sale's.
"""

from collector.period import Period
from collector.rules.shape import SALE, Answer, Expression, Question, number, record, rows, text
from collector.tables import Tables

QUESTION = Question("F-R02", "net_kg", "permille", 1)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    sales = tables.weighings.filter(tables.weighings.kind == SALE)
    sums = total(tables.tickets, "written_kg").union(total(sales, "weighed_kg"))
    sums = sums.group_by(["enterprise", "product"]).agg(
        written_kg=number(sums.written_kg.sum()), weighed_kg=number(sums.weighed_kg.sum())
    )
    apart = (sums.written_kg - sums.weighed_kg).abs() * 1000
    off = sums.filter(apart > sums.weighed_kg * QUESTION.tolerance)
    both = off.left_join(differing(tables.tickets, sales), ["enterprise", "product"])
    return rows(
        both,
        QUESTION,
        Answer(
            both.enterprise,
            both.written_kg,
            both.weighed_kg,
            both.evidence,
            text("product:") + both["product"],
        ),
    )


def total(table: Expression, name: str) -> Expression:
    """(enterprise, product, written_kg, weighed_kg): net weight summed in the column `name`."""
    sums = table.group_by(["enterprise", "product"]).agg(net_kg=number(table.net_kg.sum()))
    columns = {"written_kg": number(0), "weighed_kg": number(0), name: sums.net_kg}
    return sums.select("enterprise", "product", **columns)


def differing(tickets: Expression, sales: Expression) -> Expression:
    """(enterprise, product, evidence): tickets with another net weight than their sale."""
    pairs = tickets.join(
        sales,
        [
            tickets.weighbridge == sales.weighbridge,
            tickets.ticket_no == sales.ticket_no,
            tickets.used_seq == sales.seq,
        ],
        rname="sale_{name}",
    )
    apart = pairs.filter(number(pairs.net_kg) != number(pairs.sale_net_kg))
    return apart.select(
        "enterprise",
        "product",
        evidence=text("ticket:") + apart.ticket_no + " " + record(apart),
    )
