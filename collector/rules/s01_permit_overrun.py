"""F-S01: what is sold under a permit stays within the permit.

A permit of the bureau lets a weighbridge sell in spite of named causes, from a time, until a time,
for so many trucks and so many tonnes, whichever ends first. Sales that name a permit the bureau
never gave or lie outside its time are sales while closed; so are those beyond its trucks or
kilograms, for which the permit's whole use is shown as evidence of one finding per permit.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, number, record, rows, text
from collector.tables import Tables

OUTSIDE = Question("F-S01", "sales_without_valid_permit", "sales", 0)
TRUCKS = Question("F-S01", "trucks_under_permit", "trucks", 0)
MASS = Question("F-S01", "net_kg_under_permit", "net_kg", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    uses = tables.sale_permits.left_join(
        tables.permits, ["weighbridge", "number"], rname="permit_{name}"
    ).select("weighbridge", "epoch", "seq", "at_ms", "net_kg", "number", "from_ms", "to_ms",
             "max_trucks", "max_kg")  # fmt: skip
    return outside(uses).union(overrun(uses))


def outside(uses: Expression) -> Expression:
    wrong = uses.filter(
        uses.from_ms.isnull() | (uses.at_ms < uses.from_ms) | (uses.at_ms >= uses.to_ms)
    )
    both = wrong.join(count_by(wrong, "weighbridge"), "weighbridge")
    evidence = record(both) + " order:" + both.weighbridge + "/" + text(both.number)
    return rows(both, OUTSIDE, Answer(both.weighbridge, both.n, 0, evidence))


def overrun(uses: Expression) -> Expression:
    keys = ["weighbridge", "number", "max_trucks", "max_kg"]
    known = uses.filter(uses.from_ms.notnull())
    sums = known.group_by(keys).agg(
        trucks=known.count().cast("int64"), kg=number(known.net_kg.sum())
    )
    trucks = sums.filter(sums.trucks > sums.max_trucks)
    mass = sums.filter(sums.kg > sums.max_kg)
    return rows(
        trucks,
        TRUCKS,
        Answer(trucks.weighbridge, trucks.trucks, trucks.max_trucks, order(trucks), order(trucks)),
    ).union(
        rows(
            mass,
            MASS,
            Answer(mass.weighbridge, mass.kg, mass.max_kg, order(mass), order(mass)),
        )
    )


def order(table: Expression) -> Expression:
    return text("order:") + table.weighbridge + "/" + text(table.number)
