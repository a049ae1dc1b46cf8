"""A washery's month: what came in, what went out as which product, and whether that can be.

Opening + input - output = left, in whole kilograms: the opening is what earlier months brought in
and did not send out. Input is the coal of tickets delivered here, as weighed on arrival where a
receipt says so; output is what its own tickets took away. A mine that also washes has coal of its
own that no ticket shows, so only its sums are told and nothing is judged.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from collector.period import ZONE, Period
from collector.washery import MADE_FROM, Band, band_of

SOURCES = tuple(dict.fromkeys(source for made in MADE_FROM.values() for source in made))
INPUT = """
WITH
  e AS (SELECT enterprise, uscc FROM enterprises
    WHERE valid_from_ms < :at_ms AND (valid_to_ms IS NULL OR valid_to_ms >= :at_ms)),
  b AS (SELECT buyer, uscc FROM buyers
    WHERE valid_from_ms < :at_ms AND (valid_to_ms IS NULL OR valid_to_ms >= :at_ms))
SELECT e.enterprise, t.product, sum(coalesce(r.net_kg, t.net_kg)) AS kg
FROM tickets t LEFT JOIN ticket_receipts r ON r.id =
  (SELECT min(id) FROM ticket_receipts f WHERE f.ticket_no = t.ticket_no)
JOIN b ON b.buyer = coalesce(r.buyer, t.buyer) JOIN e ON e.uscc = b.uscc
WHERE t.net_kg IS NOT NULL AND t.used_at_ms >= :from_ms AND t.used_at_ms < :to_ms
  AND t.enterprise <> e.enterprise
GROUP BY 1, 2"""
OUTPUT = """
SELECT enterprise, product, sum(net_kg) AS kg, count(*) AS loads,
  coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM ticket_parents p
    WHERE p.ticket_no = t.ticket_no) THEN net_kg END), 0) AS explained_kg
FROM tickets t WHERE net_kg IS NOT NULL AND used_at_ms >= :from_ms AND used_at_ms < :to_ms
GROUP BY 1, 2"""
ENTERPRISES = """
SELECT enterprise, capacity_t FROM enterprises
WHERE valid_from_ms < :at_ms AND (valid_to_ms IS NULL OR valid_to_ms >= :at_ms) ORDER BY 1"""
LOW, HIGH, OK, UNJUDGED = "low", "high", "ok", ""


class Line(NamedTuple):
    """One product: what went out, of it what names its parents, and its share of the input."""

    product: str
    loads: int
    output_kg: int
    explained_kg: int
    share_permille: int | None
    least_permille: int | None
    most_permille: int | None
    verdict: str


class Month(NamedTuple):
    """One washery's month; `is_judged`: it has no coal of its own."""

    enterprise: str
    period: str
    opening_kg: int
    input_kg: int
    output_kg: int
    left_kg: int
    is_judged: bool
    lines: tuple[Line, ...]

    @property
    def is_over(self) -> bool:
        """More went out than ever came in."""
        return self.is_judged and self.left_kg < 0

    @property
    def ok(self) -> bool:
        return not self.is_over and all(line.verdict in (OK, UNJUDGED) for line in self.lines)


class Sums(NamedTuple):
    """By enterprise and product: kilograms in, and (kilograms, loads, explained) out.

    `own`: who sold unwashed coal, and so has some of his own.
    """

    came: Mapping[tuple[str, str], int]
    went: Mapping[tuple[str, str], tuple[int, int, int]]
    own: frozenset[str]


def months(db: sqlite3.Connection, period: Period, bands: Sequence[Band]) -> list[Month]:
    """Everybody who got coal to wash, or sold what is washed, by number."""
    before, during = (
        sums(db, {"from_ms": from_ms, "to_ms": to_ms, "at_ms": period.to_ms})
        for from_ms, to_ms in ((0, period.from_ms), (period.from_ms, period.to_ms))
    )
    rows = db.execute(ENTERPRISES, {"at_ms": period.to_ms}).fetchall()
    busy = {enterprise for enterprise, _ in (*during.came, *during.went)}
    told = (period, before, during)
    own = before.own | during.own | {row["enterprise"] for row in rows if row["capacity_t"]}
    names = [row["enterprise"] for row in rows if row["enterprise"] in busy]
    return [month_of(name, told, bands, is_judged=name not in own) for name in names]


def sums(db: sqlite3.Connection, span: Mapping[str, int]) -> Sums:
    came = {
        (row["enterprise"], row["product"]): int(row["kg"])
        for row in db.execute(INPUT, span)
        if row["product"] in SOURCES
    }
    rows = db.execute(OUTPUT, span).fetchall()
    went = {
        (row["enterprise"], row["product"]): (row["kg"], row["loads"], row["explained_kg"])
        for row in rows
        if row["product"] in MADE_FROM
    }
    own = frozenset(row["enterprise"] for row in rows if row["product"] in SOURCES)
    return Sums(came, went, own)


def month_of(
    enterprise: str, told: tuple[Period, Sums, Sums], bands: Sequence[Band], *, is_judged: bool
) -> Month:
    period, before, during = told
    opening_kg = max(0, total(before.came, enterprise) - sent(before, enterprise))
    input_kg, output_kg = total(during.came, enterprise), sent(during, enterprise)
    day = datetime.fromtimestamp(period.from_ms // 1000, UTC).astimezone(ZONE).date()
    lines = []
    for product in MADE_FROM:
        kg, loads, explained_kg = during.went.get((enterprise, product), (0, 0, 0))
        source_kg = sum(during.came.get((enterprise, name), 0) for name in MADE_FROM[product])
        band = band_of(bands, enterprise, product, day) if is_judged else None
        if loads or band is not None:
            share = judge((kg, source_kg), band)
            lines.append(Line(product, loads, kg, explained_kg, *share))
    left_kg = opening_kg + input_kg - output_kg
    sums_told = (opening_kg, input_kg, output_kg, left_kg)
    return Month(enterprise, period.name, *sums_told, is_judged, tuple(lines))


def judge(
    weighed: tuple[int, int], band: Band | None
) -> tuple[int | None, int | None, int | None, str]:
    """(share, least, most, verdict) of a product's output and the input it is made from."""
    kg, source_kg = weighed
    share = kg * 1_000 // source_kg if source_kg else None
    if band is None:
        return share, None, None, UNJUDGED
    verdict = OK
    if kg * 1_000 > source_kg * band.most_permille:
        verdict = HIGH
    elif kg * 1_000 < source_kg * band.least_permille:
        verdict = LOW
    return share, band.least_permille, band.most_permille, verdict


def total(amounts: Mapping[tuple[str, str], int], enterprise: str) -> int:
    return sum(kg for (name, _), kg in amounts.items() if name == enterprise)


def sent(told: Sums, enterprise: str) -> int:
    return total({key: out[0] for key, out in told.went.items()}, enterprise)


def yield_rows(found: Iterable[Month]) -> list[tuple[object, ...]]:
    """What the month's rule reads: products out of their band, washeries over their input."""
    rows: list[tuple[object, ...]] = []
    for month in found:
        for line in month.lines:
            if line.verdict in (LOW, HIGH):
                bound = line.least_permille if line.verdict == LOW else line.most_permille
                share = line.share_permille or 0
                rows.append((month.enterprise, line.product, "share_permille", share, bound))
        if month.is_over:
            here = (month.output_kg, month.opening_kg + month.input_kg)
            rows.append((month.enterprise, "", "net_kg_out", *here))
    return rows
