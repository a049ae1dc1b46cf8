"""The capture from a stored curve: whoever has the evidence gets the weight of the record."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from edge_agent.acts import KeepCurve
from edge_agent.curve import decode_curve, encode_curve
from edge_agent.evidence import Evidence
from edge_agent.recapture import memory_of, recapture, weight_differs
from edge_agent.recollection import recollect
from edge_agent.replay import replay
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.shape import NO_MEMORY
from tests.edge_agent.places import append, enrolled
from tests.edge_agent.story import SITE, Story
from tests.edge_agent.test_deck_checks import GROSS_KG, sell, watched
from weighbook.records import Kind, Weighing

WATCHED = replace(SITE, tamper=TamperLimits())


@pytest.fixture(scope="module")
def story() -> Story:
    """One truck sold, its curves kept."""
    story = watched()
    sell(story)
    return story


def curves(story: Story) -> dict[bytes, bytes]:
    return {sha256(act.curve).digest(): act.curve for act in story.of(KeepCurve)}


def sale(story: Story) -> Weighing:
    return next(body for body in story.weighings() if body.gross_kg is not None)


def test_the_curve_of_a_sale_gives_its_weight_again(story: Story) -> None:
    body = sale(story)
    assert body.curve is not None
    capture = recapture(decode_curve(curves(story)[body.curve]), WATCHED)
    assert capture is not None
    assert capture.weight_kg == body.weight_kg == GROSS_KG


def test_a_record_that_says_another_weight_than_its_curve_is_found(story: Story) -> None:
    stored = decode_curve(curves(story)[sale(story).curve or b""])
    assert not weight_differs(stored, GROSS_KG, WATCHED)
    assert weight_differs(stored, GROSS_KG + 20, WATCHED)


def test_a_replay_compares_every_weight_with_its_curve(story: Story) -> None:
    kept = curves(story)
    blank = Story(site=WATCHED).folded()
    records = story.records[1:]
    assert not {d.code for d in replay(records, blank, WATCHED, kept.get)} & {"D_CURVE"}
    body = sale(story)
    lied = [
        replace(r, body=replace(body, weight_kg=GROSS_KG + 1_000)) if r.body is body else r
        for r in records
    ]
    assert "D_CURVE" in {d.code for d in replay(lied, blank, WATCHED, kept.get)}


def test_evidence_that_is_no_curve_or_another_is_found(story: Story) -> None:
    blank = Story(site=WATCHED).folded()
    other = encode_curve(decode_curve(next(iter(curves(story).values()))).curve, 20, 40)
    for data in (b"\x00", other):
        found = dict.fromkeys(curves(story), data)
        differences = replay(story.records[1:], blank, WATCHED, found.get)
        assert "D_EVIDENCE" in {difference.code for difference in differences}


def test_a_thinned_curve_is_taken_at_its_word(story: Story) -> None:
    stored = decode_curve(curves(story)[sale(story).curve or b""])
    thin = stored._replace(curve=replace(stored.curve, stride=2))
    assert not weight_differs(thin, GROSS_KG + 1_000, WATCHED)


def test_arrivals_are_remembered_from_the_evidence(story: Story) -> None:
    memory = memory_of(map(decode_curve, curves(story).values()), WATCHED)
    assert memory.shapes == story.lane.memory.shapes


def test_a_start_recalls_the_newest_arrivals(story: Story, tmp_path: Path) -> None:
    place, body = enrolled(tmp_path), sale(story)
    evidence = Evidence(place.site.evidence)
    with place.book() as book:
        for data in curves(story).values():
            append(book, Kind.PASSAGE, replace(body, curve=evidence.keep(data)))
        append(book, Kind.PASSAGE, replace(body, curve=bytes(32)))
        assert recollect(book, evidence, WATCHED).shapes == story.lane.memory.shapes


def test_c30_a_book_that_does_not_hold_recalls_nothing_and_stops_no_start(tmp_path: Path) -> None:
    place = enrolled(tmp_path)
    place.fill(3)
    with closing(sqlite3.connect(place.site.book)) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(
            "UPDATE records SET message = substr(message, 1, length(message) - 1) WHERE seq = 2"
        )
        db.commit()
    with place.book() as book:
        assert recollect(book, Evidence(place.site.evidence), WATCHED) == NO_MEMORY
