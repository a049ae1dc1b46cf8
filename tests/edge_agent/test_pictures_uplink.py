"""Evidence on its way to the collector, over real HTTP: throttled, resumed, and in nobody's way."""

import random
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from edge_agent.evidence import Evidence
from edge_agent.pictures_uplink import (
    MAX_ERROR_ANSWERS,
    PicturesSettings,
    PicturesUplink,
    Sources,
    wait_s,
)
from tests.brokers import free_port, wait_for_port
from tests.collector.test_pictures import LARGEST_BYTES, make_app
from tests.drivers.waiting import until
from tests.edge_agent.cutting_line import CuttingLine
from tests.edge_agent.picture_server import PictureServer
from tests.edge_agent.places import Place, append, enrolled
from tests.weighbook.sample import weighing
from weighbook.records import Calibration, Kind

GO_ON = threading.Event()
FAST = 100_000_000
TRUST = ssl.create_default_context()  # once: it reads every authority of the system


@dataclass
class Yard:
    """A place whose book names evidence, and the worker that sends it."""

    place: Place
    server: PictureServer
    evidence: Evidence
    settings: PicturesSettings

    def weigh(self, *contents: bytes) -> list[str]:
        """A passage with these pictures; their names."""
        return self.weigh_each([contents])

    def weigh_each(self, loads: Iterable[tuple[bytes, ...]]) -> list[str]:
        """A passage for each of these loads of pictures; all names."""
        names = list[str]()
        with self.place.book() as book:
            for contents in loads:
                kept = [self.evidence.keep(content) for content in contents]
                pictures = tuple((f"deck-{n}", digest) for n, digest in enumerate(kept))
                append(book, Kind.PASSAGE, weighing(curve=None, frames=None, pictures=pictures))
                names += [digest.hex() for digest in kept]
        return names

    def worker(self, **changes: object) -> PicturesUplink:
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]  # a test names real fields
        sources = Sources(self.place.site.book, self.evidence.find, self.place.site.cursor)
        return PicturesUplink(settings, sources)

    def work(self, worker: PicturesUplink | None = None, rounds: int = 1) -> PicturesUplink:
        worker = worker or self.worker()
        url, account = worker._settings.url, (worker._settings.username, worker._settings.password)
        with httpx.Client(base_url=url, auth=account, verify=TRUST) as client:
            for _ in range(rounds):
                worker.work(client, GO_ON)
        return worker

    def puts(self) -> list[str]:
        return [name for method, name in self.server.asked if method == "PUT"]


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    place = enrolled(tmp_path)
    with PictureServer() as server:
        settings = PicturesSettings(server.url, "WB-01", "secret", None, FAST)
        yield Yard(place, server, Evidence(place.site.evidence), settings)


def test_evidence_follows_its_receipted_record_and_is_sent_once(yard: Yard) -> None:
    names = yard.weigh(b"one", b"two")
    assert yard.work().sent == 0
    yard.place.receipt()
    assert yard.work(rounds=2).sent == 2
    assert yard.server.held == {names[0]: b"one", names[1]: b"two"}
    assert yard.work().sent == 0
    assert yard.puts() == names


def test_a_calibration_and_its_reference_pictures_are_sent_too(yard: Yard) -> None:
    signed, day = yard.evidence.keep(b"signed"), yard.evidence.keep(b"by day")
    with yard.place.book() as book:
        append(book, Kind.CALIBRATION, Calibration("deck", signed, (("colour", day),)))
        append(book, Kind.CALIBRATION, Calibration("scale", bytes(32)))
    yard.place.receipt()
    yard.work()
    assert yard.puts() == [signed.hex(), day.hex()]


def test_the_oldest_goes_first(yard: Yard) -> None:
    names = yard.weigh_each((b"%d" % n,) for n in range(5))
    yard.place.receipt()
    yard.work()
    assert yard.puts() == names


def test_what_the_collector_has_is_not_sent_again_though_the_cursor_is_lost(yard: Yard) -> None:
    names = yard.weigh(b"one", b"two")
    yard.place.receipt()
    yard.server.held[names[0]] = b"one"
    yard.work()
    yard.place.site.cursor.unlink()
    yard.work()
    assert yard.puts() == [names[1]]


@pytest.mark.parametrize(
        "content",
    ["", "noise", "[]", '{"seq": "1"}', '{"seq": 1e999}', '{"seq": 99999999999999999999}',
     '{"seq": -5}', '{"seq": 4000}', "[" * 9_999],
)  # fmt: skip
def test_a_false_cursor_hides_nothing(yard: Yard, content: str) -> None:
    names = yard.weigh(b"one")
    yard.place.receipt()
    yard.place.site.cursor.write_text(content)
    yard.work()
    assert yard.puts() == names


def test_a_line_cut_in_the_middle_is_taken_up_again(yard: Yard) -> None:
    names = yard.weigh(b"one", bytes(200_000), b"three")
    yard.place.receipt()
    yard.server.cut_after = 100_000
    worker = yard.work()
    assert list(yard.server.held) == names[:1]
    yard.server.cut_after = None
    yard.work(worker)
    assert set(yard.server.held) == set(names)


def test_a_file_that_was_pruned_is_no_loss_where_the_collector_has_it(yard: Yard) -> None:
    names = yard.weigh(b"one", b"two")
    yard.place.receipt()
    yard.work()
    for name in names:
        path = yard.evidence.find(bytes.fromhex(name))
        assert path is not None
        path.unlink()
    yard.place.site.cursor.unlink()
    assert yard.work().left_out == 0
    yard.server.held.clear()
    yard.place.site.cursor.unlink()
    assert yard.work().left_out == 2


def test_a_new_run_goes_on_where_the_last_one_ended(yard: Yard) -> None:
    first, second = yard.weigh(b"one"), yard.weigh(b"two")
    yard.place.receipt(2)
    yard.work()
    yard.place.receipt(3)
    yard.work()
    assert [name for _, name in yard.server.asked] == [*first * 2, *second * 2]


def test_it_takes_no_more_of_the_line_than_agreed(yard: Yard) -> None:
    yard.weigh(bytes(96 * 1_024))
    yard.place.receipt()
    began = time.monotonic()
    yard.work(yard.worker(bytes_per_s=256 * 1_024))
    assert time.monotonic() - began > 0.25
    assert yard.server.taken == 96 * 1_024


def test_a_stop_ends_a_slow_upload_at_once_and_the_collector_takes_no_half(yard: Yard) -> None:
    names = yard.weigh(bytes(10_000_000))
    yard.place.receipt()
    stop, worker = threading.Event(), yard.worker(bytes_per_s=50_000)
    thread = threading.Thread(target=worker.run, args=(stop,), daemon=True)
    thread.start()
    until(lambda: yard.server.taken)
    stop.set()
    thread.join(2)
    assert not thread.is_alive()
    assert names[0] not in yard.server.held


def test_a_wrong_password_waits_and_loses_nothing(yard: Yard) -> None:
    names = yard.weigh(b"one")
    yard.place.receipt()
    worker = yard.work(yard.worker(password="wrong"), rounds=2 * MAX_ERROR_ANSWERS)
    assert (worker.sent, worker.left_out, worker._failures) == (0, 0, 2 * MAX_ERROR_ANSWERS)
    yard.work()
    assert list(yard.server.held) == names


@pytest.mark.parametrize("status", [301, 429])
def test_an_answer_about_us_or_the_hour_waits(yard: Yard, status: int) -> None:
    yard.weigh(b"one")
    yard.place.receipt()
    yard.server.answer = status
    worker = yard.work(rounds=MAX_ERROR_ANSWERS + 2)
    assert (worker.left_out, yard.place.site.cursor.exists()) == (0, False)


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_fails_every_file_costs_one_at_most(yard: Yard, status: int) -> None:
    names = yard.weigh_each((b"%d" % n,) for n in range(3))
    yard.place.receipt()
    yard.server.answer = status
    worker = yard.work(rounds=2 * MAX_ERROR_ANSWERS + 2)
    assert worker.left_out == 1
    yard.server.answer = None
    yard.work(worker)
    assert list(yard.server.held) == names[1:]


def test_one_file_the_server_fails_on_does_not_block_the_others(yard: Yard) -> None:
    names = yard.weigh(b"bad", b"good", b"worse", b"better")
    yard.place.receipt()
    yard.server.bad_names = {names[0]: 500, names[2]: 502}
    worker = yard.work(rounds=3 * MAX_ERROR_ANSWERS)
    assert (worker.left_out, list(yard.server.held)) == (2, [names[1], names[3]])
    assert yard.evidence.find(bytes.fromhex(names[0])) is not None


def test_what_is_refused_missing_or_damaged_is_left_out_and_counted(yard: Yard) -> None:
    names = yard.weigh(b"too large", b"missing", b"damaged", b"good")
    yard.server.bad_names = {names[0]: 413}
    missing, damaged = (yard.evidence.find(bytes.fromhex(name)) for name in names[1:3])
    assert missing is not None
    assert damaged is not None
    missing.unlink()
    damaged.write_bytes(b"other")
    yard.place.receipt()
    worker = yard.work()
    assert (worker.left_out, worker.sent, list(yard.server.held)) == (3, 1, names[3:])


def test_somebody_else_s_200_is_not_taken_for_the_collector_s(yard: Yard) -> None:
    """A hotel's portal answers everything with its own page."""
    yard.weigh(b"one")
    yard.place.receipt()
    yard.server.answer = 200
    worker = yard.work()
    assert (worker.sent, worker.left_out, yard.place.site.cursor.exists()) == (0, 0, False)


def test_an_absent_server_is_waited_for(yard: Yard) -> None:
    yard.weigh(b"one")
    yard.place.receipt()
    worker = yard.work(yard.worker(url=f"http://127.0.0.1:{free_port()}"), rounds=3)
    assert (worker._failures, worker.left_out) == (3, 0)


@pytest.mark.parametrize(
    "changes", [{"url": "http://["}, {"url": "ftp://x"}, {"ca_file": Path("/absent.pem")}]
)
def test_an_address_or_certificate_that_cannot_be_used_ends_no_thread(
    yard: Yard, changes: dict[str, object]
) -> None:
    yard.weigh(b"one")
    yard.place.receipt()
    stop, worker = threading.Event(), yard.worker(**changes)
    thread = threading.Thread(target=worker.run, args=(stop,), daemon=True)
    thread.start()
    until(lambda: worker._failures)
    assert thread.is_alive()
    stop.set()
    thread.join(2)
    assert not thread.is_alive()


def test_a_full_disk_makes_no_endless_round(yard: Yard) -> None:
    yard.weigh(b"one")
    yard.place.receipt()
    yard.place.site.cursor.mkdir()
    worker = yard.work(rounds=3)
    assert len(yard.server.asked) == 2
    assert worker.sent == 1


def test_a_damaged_book_is_no_end(yard: Yard) -> None:
    yard.weigh(b"one")
    yard.place.receipt()
    with closing(sqlite3.connect(yard.place.site.book)) as db, db:
        db.execute("DROP TRIGGER records_no_update")
        db.execute("UPDATE records SET message = 'text'")
    yard.work()
    yard.place.site.book.rename(yard.place.folder / "elsewhere")
    worker = yard.work()
    assert (worker.sent, worker.owed()) == (0, [])


def test_a_large_backlog_goes_in_batches_and_all_of_it(yard: Yard) -> None:
    names = yard.weigh_each((b"%d" % n,) for n in range(60))
    yard.place.receipt()
    worker = yard.worker()
    assert len(worker.owed()) == 50
    yard.work(worker, rounds=3)
    assert list(yard.server.held) == names


def test_pauses_grow_to_a_bound_and_are_spread() -> None:
    pauses = [wait_s(failures, 1.0) for failures in range(200)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1], wait_s(9, 0.5)) == (5.0, 600.0, 300.0)


@contextmanager
def bureau(folder: Path, largest_bytes: int = LARGEST_BYTES) -> Iterator[int]:
    """The collector's application behind its real server; its port."""
    folder.mkdir()
    port = free_port()
    app = make_app(folder, largest_bytes=largest_bytes)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for_port(port)
    yield port
    server.should_exit = True
    thread.join()


def kept(folder: Path) -> list[str]:
    return [path.name for path in (folder / "pictures").rglob("*") if path.is_file()]


def test_the_bureau_s_own_store_takes_it(yard: Yard, tmp_path: Path) -> None:
    good, _large = yard.weigh(b"one", bytes(400_000))
    yard.place.receipt()
    with bureau(tmp_path / "bureau") as port:
        settings = {"url": f"http://127.0.0.1:{port}", "username": "W01"}
        worker = yard.work(yard.worker(**settings), rounds=2)
    assert (worker.sent, worker.left_out) == (1, 1)
    assert kept(tmp_path / "bureau") == [good]


def test_a_film_of_twelve_mib_goes_on_behind_every_cut(yard: Yard, tmp_path: Path) -> None:
    film = random.Random(7).randbytes(12 * 1024 * 1024)
    names = yard.weigh(film)
    yard.place.receipt()
    parts = tmp_path / "bureau" / "arriving"
    with bureau(tmp_path / "bureau", 16 << 20) as port, CuttingLine(port, 3_500_000) as line:
        worker = yard.worker(url=line.url, username="W01")
        while not yard.work(worker).sent and line.cuts < 9:
            until(lambda: not list(parts.glob("*/*.*")))  # the server has noticed it too
    assert kept(tmp_path / "bureau") == names
    assert line.cuts == 3
    assert len(film) <= line.carried < len(film) + 3 * 600_000
    assert worker.left_out == 0
