"""An agent killed between a cause and its evidence: the next run books what the first one kept."""

import multiprocessing
import os
import signal
from pathlib import Path

from tests.drivers.waiting import until
from tests.edge_agent.faulty_room import FaultyRoom
from tests.edge_agent.places import Place, enrolled
from tests.edge_agent.test_gathering import FILM, Eyes
from weighbook.records import Kind
from weighbook.verdict import verify_path


def fail_and_hang(place: Place) -> None:
    """A camera is lost, its evidence begins to be gathered, and nobody books it."""
    eyes = Eyes()
    eyes.show(500, ok=True)
    room = FaultyRoom(place, eyes)
    room.post.opened()
    room.post.lose()
    signal.pause()


def killed(place: Place) -> None:
    """A run of the agent that was killed when pictures and film lay on disk."""
    child = multiprocessing.get_context("fork").Process(target=fail_and_hang, args=(place,))
    child.start()
    faults = place.site.faults
    until(lambda: {path.name.split(".")[0] for path in faults.glob("*/*")} >= {"good", "film"})
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()


def test_after_a_kill_the_evidence_that_was_kept_is_booked(tmp_path: Path) -> None:
    place = enrolled(tmp_path)
    killed(place)
    eyes = Eyes()
    eyes.show(900, ok=False)
    room = FaultyRoom(place, eyes)
    change = room.hear()
    room.leave()
    found = {kind: digest for kind, _, digest, _ in change.evidence or ()}
    film = room.evidence.find(found["film"])
    assert film is not None
    assert film.read_bytes().startswith(FILM)
    assert {"good", "film"} <= set(found)
    assert eyes.films == []
    assert (change.code, change.subject) == ("CAMERA_LOST", "deck")


def test_after_a_kill_the_book_is_whole_and_names_its_evidence_once(tmp_path: Path) -> None:
    place = enrolled(tmp_path)
    killed(place)
    for _ in range(2):
        room = FaultyRoom(place, Eyes())
        if not room.booked():
            room.hear()
        until(lambda: not list(place.site.faults.iterdir()))
        room.leave()
    assert len(named(place)) == 1
    assert verify_path(place.site.book, evidence=place.site.evidence).breaks == ()


def named(place: Place) -> list[int]:
    """The records that name evidence of a fault."""
    with place.book() as book:
        return [
            line.record.seq
            for line in book.lines()
            if line.record.kind is Kind.CAUSE and getattr(line.record.body, "evidence", None)
        ]
