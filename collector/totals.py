"""The month's totals per enterprise: loads, kilograms, tickets by what became of them, closed time.

Every measure is an expression over the analytic tables giving (enterprise, measure, value); one
query gathers them, so any engine gives the same totals the rules judged by.
"""

from collections.abc import Mapping
from typing import Any

import ibis

from collector.period import Period
from collector.rules.h01_dark_intervals import reported
from collector.rules.k3_ticket_identity import IN_HAND
from collector.rules.shape import PASSAGE, REFUSED, SALE, Expression, number, text
from collector.rules.w01_unticketed_passages import LOADED_KG
from collector.tables import Tables

TICKET_MOVES = {
    "tickets_received": "issue",
    "tickets_used": "use",
    "tickets_returned": "return",
    "tickets_void": "void",
    "tickets_expired": "expire",
    "tickets_lost": "lost",
    "tickets_reversed": "reverse",
    "tickets_disputed": "dispute",
    "tickets_recovered": "recover",
    "tickets_cancelled": "cancel",
}
MEASURES = (
    "sales", "gross_kg", "tare_kg", "net_kg", "refusals", "passages_without_ticket",
    "tickets_open", *TICKET_MOVES, "tickets_close", "closed_ms", "dark_ms",
)  # fmt: skip


def totals_of(tables: Tables, period: Period) -> tuple[Mapping[str, Any], ...]:
    """One map per enterprise, sorted, every measure of MEASURES present (0 if nothing happened)."""
    measured = ibis.union(
        *weighing_measures(tables.weighings),
        *ticket_measures(tables),
        *time_measures(tables, period),
    )
    lines: dict[str, dict[str, Any]] = {
        row["enterprise"]: blank(row["enterprise"])
        for row in tables.enterprises.select("enterprise").to_pyarrow().to_pylist()
    }
    for row in measured.to_pyarrow().to_pylist():
        line = lines.setdefault(row["enterprise"], blank(row["enterprise"]))
        line[row["measure"]] += row["value"]
    lines.pop("", None)
    return tuple(lines[enterprise] for enterprise in sorted(lines))


def blank(enterprise: str) -> dict[str, Any]:
    return {"enterprise": enterprise, **dict.fromkeys(MEASURES, 0)}


def county(totals: tuple[Mapping[str, Any], ...]) -> dict[str, int]:
    """All enterprises together."""
    return {measure: sum(line[measure] for line in totals) for measure in MEASURES}


def measure(table: Expression, name: str, value: Expression) -> Expression:
    """(enterprise, measure, value), the value summed per enterprise."""
    sums = table.group_by("enterprise").agg(value=number(value.sum()))
    return sums.select("enterprise", measure=text(name), value=sums.value)


def count(table: Expression, name: str) -> Expression:
    sums = table.group_by("enterprise").agg(value=table.count().cast("int64"))
    return sums.select("enterprise", measure=text(name), value=sums.value)


def weighing_measures(weighings: Expression) -> list[Expression]:
    sales = weighings.filter(weighings.kind == SALE)
    passages = weighings.filter((weighings.kind == PASSAGE) & (weighings.loaded_kg > LOADED_KG))
    return [
        count(sales, "sales"),
        *(measure(sales, name, sales[name]) for name in ("gross_kg", "tare_kg", "net_kg")),
        count(weighings.filter(weighings.kind == REFUSED), "refusals"),
        count(passages, "passages_without_ticket"),
    ]


def ticket_measures(tables: Tables) -> list[Expression]:
    balances = tables.balances.filter(tables.balances.state.isin(IN_HAND))
    at_open = balances.filter(balances.moment == "open")
    at_close = balances.filter(balances.moment == "close")
    return [
        measure(at_open, "tickets_open", at_open.tickets),
        measure(at_close, "tickets_close", at_close.tickets),
        *(moved(tables.entries, name, move) for name, move in TICKET_MOVES.items()),
    ]


def moved(entries: Expression, name: str, move: str) -> Expression:
    """Tickets that made a move, at the enterprise they came to, else the one they came from."""
    made = entries.filter(entries.move == move)
    enterprise = (made.enterprise_to != "").ifelse(made.enterprise_to, made.enterprise_from)
    return count(made.select(enterprise=enterprise), name)


def time_measures(tables: Tables, period: Period) -> list[Expression]:
    closures = tables.closures
    dark = reported(tables.darks, period)
    owners = tables.weighbridges.select("weighbridge", "enterprise")
    owned = dark.join(owners, "weighbridge")
    return [
        measure(closures, "closed_ms", closures.to_ms - closures.from_ms),
        measure(owned, "dark_ms", owned.ms),
    ]
