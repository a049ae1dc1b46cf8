"""A waybill's parents: nobody knows them from its record, everybody from its own code."""

import hashlib
import json
from pathlib import Path

import pytest

from collector import orders
from collector.cli_trace import find_events
from collector.road.scan_store import load_scans
from tests.collector.receiving import Site
from tests.collector.sites import ENTERPRISE, NOW_MS, PLACE, weighing
from weighbook.orders import Action, Policy
from weighbook.records import Kind
from weighbook.tickets import Ticket, make_ticket_no, sign_ticket, ticket_text

PARENT = make_ticket_no("COAL", "150624", 26, 1, 1)
NUMBER = make_ticket_no("COAL", "150624", 26, 9_001, 1)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A weighbridge that may draw its own numbers, and a load of raw coal in the ledger."""
    site = Site(tmp_path)
    site.take(site.book.begin())
    site.bureau.wall.now_ms += 1
    policy = Policy((("ewaybill_batch", 9_001),))
    orders.issue(site.home, PLACE, Action.POLICY, policy, by="officer-1", second="officer-2")
    site.book.at_ms = max(site.book.at_ms, site.bureau.wall.now_ms)
    site.home.db.execute(
        "INSERT INTO tickets (ticket_no, family, batch, state, enterprise, product, net_kg)"
        " VALUES (?, 'COAL', 'x', 'USED', 'E09', 'RAW', 30000)",
        (PARENT,),
    )
    return site


def sell(site: Site) -> str:
    """Sell on a waybill; the text of its code."""
    now_s = NOW_MS // 1_000
    told = Ticket(
        PLACE, now_s + 99_999, now_s, now_s + 9, NUMBER, "COAL", ENTERPRISE, PLACE, "WASHED",
        35_000, parents=(PARENT,),
    )  # fmt: skip
    text = ticket_text(sign_ticket(told, site.book.key))
    digest = hashlib.sha256(text.encode()).digest()
    body = weighing(ticket_no=NUMBER, ticket_digest=digest, plate="蒙K1", product="WASHED")
    site.take(site.book.write(Kind.TARE, body), site.book.write(Kind.SALE, body))
    return text


def parents(site: Site) -> list[tuple[str, str, int]]:
    rows = site.home.db.execute("SELECT ticket_no, parent, kg FROM ticket_parents")
    return [tuple(row) for row in rows]


def test_an_inspectors_scan_tells_them(site: Site, tmp_path: Path) -> None:
    text = sell(site)
    assert parents(site) == []
    path = tmp_path / "scans.json"
    path.write_text(json.dumps({"scans": [{"text": text, "at_ms": 1}]}), encoding="utf-8")
    load_scans(site.home, path, "officer-1")
    assert parents(site) == [(NUMBER, PARENT, 25_000)]
    down = [event for event in find_events(site.home, PARENT) if event.what == "child"]
    assert [(event.subject, event.facts["drawn_kg"]) for event in down] == [(NUMBER, 25_000)]


def test_a_trace_of_the_code_shows_them_without_keeping_them(site: Site) -> None:
    text = sell(site)
    (told,) = [event for event in find_events(site.home, text) if event.what == "code"]
    assert (told.signed, told.facts["parents"]) == ("verified", [PARENT])
    assert parents(site) == []
