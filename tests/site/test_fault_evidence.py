"""A camera fails: its cause at once, its pictures, film and figures behind it, at the bureau too.

The camera is a real RTSP stream, the agent all of itself, the collector a program of its own.
"""

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from collector.pictures import PictureStore
from collector.thumbnails import size_in
from demo.processes import Program, script
from drivers.cameras.film import Form
from drivers.cameras.rtsp_simulator import RtspCamera
from edge_agent.clockwork import now
from edge_agent.daemon import Agent
from edge_agent.events import CameraSeen
from edge_agent.fault_films import Films
from edge_agent.gathering import Pace
from edge_agent.keeping import Keeping
from tests.brokers import free_port
from tests.edge_agent.faulty_room import FaultyRoom
from tests.edge_agent.places import Place, enrolled
from tests.edge_agent.story import WELL
from tests.edge_agent.test_gathering import Eyes
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.places import book_rows
from tests.site.test_camera_readers import living
from tests.site.weighroom import OPEN_S, Weighroom, wait_until, weighroom
from weighbook.envelope import payload_of
from weighbook.records import CauseChange, Kind, Record, parse_record

FORM = Form("h264", (640, 360), fps=8, gop=8)
PLAYED_S = 12.0
AFTER_MS = 3_000
KNOWN_MS = 4_000  # 2.5 s without a packet, looked at four times a second, and a slow machine
COME_S = 40.0
DARK = tuple(
    one._replace(ok=False, measured="dark: 3", limit="25") if one.code == "CAMERA_BLIND" else one
    for one in WELL
)
LARGE_FILM = bytes(12 * 1024 * 1024)


@pytest.fixture
def camera() -> Iterator[RtspCamera]:
    camera = RtspCamera(form=FORM)
    yield camera
    camera.stop()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path / "county") as made:
        yield made


@pytest.fixture
def room(county: County, camera: RtspCamera, tmp_path: Path) -> Iterator[Weighroom]:
    """A weigh-room that watches the camera and sends its evidence to a collector at work."""
    with weighroom(county, tmp_path / "room", "WB-1") as made:
        port = free_port()
        text = made.path.read_text(encoding="utf-8")
        text = text.replace(f"http://127.0.0.1:{made.camera_port}/stream.mjpg", camera.url)
        text = text.replace("[camera_limits]", "[camera_limits]\nmin_width = 640\nmin_height = 360")
        text += f'\n[pictures]\nurl = "http://127.0.0.1:{port}"\nbytes_per_s = 10000000\n'
        made.path.write_text(text, encoding="utf-8")
        with (county.path / "collector.toml").open("a", encoding="utf-8") as file:
            file.write(f"[web]\nport = {port}\n")
        words = script("collector", "--home", str(county.path), "run")
        county.collector = Program(words, county.folder / "collector.log")
        county.broker.wait_for_client("weighhouse-collector")
        made.plug_in()
        yield made


def causes(rows: list[tuple[bytes]]) -> list[tuple[Record, CauseChange]]:
    records = [parse_record(payload_of(bytes(message))) for (message,) in rows]
    return [(one, one.body) for one in records if isinstance(one.body, CauseChange)]


def changes(room: Weighroom, change: str, since_ms: int) -> list[tuple[Record, CauseChange]]:
    rows = book_rows(room.state, "SELECT message FROM records WHERE kind = ?", int(Kind.CAUSE))
    found = [(record, body) for record, body in causes(rows) if body.code == "CAMERA_LOST"]
    return [(r, b) for r, b in found if b.change == change and b.since_ms >= since_ms]


def hurry(agent: Agent) -> None:
    keeping = agent.hands.keepers
    assert isinstance(keeping, Keeping)
    keeping.gatherer.pace = Pace(after_ms=AFTER_MS)


def seconds_of(film: Path) -> tuple[int, float]:
    """How many pictures it has, all decoded, and how long it is."""
    with av.open(str(film)) as opened:
        times = [frame.time or 0.0 for frame in opened.decode(video=0)]
    return len(times), max(times) - min(times)


@pytest.mark.timeout(240)
def test_a_lost_camera_leaves_its_last_picture_and_the_film_before_it_at_the_bureau(
    room: Weighroom, county: County, camera: RtspCamera, figure: Figure
) -> None:
    with living(room) as agent:
        hurry(agent)
        began_s = time.monotonic()
        wait_until(lambda: agent.lane.decision.open, OPEN_S, lambda: agent.lane.decision)
        time.sleep(max(0.0, PLAYED_S - (time.monotonic() - began_s)))
        off_ms = now().wall_ms
        camera.off()
        wait_until(lambda: bool(changes(room, "raised", off_ms)), COME_S)
        known_ms = changes(room, "raised", off_ms)[0][0].at_ms - off_ms
        wait_until(lambda: bool(changes(room, "evidence", off_ms)), COME_S)
        _, body = changes(room, "evidence", off_ms)[0]
        names = {kind: digest.hex() for kind, _, digest, _ in body.evidence or ()}
        store = PictureStore(county.path / "pictures")
        wait_until(lambda: all(store.find(name) for name in names.values()), COME_S)
    assert set(names) == {"good", "film", "history"}, body
    assert body.missing == (("bad", "no picture came"),)
    film, good = store.find(names["film"]), store.find(names["good"])
    assert film is not None
    assert good is not None
    pictures, lasts_s = seconds_of(film)
    assert pictures > FORM.fps * PLAYED_S / 2
    assert lasts_s > PLAYED_S / 2
    assert size_in(good.read_bytes()) == FORM.size
    assert known_ms < KNOWN_MS
    size = sum(size_bytes for *_, size_bytes in body.evidence or ())
    figure("camera off: its cause recorded after, ms", known_ms)
    figure(
        f"evidence of that fault, bytes ({lasts_s:.0f} s of {FORM.size[0]}×{FORM.size[1]})", size
    )


class Filming(Eyes):
    """Cameras that write a large film and wait until it is on disk."""

    def film(self, camera: str, path: Path) -> bool:
        with path.open("wb") as file:
            file.write(LARGE_FILM)
            file.flush()
            os.fsync(file.fileno())
        self.films.append((camera, path))
        return True


def times_of_faults(place: Place, *, gathers: bool) -> list[float]:
    """How long each of ten faults took to be in the book, ms."""
    eyes = Filming()
    room = FaultyRoom(place, eyes, gathers=gathers)
    post, taken = room.post, []
    post.opened()
    for _ in range(10):
        room.gatherer._films = Films(eyes.film, 0)  # a film with every one of them
        began_s = time.perf_counter()
        post.play(CameraSeen(post.moment(10), "deck", DARK))
        taken.append((time.perf_counter() - began_s) * 1_000)
        assert "CAMERA_BLIND" in post.causes
        post.play(CameraSeen(post.moment(10), "deck", WELL))
        time.sleep(0.1)
    room.leave()
    assert len(eyes.films) > (2 if gathers else -1)
    return taken


def test_evidence_does_not_delay_the_cause(tmp_path: Path, figure: Figure) -> None:
    """In turn, so that both meet the same disk; with a film of 12 MiB written for every fault."""
    waits: dict[bool, list[float]] = {False: [], True: []}
    for number, gathers in enumerate((False, True, False, True)):
        waits[gathers] += times_of_faults(enrolled(tmp_path / str(number)), gathers=gathers)
    without, beside = (statistics.median(waits[gathers]) for gathers in (False, True))
    figure("fault to record without evidence, ms (median of 20)", f"{without:.1f}")
    figure("fault to record with evidence, ms (median of 20)", f"{beside:.1f}")
    assert beside < 3 * without + 20
