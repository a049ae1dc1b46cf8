"""Gathering the evidence of faults on a real disk: whole, once, bounded, and through a kill."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from drivers.cameras.judged import Judged
from edge_agent.camera_history import AFTER_MS, History
from edge_agent.events import Event, EvidenceTaken, Fault, Moment
from edge_agent.evidence import Evidence
from edge_agent.fault_films import MAX_FILMS, SHARED_MS
from edge_agent.gathering import AGAIN_MS, MAX_JOBS, Gatherer

T0 = 1_790_000_000_000
FAULT = Fault("CAMERA_FROZEN", "deck", T0)
OTHER = Fault("CAMERA_BLIND", "deck", T0 + 1)
FOUND = Moment(T0 + 3_500, 3_500)
FILM = b"\x1aE\xdf\xa3" + bytes(9_000)


@dataclass
class Eyes:
    """Cameras that show what they are told, and write their film at once or never."""

    seen: dict[str, History] = field(default_factory=dict)
    films: list[tuple[str, Path]] = field(default_factory=list)
    is_there: bool = True
    writes: bool = True

    def history(self, camera: str) -> History | None:
        return self.seen.get(camera)

    def film(self, camera: str, path: Path) -> bool:
        self.films.append((camera, path))
        if self.is_there and self.writes:
            path.write_bytes(FILM + bytes([len(self.films)]))
        return self.is_there

    def show(self, mono_ms: int, *, ok: bool, camera: str = "deck") -> None:
        judged = Judged(mono_ms, (), {"scene_milli": 900})
        history, at = self.seen.get(camera, History()), Moment(T0 + mono_ms, mono_ms)
        self.seen[camera] = history.take(at, judged, lambda: b"\xff\xd8%d" % mono_ms, ok=ok)


class Desk:
    """A gatherer at work on a folder; faults are found 3.5 s after the cameras began."""

    def __init__(self, folder: Path, eyes: Eyes | None = None, min_free_mib: int = 0) -> None:
        self.folder = folder
        self.evidence = Evidence(folder / "evidence")
        self.eyes = eyes or Eyes()
        self.told: list[EvidenceTaken] = []
        faults = folder / "faults"
        self.gatherer = Gatherer(faults, self.evidence, self.eyes, self._post, min_free_mib)
        self.gatherer.resume(FOUND)

    def _post(self, event: Event) -> bool:
        assert isinstance(event, EvidenceTaken)
        self.told.append(event)
        return True

    def ask(self, *faults: Fault, late: bool = False) -> None:
        for fault in faults:
            self.gatherer.gather(fault, FOUND, late=late)

    def step(self, after_ms: int = 0) -> None:
        """What the worker does so long after the faults were found."""
        self.gatherer.step(Moment(FOUND.wall_ms + after_ms, FOUND.mono_ms + after_ms))

    def gathered(self, *faults: Fault) -> EvidenceTaken:
        """The whole of it for these faults; the last answer."""
        self.ask(*faults)
        self.step()
        self.step(AFTER_MS)
        return self.told[-1]

    def drafts(self) -> list[str]:
        folder = self.folder / "faults"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for second in range(1, 4):
        desk.eyes.show(1_000 * second, ok=second < 3)
    return desk


def kinds(told: EvidenceTaken) -> list[str]:
    return [kind for kind, *_ in told.pieces]


def contents(desk: Desk, told: EvidenceTaken) -> dict[str, bytes]:
    found = {}
    for kind, _, digest, size in told.pieces:
        path = desk.evidence.find(digest)
        assert path is not None
        data = path.read_bytes()
        assert (sha256(data).digest(), len(data)) == (digest, size)
        found[kind] = data
    return found


def test_all_of_a_fault_lies_in_the_evidence_under_its_hash(desk: Desk) -> None:
    told = desk.gathered(FAULT)
    found = contents(desk, told)
    assert kinds(told) == ["good", "bad", "film", "history"]
    assert (found["good"], found["bad"]) == (b"\xff\xd82000", b"\xff\xd83000")
    assert found["film"].startswith(FILM)
    assert json.loads(found["history"])["camera"] == "deck"
    assert told.missing == ()


def test_bad_pictures_are_kept_as_they_come_and_no_more_than_three(desk: Desk) -> None:
    desk.ask(FAULT)
    for second in range(4, 10):
        desk.eyes.show(1_000 * second, ok=False)
        desk.step()
    desk.step(AFTER_MS)
    taken = [at_ms for kind, at_ms, *_ in desk.told[-1].pieces if kind == "bad"]
    assert taken == [T0 + 3_000, T0 + 4_000, T0 + 5_000]


def test_nothing_is_told_before_its_time_and_then_again_until_it_is_booked(desk: Desk) -> None:
    desk.ask(FAULT)
    desk.step(AFTER_MS - 1)
    assert desk.told == []
    for after_ms in (AFTER_MS, AFTER_MS + AGAIN_MS - 1, AFTER_MS + AGAIN_MS):
        desk.step(after_ms)
    assert [told.pieces for told in desk.told] == [desk.told[0].pieces] * 2
    assert desk.told[1].now.mono_ms - desk.told[0].now.mono_ms == AGAIN_MS


def test_what_is_booked_is_let_go_and_stays_in_the_evidence(desk: Desk) -> None:
    told = desk.gathered(FAULT)
    assert len(desk.drafts()) == 1
    desk.gatherer.booked(FAULT)
    desk.step()
    assert desk.drafts() == []
    assert len(contents(desk, told)) == 4
    desk.step(10 * AGAIN_MS)
    assert len(desk.told) == 1


def test_a_fault_asked_for_twice_is_gathered_once(desk: Desk) -> None:
    desk.gathered(FAULT, FAULT)
    desk.ask(FAULT)
    desk.step(AFTER_MS)
    assert (len(desk.told), len(desk.eyes.films)) == (1, 1)


def test_what_there_is_none_of_is_told_as_missing_with_why(tmp_path: Path) -> None:
    told = Desk(tmp_path, Eyes(is_there=False)).gathered(FAULT)
    assert told.pieces == ()
    assert dict(told.missing) == {
        "good": "no good picture before",
        "bad": "no picture came",
        "film": "the camera's process cannot be asked",
        "history": "no figures",
    }


def test_a_film_that_never_appears_is_missing(tmp_path: Path) -> None:
    told = Desk(tmp_path, Eyes(writes=False)).gathered(FAULT)
    assert dict(told.missing)["film"] == "no film came"


def test_two_faults_of_one_moment_share_one_film(desk: Desk) -> None:
    desk.gathered(FAULT, OTHER)
    films = [{one[0]: one[2] for one in told.pieces}["film"] for told in desk.told]
    assert len(desk.eyes.films) == 1
    assert films[0] == films[1]


def test_a_camera_that_flickers_fills_no_disk_with_films(desk: Desk) -> None:
    for number in range(MAX_FILMS + 2):
        fault = Fault("CAMERA_LOST", "deck", T0 + number)
        films = desk.gatherer._films
        path = desk.folder / f"{number}.mkv"
        film = films.before(fault.subject, path, number * (SHARED_MS + 1))
    assert len(desk.eyes.films) == MAX_FILMS
    assert film.why == f"{MAX_FILMS} films an hour"


def test_where_the_disk_is_nearly_full_there_is_no_film_and_it_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path, min_free_mib=1 << 40)
    told = desk.gathered(FAULT)
    assert dict(told.missing)["film"].endswith("MiB left")
    assert desk.eyes.films == []


def test_too_many_faults_at_once_are_told_as_missing_and_none_is_lost(desk: Desk) -> None:
    faults = [Fault("CAMERA_LOST", f"C{number}", T0) for number in range(MAX_JOBS + 3)]
    desk.gathered(*faults)
    refused = {
        told.fault for told in desk.told if ("film", "too many faults at once") in told.missing
    }
    assert {told.fault for told in desk.told} == set(faults)
    assert refused == set(faults[MAX_JOBS:])
    for fault in faults:
        desk.gatherer.booked(fault)
    desk.told.clear()
    desk.step(10 * AGAIN_MS)
    assert desk.told == []


def test_a_disk_that_takes_nothing_is_told_and_ends_nothing(desk: Desk) -> None:
    (desk.folder / "faults").write_bytes(b"a file where the folder should be")
    told = desk.gathered(FAULT)
    assert told.pieces == ()
    assert {kind for kind, _ in told.missing} == {"good", "bad", "film", "history"}


# -- a kill --------------------------------------------------------------------------------------


def test_a_fault_that_still_stands_after_a_kill_gets_what_there_is(desk: Desk) -> None:
    desk.ask(FAULT)
    desk.step()
    after = Desk(desk.folder)
    after.eyes.show(20_000, ok=False)
    after.ask(FAULT, late=True)
    after.step()
    after.step(AFTER_MS)
    assert kinds(after.told[-1]) == ["good", "bad", "bad", "film", "history"]
    assert contents(after, after.told[-1])["good"] == b"\xff\xd82000"
    assert after.eyes.films == []


def test_a_fault_of_which_nothing_was_kept_has_no_past_invented(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.eyes.show(1_000, ok=True)
    desk.ask(FAULT, late=True)
    desk.step()
    desk.step(AFTER_MS)
    missing = dict(desk.told[-1].missing)
    assert missing["good"] == missing["film"] == "lost with the run before"


def test_a_fault_that_was_over_when_it_was_killed_is_told_at_once(desk: Desk) -> None:
    desk.ask(FAULT)
    desk.step()
    after = Desk(desk.folder)
    after.step()
    assert kinds(after.told[0]) == ["good", "bad", "film"]
    assert dict(after.told[0].missing) == {"history": "no figures"}


def test_a_kill_before_it_was_let_go_tells_the_same_again(desk: Desk) -> None:
    told = desk.gathered(FAULT)
    after = Desk(desk.folder)
    after.step()
    assert after.told[0].pieces == told.pieces


def test_strange_names_among_the_drafts_are_left_alone(desk: Desk) -> None:
    for name in ("x", "CAMERA_LOST.deck", "CAMERA_LOST..5", "a.b.c", ".."):
        (desk.folder / "faults" / name).mkdir(parents=True, exist_ok=True)
    (desk.folder / "faults" / "CAMERA_LOST.deck.5").write_bytes(b"no folder")
    after = Desk(desk.folder)
    after.step(AFTER_MS)
    assert after.told == []
