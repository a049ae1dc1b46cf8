"""What a month shows of the bureau's own people (F-B01 to F-B05): one small rule each. Pure.

For the inspectorate alone: these findings stand in no export, page or case against a mine. They
point at what deserves a question; a permit in the night may have been the right thing to do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from collector.finding import Amount, Finding, order_key
from weighbook.orders import RELAXING

HOUR_MS = 3_600_000
SHANGHAI_MS = 8 * HOUR_MS
DAY_HOURS = 24
RELAXED = frozenset(str(action) for action in RELAXING)
MOST_EVIDENCE = 50


class Terms(NamedTuple):
    """What is usual: hours of work, permits a month, their share; how long an officer is new."""

    from_hour: int
    until_hour: int
    permits: int
    permille: int
    newcomer_ms: int


class Signed(NamedTuple):
    weighbridge: str
    number: int
    action: str
    at_ms: int
    by1: str
    by2: str | None


class Approved(NamedTuple):
    """An approval of a request, and who had asked."""

    request: int
    asked_by: str
    officer: str


class Moved(NamedTuple):
    """Tickets moved by one entry of the ledger; `needs_two`: the move takes two officers."""

    move: str
    by1: str
    by2: str | None
    source: str
    tickets: int
    needs_two: bool


class Newcomer(NamedTuple):
    """An officer, and who registered him when."""

    officer: str
    by: str
    at_ms: int


class Sold(NamedTuple):
    weighbridge: str
    net_kg: int
    permitted_kg: int


class Issued(NamedTuple):
    """What an enterprise was given tickets for, and might be; None: nobody has set a measure."""

    enterprise: str
    kg: int
    allowed_kg: int | None


class Facts(NamedTuple):
    signed: tuple[Signed, ...] = ()
    approved: tuple[Approved, ...] = ()
    moved: tuple[Moved, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()
    sold: tuple[Sold, ...] = ()
    issued: tuple[Issued, ...] = ()


class Told(NamedTuple):
    """A finding without its month."""

    code: str
    subject: str
    measured: Amount
    expected: Amount
    evidence: tuple[str, ...]


def findings(facts: Facts, terms: Terms, month: str) -> tuple[Finding, ...]:
    """All that the rules find, gravest first."""
    found = [
        Finding(
            told.code,
            told.subject,
            month,
            told.measured,
            told.expected,
            Amount(told.measured.unit, 0),
            told.evidence[:MOST_EVIDENCE],
        )
        for rule in RULES
        for told in rule(facts, terms)
    ]
    return tuple(sorted(found, key=order_key))


def own_approvals(facts: Facts, terms: Terms) -> Iterator[Told]:
    """F-B01: one person where two were needed, be it by a name he has just made himself."""
    cases: list[tuple[str, str]] = []
    since = {new.officer: new for new in facts.newcomers}
    for order in (each for each in facts.signed if each.action in RELAXED):
        name = f"{order.weighbridge} #{order.number} {order.action}"
        if order.by2 in (None, order.by1):
            cases.append((order.by1, name))
        for first, second in ((order.by1, order.by2), (order.by2, order.by1)):
            new = since.get(second or "")
            if new and new.by == first and 0 <= order.at_ms - new.at_ms < terms.newcomer_ms:
                cases.append((new.by, f"{name} + {new.officer}"))
    cases += [
        (one.officer, f"request {one.request}")
        for one in facts.approved
        if one.officer == one.asked_by
    ]
    cases += [
        (one.by1, f"{one.move} {one.source}")
        for one in facts.moved
        if one.needs_two and one.by2 in (None, one.by1)
    ]
    yield from by_person("F-B01", "acts", cases)


def night_releases(facts: Facts, terms: Terms) -> Iterator[Told]:
    """F-B02: a rule relaxed outside the hours of work; told of both who signed."""
    cases = [
        (officer, f"{order.weighbridge} #{order.number} {order.action} {clock(order.at_ms)}")
        for order in facts.signed
        if order.action in RELAXED and not is_at_work(order.at_ms, terms)
        for officer in dict.fromkeys(filter(None, (order.by1, order.by2)))
    ]
    yield from by_person("F-B02", "orders", cases)


def reversals(facts: Facts, _terms: Terms) -> Iterator[Told]:
    """F-B03: used tickets written off; each needs its own evidence."""
    cases: dict[str, list[Moved]] = defaultdict(list)
    for one in facts.moved:
        if one.move == "write-off":
            cases[one.by1].append(one)
    for officer, moves in sorted(cases.items()):
        count = sum(one.tickets for one in moves)
        evidence = tuple(f"{one.source} ({one.tickets}) + {one.by2 or ''}" for one in moves)
        yield Told("F-B03", officer, Amount("tickets", count), Amount("tickets", 0), evidence)


def many_permits(facts: Facts, terms: Terms) -> Iterator[Told]:
    """F-B04: a weighbridge that lives on permits, by their number or by what was sold on them."""
    permits: dict[str, list[Signed]] = defaultdict(list)
    for order in facts.signed:
        if order.action == "PERMIT":
            permits[order.weighbridge].append(order)
    for place, given in sorted(permits.items()):
        if len(given) > terms.permits:
            evidence = tuple(f"#{p.number} {p.by1} + {p.by2} {clock(p.at_ms)}" for p in given)
            measured, usual = Amount("permits", len(given)), Amount("permits", terms.permits)
            yield Told("F-B04", place, measured, usual, evidence)
    for place, net_kg, permitted_kg in facts.sold:
        if net_kg and permitted_kg * 1_000 > net_kg * terms.permille:
            share = Amount("permille", permitted_kg * 1_000 // net_kg)
            evidence = (f"{permitted_kg} / {net_kg} kg",)
            yield Told("F-B04", place, share, Amount("permille", terms.permille), evidence)


def over_quota(facts: Facts, _terms: Terms) -> Iterator[Told]:
    """F-B05: tickets for more than the enterprise may sell."""
    for enterprise, kg, allowed_kg in facts.issued:
        if allowed_kg is not None and kg > allowed_kg:
            measured, allowed = Amount("net_kg", kg), Amount("net_kg", allowed_kg)
            yield Told("F-B05", enterprise, measured, allowed, ())


RULES: tuple[Callable[[Facts, Terms], Iterator[Told]], ...] = (
    own_approvals,
    night_releases,
    reversals,
    many_permits,
    over_quota,
)


def by_person(code: str, unit: str, cases: Iterable[tuple[str, str]]) -> Iterator[Told]:
    """One finding for each person, with all that was found of him."""
    found: dict[str, list[str]] = defaultdict(list)
    for officer, what in cases:
        found[officer].append(what)
    for officer, whats in sorted(found.items()):
        yield Told(code, officer, Amount(unit, len(whats)), Amount(unit, 0), tuple(whats))


def is_at_work(at_ms: int, terms: Terms) -> bool:
    return terms.from_hour <= hour_of(at_ms) < terms.until_hour


def hour_of(at_ms: int) -> int:
    """The local hour, 0 to 23; China has one offset and no summer time."""
    return (at_ms + SHANGHAI_MS) // HOUR_MS % DAY_HOURS


def clock(at_ms: int) -> str:
    return f"{hour_of(at_ms):02d}:{at_ms // 60_000 % 60:02d}"
