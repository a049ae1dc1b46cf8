"""What a confirmed case does, and what undoes it again when it ends.

Worked out by `penalties`, put into force here: the enterprise's state, its tickets, a signed
suspension to each of its weighbridges, the make-up, the proposal for the blacklist. Everything
works inside the caller's transaction: all of it or nothing.
"""

import json
import sqlite3
from datetime import date

from collector import orders, registry
from collector.blacklist import add_proposal
from collector.case_entries import Case, Facts, Signed, history_of, list_cases
from collector.case_states import CaseState
from collector.home import Home
from collector.penalties import Deed, Stop, Violation, nth_of, reasons_to_blacklist, stop_of
from collector.period import day_of
from collector.rates import due_fen, load_rates, rate_of
from collector.ticket_entries import Stamp, move
from collector.ticket_states import State
from weighbook.orders import Action, Lift, Suspend
from weighbook.phrase import Phrase, Refusal

FROM_STATES = (State.ISSUED, State.ALLOCATED, State.RESERVED)


def confirm(home: Home, case: Case, signed: Signed, facts: Facts) -> Facts:
    """Works the measures out and puts them into force."""
    violation = Violation(case.facts["violation"])
    verified = date.fromisoformat(facts["verified"])
    history = history_of(home.db, case.enterprise)
    stop = stop_of(violation, nth_of(violation, history), verified)
    day = case.facts.get("day")
    deed = Deed(
        violation, int(case.facts.get("net_kg") or 0), date.fromisoformat(day) if day else None
    )
    why = reasons_to_blacklist(deed, history, home.config.penalties.huge_t * 1_000 or None)
    frozen = freeze(home, case, signed)
    numbers = suspend(home, case, stop, signed)
    if why:
        add_proposal(home, case.enterprise, case.case_no, signed.by, why)
    return {
        "nth": nth_of(violation, history),
        "stop_first": stop.first.isoformat(),
        "stop_until": stop.until.isoformat(),
        "tickets_frozen": frozen,
        "orders": numbers,
        "blacklist": list(why),
        **make_up(case.facts, verified),
    }


def make_up(facts: Facts, day: date) -> Facts:
    """Tickets and money owed for the load (补票补税); what cannot be worked out is None."""
    net_kg, price = int(facts.get("net_kg") or 0), facts.get("price_fen_per_t")
    product, rates = str(facts.get("product") or ""), load_rates()
    owed = {
        f"{name}_fen": due_fen(rate_of(rates, kind, product, day), net_kg, price)
        for name, kind in (
            ("resource_tax", "resource-tax"),
            ("vat", "vat"),
            ("soil_and_water", "soil-and-water"),
        )
    }
    return {"make_up_tickets": facts.get("tickets"), "make_up_kg": net_kg or None, **owed}


def freeze(home: Home, case: Case, signed: Signed) -> int:
    """No ticket of the enterprise is to be issued or used; how many were frozen."""
    now_ms = home.now_ms()
    row = registry.find(home.db, registry.ENTERPRISES, case.enterprise)
    if row["state"] == "active":
        news = {"state": "suspended", "by": signed.by}
        registry.change(home.db, registry.ENTERPRISES, case.enterprise, news, now_ms)
    numbers = unused(home.db, case.enterprise, FROM_STATES)
    if numbers:
        stamp = Stamp(now_ms, signed.by, signed.second, f"case {case.case_no}")
        move(home.db, numbers, "freeze", stamp)
    return len(numbers)


def suspend(home: Home, case: Case, stop: Stop, signed: Signed) -> dict[str, int]:
    """A signed suspension for every enrolled weighbridge; the order's number of each.

    Without an end of its own: it is lifted when the case ends, not by a clock that may be wrong.
    """
    reason = f"{case.case_no} {stop.first}—{stop.until}"
    return {
        weighbridge: orders.issue(
            home, weighbridge, Action.SUSPEND, Suspend(reason), by=signed.by, second=signed.second
        )
        for weighbridge in enrolled(home.db, case.enterprise)
    }


def end_stop(home: Home, case: Case, signed: Signed, _facts: Facts) -> Facts:
    """When its time is over. Refusal E_STOP_RUNS before that."""
    until = case.facts["stop_until"]
    if day_of(home.now_ms()) < until:
        raise Refusal(
            "E_STOP_RUNS",
            Phrase(f"停销到 {until} 才期满。", f"The stop runs until {until}."),
            Phrase("确属错案的，请撤销案件。", "If the case is wrong, withdraw it."),
        )
    return lift_stop(home, case, signed)


def undo(home: Home, case: Case, signed: Signed, _facts: Facts) -> Facts:
    """A wrong case holds nobody from now on; one that has ended holds nobody already."""
    return {} if case.state is CaseState.ENDED else lift_stop(home, case, signed)


def lift_stop(home: Home, case: Case, signed: Signed) -> Facts:
    """Lifts its suspensions; tickets thaw unless another case still holds the enterprise."""
    for weighbridge, number in case.facts["orders"].items():
        orders.issue(
            home, weighbridge, Action.LIFT, Lift(number), by=signed.by, second=signed.second
        )
    others = (one for one in list_cases(home.db, case.enterprise) if one.case_no != case.case_no)
    if any(one.state is CaseState.CONFIRMED for one in others):
        return {}
    return {"tickets_thawed": thaw(home, case, signed)}


def thaw(home: Home, case: Case, signed: Signed) -> int:
    now_ms = home.now_ms()
    row = registry.find(home.db, registry.ENTERPRISES, case.enterprise)
    if row["state"] == "suspended":
        news = {"state": "active", "by": signed.by}
        registry.change(home.db, registry.ENTERPRISES, case.enterprise, news, now_ms)
    numbers = unused(home.db, case.enterprise, (State.FROZEN,))
    if numbers:
        stamp = Stamp(now_ms, signed.by, signed.second, f"case {case.case_no}")
        move(home.db, numbers, "thaw", stamp)
    return len(numbers)


def unused(db: sqlite3.Connection, enterprise: str, states: tuple[State, ...]) -> list[str]:
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE enterprise = ?"
        " AND state IN (SELECT value FROM json_each(?)) ORDER BY ticket_no",
        (enterprise, json.dumps(states)),
    )
    return [row["ticket_no"] for row in rows]


def enrolled(db: sqlite3.Connection, enterprise: str) -> list[str]:
    rows = db.execute(
        "SELECT weighbridge FROM weighbridges_now WHERE enterprise = ? AND epoch > 0"
        " AND state != 'retired' ORDER BY weighbridge",
        (enterprise,),
    )
    return [row["weighbridge"] for row in rows]
