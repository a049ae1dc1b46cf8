"""Opening a case and taking it on: the steps of `case_states`, with the measures that follow.

Nothing is confirmed by a program: each step names its officers, two of them where it weighs on
somebody. A step and its measures are one transaction.
"""

from collector import registry
from collector.case_entries import (
    Case,
    Facts,
    Signed,
    add_entry,
    check_signed,
    read_case,
    step_refused,
)
from collector.case_measures import confirm, end_stop, undo
from collector.case_states import CASE_STEPS, CaseState, Step, find
from collector.home import Home
from collector.orders import check_officer
from collector.penalties import Violation
from collector.period import day_of
from collector.schema import transaction

FOLLOWS = {"confirm": confirm, "end": end_stop, "withdraw": undo}


def open_case(
    home: Home, enterprise: str, violation: Violation, signed: Signed, facts: Facts
) -> str:
    """A new case to be verified; its number. Refusals: E_UNKNOWN, E_OFFICER."""
    registry.find(home.db, registry.ENTERPRISES, enterprise)
    check_officer(home.db, signed.by)
    with transaction(home.db):
        year = day_of(home.now_ms())[:4]
        (count,) = home.db.execute(
            "SELECT count(DISTINCT case_no) FROM case_entries WHERE case_no LIKE ?", (f"{year}-%",)
        ).fetchone()
        case_no = f"{year}-{count + 1:04d}"
        step = Step("open", None, CaseState.OPEN, 1)
        add_entry(home, (case_no, enterprise), step, signed, {"violation": violation, **facts})
    return case_no


def take_step(home: Home, case_no: str, name: str, signed: Signed, facts: Facts) -> Case:
    """An entry more, with what follows from it.

    Refusals: E_NO_CASE, E_CASE_STATE, E_TWO_SIGNERS, E_OFFICER.
    """
    with transaction(home.db):
        case = read_case(home.db, case_no)
        step = find(CASE_STEPS, name, case.state)
        if step is None:
            raise step_refused(case_no, case.state, name)
        check_signed(home.db, step, signed)
        follows = FOLLOWS.get(name)
        more = {} if follows is None else follows(home, case, signed, facts)
        add_entry(home, (case_no, case.enterprise), step, signed, {**facts, **more})
        return read_case(home.db, case_no)
