"""Draws in the database: announced with a hash, drawn once, laid open, to be checked by anybody."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from collector.case_entries import list_cases
from collector.case_states import CaseState
from collector.draw import SEED_BYTES, Place, commitment, draw, lots_of
from collector.home import Home
from collector.orders import check_officer
from collector.schema import transaction
from weighbook.phrase import Phrase, Refusal

DAY_MS = 24 * 3_600_000
LOOK_BACK_DAYS = 30
ALERTS = "SELECT weighbridge, count(*) FROM alerts WHERE from_ms >= ? GROUP BY 1"
OUTAGES = "SELECT weighbridge, count(*) FROM outages WHERE from_ms >= ? GROUP BY 1"


def announce(home: Home, name: str, by: str, seed: bytes | None = None) -> bytes:
    """Make a seed and say its hash. Refusals: E_DRAWN, the name was announced; E_OFFICER."""
    check_officer(home.db, by)
    seed = secrets.token_bytes(SEED_BYTES) if seed is None else seed
    with transaction(home.db):
        if home.db.execute("SELECT 1 FROM draws WHERE name = ?", (name,)).fetchone():
            raise drawn_refused(name)
        said = commitment(seed)
        home.db.execute(
            "INSERT INTO draws (name, announced_ms, by1, commitment, seed) VALUES (?, ?, ?, ?, ?)",
            (name, home.now_ms(), by, said, seed),
        )
        home.log(by, "draw announce", name, said.hex())
    return said


def carry_out(
    home: Home, name: str, by: str, inspectors: Sequence[str], teams: tuple[int, int]
) -> dict[str, Any]:
    """Draw once; all it was made from is in the answer. Refusals: E_NO_DRAW, E_DRAWN, E_DRAW."""
    check_officer(home.db, by)
    with transaction(home.db):
        row = home.db.execute("SELECT * FROM draws WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise Refusal(
                "E_NO_DRAW",
                Phrase(f"没有预告过 {name}。", f"{name} was not announced."),
                Phrase("请先用 collector draw announce 预告。", "Announce it first."),
            )
        if row["drawn_ms"] is not None:
            raise drawn_refused(name)
        places = read_places(home.db, home.now_ms())
        result = {
            "name": name,
            "announced_ms": row["announced_ms"],
            "drawn_ms": home.now_ms(),
            "commitment": bytes(row["commitment"]).hex(),
            "seed": bytes(row["seed"]).hex(),
            "places": [list(place) for place in places],
            "inspectors": sorted(inspectors),
            "teams": list(teams),
            "tasks": [list(task) for task in draw(bytes(row["seed"]), places, inspectors, *teams)],
        }
        text = json.dumps(result, ensure_ascii=False)
        home.db.execute(
            "UPDATE draws SET drawn_ms = ?, result = ? WHERE name = ?", (home.now_ms(), text, name)
        )
        home.log(by, "draw", name, f"{teams[0]} x {teams[1]}")
    laid_open: dict[str, Any] = json.loads(text)
    return laid_open


def is_fair(result: dict[str, Any]) -> bool:
    """Whether a draw laid open follows from its announcement. Errors: KeyError, ValueError,

    TypeError, Refusal for what is no such thing.
    """
    seed = bytes.fromhex(result["seed"])
    places = [Place(str(name), int(lots)) for name, lots in result["places"]]
    again = draw(seed, places, result["inspectors"], *result["teams"])
    same = [[task.weighbridge, list(task.inspectors)] for task in again] == result["tasks"]
    return bool(same and commitment(seed).hex() == result["commitment"])


def read_places(db: sqlite3.Connection, now_ms: int) -> list[Place]:
    """Every weighbridge in use with its lots: alerts and outages of thirty days, standing cases."""
    since_ms = now_ms - LOOK_BACK_DAYS * DAY_MS
    alerts, outages = (_counted(db, question, since_ms) for question in (ALERTS, OUTAGES))
    rows = db.execute(
        "SELECT weighbridge, enterprise FROM weighbridges_now WHERE state != 'retired'"
        " ORDER BY weighbridge"
    ).fetchall()
    standing = [one for one in list_cases(db) if one.state in (CaseState.OPEN, CaseState.CONFIRMED)]
    return [
        Place(
            weighbridge,
            lots_of(
                alerts.get(weighbridge, 0),
                outages.get(weighbridge, 0),
                sum(one.enterprise == enterprise for one in standing),
            ),
        )
        for weighbridge, enterprise in rows
    ]


def _counted(db: sqlite3.Connection, question: str, since_ms: int) -> dict[str, int]:
    return {name: count for name, count in db.execute(question, (since_ms,)) if name is not None}


def drawn_refused(name: str) -> Refusal:
    return Refusal(
        "E_DRAWN",
        Phrase(f"{name} 已预告或已抽取，不能重来。", f"{name} was announced or drawn already."),
        Phrase("请另取名称。", "Give the next one another name."),
    )
