"""The list of dishonest enterprises (三.三): proposed, heard, confirmed, published, removed.

A proposal follows from a case; the mine is heard before two officers confirm; only what two
officers publish is public. Entries are only added.
"""

import json
import sqlite3
from typing import Any, NamedTuple

from collector.case_entries import Signed, check_signed
from collector.case_states import LIST_STEPS, ListState, Step, find
from collector.home import Home
from collector.schema import transaction
from weighbook.phrase import Phrase, Refusal

PROPOSE = "propose"


class Listing(NamedTuple):
    """One enterprise's place on the list; `case_no`: what it was last proposed for."""

    enterprise: str
    state: ListState
    since_ms: int
    case_no: str | None
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


def add_proposal(
    home: Home, enterprise: str, case_no: str, by: str, reasons: tuple[str, ...]
) -> None:
    """Propose it, inside the caller's transaction; one that is on the list already stays there."""
    found = read_listing(home.db, enterprise)
    if find(LIST_STEPS, PROPOSE, None if found is None else found.state) is None:
        return
    _add(home, (enterprise, case_no), PROPOSE, Signed(by), {"reasons": list(reasons)})


def take_list_step(home: Home, enterprise: str, name: str, signed: Signed, note: str) -> Listing:
    """A step more. Refusals: E_NOT_LISTED, E_LIST_STATE, E_TWO_SIGNERS, E_OFFICER."""
    with transaction(home.db):
        found = read_listing(home.db, enterprise)
        if found is None:
            raise Refusal(
                "E_NOT_LISTED",
                Phrase(f"{enterprise} 不在名单上。", f"{enterprise} is not on the list."),
                Phrase(
                    "只有查实的案件才会列入。", "Only a verified case leads onto it: see the cases."
                ),
            )
        step: Step | None = find(LIST_STEPS, name, found.state)
        if step is None or name == PROPOSE:
            raise Refusal(
                "E_LIST_STATE",
                Phrase(
                    f"{enterprise} 现为 {found.state}，不能办理 {name}。",
                    f"{enterprise} is {found.state}; {name} does not follow.",
                ),
                Phrase(
                    "顺序：听取陈述、确认、公示；随时可移出。",
                    "The order is: hear, confirm, publish; remove at any time.",
                ),
            )
        check_signed(home.db, step, signed)
        _add(home, (enterprise, found.case_no), name, signed, {"note": note})
        listing = read_listing(home.db, enterprise)
    assert listing is not None
    return listing


def read_listing(db: sqlite3.Connection, enterprise: str) -> Listing | None:
    rows = db.execute(
        "SELECT * FROM blacklist_entries WHERE enterprise = ? ORDER BY id", (enterprise,)
    ).fetchall()
    state: str | None = None
    since_ms, case_no, reasons, notes = 0, None, tuple[str, ...](), list[str]()
    for row in rows:
        step = find(LIST_STEPS, row["step"], state)
        assert step is not None
        state, since_ms, case_no = step.end, row["at_ms"], row["case_no"]
        facts: dict[str, Any] = json.loads(row["facts"])
        reasons = tuple(facts.get("reasons", reasons))
        notes += [facts["note"]] if facts.get("note") else []
    if state is None:
        return None
    return Listing(enterprise, ListState(state), since_ms, case_no, reasons, tuple(notes))


def listings(db: sqlite3.Connection) -> list[Listing]:
    """Everybody who ever was on the list, by number."""
    names = db.execute("SELECT DISTINCT enterprise FROM blacklist_entries ORDER BY 1").fetchall()
    found = (read_listing(db, row["enterprise"]) for row in names)
    return [one for one in found if one is not None]


def published(db: sqlite3.Connection) -> list[Listing]:
    """The public list: what two officers have published, and nothing else."""
    return [one for one in listings(db) if one.state is ListState.PUBLISHED]


def _add(home: Home, listed: tuple[str, str | None], name: str, signed: Signed, facts: Any) -> None:
    enterprise, case_no = listed
    home.db.execute(
        "INSERT INTO blacklist_entries (enterprise, step, at_ms, by1, by2, case_no, facts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(enterprise, name, home.now_ms(), signed.by, signed.second, case_no),
            json.dumps(facts, ensure_ascii=False),
        ),
    )
    home.log(signed.by, f"blacklist {name}", enterprise, case_no or "")
