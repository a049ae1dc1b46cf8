"""Cases as their entries: what was done with each, by whom, when; entries are only added.

A case is opened on a finding, may be objected to at any time, and is verified or dismissed by two
officers. Reading folds the entries; nothing else is kept.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from collector import orders
from collector.case_states import CASE_STEPS, COUNTED, CaseState, Step, find
from collector.home import Home
from collector.penalties import History, Stop, Violation
from collector.period import day_of
from weighbook.phrase import Phrase, Refusal

Facts = Mapping[str, Any]


class Case(NamedTuple):
    """As its entries leave it. `facts`: those of all entries, the later over the earlier."""

    case_no: str
    enterprise: str
    state: CaseState
    opened_ms: int
    facts: dict[str, Any]
    objections: tuple[str, ...]


class Signed(NamedTuple):
    """Who does it."""

    by: str
    second: str | None = None


def history_of(db: sqlite3.Connection, enterprise: str) -> History:
    """What was confirmed before and not withdrawn; a protector's case does not count."""
    counted = [
        one
        for one in list_cases(db, enterprise)
        if one.state in COUNTED and one.facts["violation"] != Violation.PROTECTOR
    ]
    stops = tuple(
        Stop(
            date.fromisoformat(one.facts["stop_first"]), date.fromisoformat(one.facts["stop_until"])
        )
        for one in counted
    )
    return History(len(counted), stops)


def read_case(db: sqlite3.Connection, case_no: str) -> Case:
    """Refusal E_NO_CASE if there is none of that number."""
    rows = db.execute(
        "SELECT * FROM case_entries WHERE case_no = ? ORDER BY id", (case_no,)
    ).fetchall()
    if not rows:
        raise Refusal(
            "E_NO_CASE",
            Phrase(f"没有案件 {case_no}。", f"There is no case {case_no}."),
            Phrase("请用 collector case list 查看。", "See them with: collector case list."),
        )
    return folded(rows)


def list_cases(db: sqlite3.Connection, enterprise: str | None = None) -> list[Case]:
    rows = db.execute(
        "SELECT * FROM case_entries WHERE ? IS NULL OR enterprise = ? ORDER BY case_no, id",
        (enterprise, enterprise),
    ).fetchall()
    numbers = dict.fromkeys(row["case_no"] for row in rows)
    return [folded([row for row in rows if row["case_no"] == number]) for number in numbers]


def folded(rows: list[sqlite3.Row]) -> Case:
    """A case out of its entries, oldest first."""
    state: str | None = None
    facts: dict[str, Any] = {}
    objections: list[str] = []
    for row in rows:
        step = find(CASE_STEPS, row["step"], state)
        assert step is not None
        state, told = step.end, json.loads(row["facts"])
        if row["step"] == "object":
            objections.append(f"{day_of(row['at_ms'])} {told.pop('text')}")
        facts |= told
    assert state is not None
    first = rows[0]
    return Case(first["case_no"], first["enterprise"], CaseState(state), first["at_ms"], facts,
                tuple(objections))  # fmt: skip


def add_entry(home: Home, case: tuple[str, str], step: Step, signed: Signed, facts: Facts) -> None:
    home.db.execute(
        "INSERT INTO case_entries (case_no, enterprise, step, at_ms, by1, by2, facts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(*case, step.step, home.now_ms(), signed.by, signed.second),
            json.dumps(dict(facts), ensure_ascii=False),
        ),
    )
    detail = case[1] + (f" + {signed.second}" if signed.second else "")
    home.log(signed.by, f"case {step.step}", case[0], detail)


def check_signed(db: sqlite3.Connection, step: Step, signed: Signed) -> None:
    """Enough different officers; Refusals E_TWO_SIGNERS, E_OFFICER."""
    if step.signers == 2 and signed.second in (None, signed.by):
        raise Refusal(
            "E_TWO_SIGNERS",
            Phrase("此步骤须由两名不同的经办人办理。", "This takes two different officers."),
            Phrase("请用 --by 和 --second 写明两人。", "Name both with --by and --second."),
        )
    for officer in (signed.by, signed.second):
        if officer is not None:
            orders.check_officer(db, officer)


def step_refused(case_no: str, state: str, name: str) -> Refusal:
    return Refusal(
        "E_CASE_STATE",
        Phrase(
            f"案件 {case_no} 现为 {state}，不能办理 {name}。",
            f"The case {case_no} is {state}; {name} does not follow.",
        ),
        Phrase("请用 collector case show 查看。", "See it with: collector case show."),
    )
