"""Who is told of halts: one message for each change, until it is taken."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from collector.config import Notify
from collector.halts import Cause, Standing, State
from collector.home import Home
from collector.notice_forms import LARGEST_MARKDOWN_BYTES, SIGNATURE, fault_of, markdown
from collector.notice_store import GIVE_UP_MS, RETRY_MS
from collector.notices import Change, Notice, notice_of
from collector.notifier import APART_MS, Notifier
from collector.writer import Writer
from tests.collector.receiving import SECOND_MS, Desk, delivery
from tests.collector.robot import Robot
from tests.collector.sites import Book
from weighbook import topics
from weighbook.phrase import Phrase

CAMERA = ("CAMERA_LOST",)


class County(Desk):
    """A desk with somebody to tell."""

    def __init__(self, folder: Path, robot: Robot, kind: str = "json", secret: str = "") -> None:
        super().__init__(folder)
        target = Notify("duty", robot.url, kind, secret)  # type: ignore[arg-type]  # as read
        config = structs.replace(self.home.config, notify=(target,))
        self.home: Home = replace(self.home, config=config)
        self.faulty = replace(self.faulty, config=config)
        self.writer = Writer(self.faulty, self.buckets, self.broker)
        self.notifier = Notifier(self.home)
        self.send(*self.book.fill(1))
        self.stands()

    def stands(self, *causes: str, book: Book | None = None) -> None:
        """A heartbeat with these causes, and a look around."""
        book = book or self.book
        self.bureau.wall.now_ms += SECOND_MS
        payload = book.checkpoint(at_ms=self.bureau.wall.now_ms, causes=causes)
        self.writer.handle(delivery(payload, topic=topics.checkpoint(book.weighbridge)))
        self.writer.look_around()

    def tell(self, after_ms: int = APART_MS) -> None:
        self.bureau.wall.now_ms += after_ms
        self.notifier.look_around()

    def owed(self) -> int:
        (count,) = self.home.db.execute(
            "SELECT count(*) FROM notices WHERE sent_ms IS NULL AND given_up_ms IS NULL"
        ).fetchone()
        return int(count)


@pytest.fixture
def robot() -> Iterator[Robot]:
    with Robot() as robot:
        yield robot


def whats(robot: Robot) -> list[tuple[str, str]]:
    return [(n["weighbridge"], n["what"]) for said in robot.said for n in said["notices"]]


def test_a_halt_and_its_end_are_told_once_each(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    for causes in ((), CAMERA, CAMERA, CAMERA, (), ()):
        county.stands(*causes)
        county.tell()
    assert whats(robot) == [("W01", "halted"), ("W01", "open")]
    first = robot.said[0]["notices"][0]
    assert first["causes"] == ["CAMERA_LOST"]
    assert "停销" in first["zh"]
    assert "摄像头掉线 CAMERA_LOST" in first["zh"]
    assert "[halted] Mine one, Deck one (W01)" in first["en"]


def test_a_notice_says_why_where_the_deck_has_found_out() -> None:
    power = Cause("POWER", "ups", 0, "mains_lost: charge 74 %")
    camera = Cause("CAMERA_LOST", "deck", 0, "lost: age 2.6 s; why: mains")
    change = Change("W01", Standing(State.HALTED, 0, (power, camera)), None)
    text = notice_of(change, Phrase("一号", "one"), 0).text
    assert "断电 POWER（市电中断）、摄像头掉线 CAMERA_LOST（市电中断）" in text.zh
    assert "causes: POWER (mains power lost), CAMERA_LOST (mains power lost)" in text.en


def test_another_cause_is_another_message(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    county.stands(*CAMERA)
    county.stands("CAMERA_LOST", "POWER")
    county.tell()
    told = [notice["causes"] for notice in robot.said[0]["notices"]]
    assert told == [["CAMERA_LOST"], ["CAMERA_LOST", "POWER"]]


def test_silence_and_the_next_word_are_told(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    county.wait(181 * SECOND_MS)
    county.tell()
    county.stands()
    county.wait(11 * SECOND_MS)
    county.tell()
    assert whats(robot) == [("W01", "silent"), ("W01", "open")]


def test_what_is_not_taken_comes_again_later_and_only_once(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    robot.status = 503
    county.stands(*CAMERA)
    county.tell()
    county.tell(RETRY_MS[0] - 1)
    assert len(robot.asked) == 1
    robot.status = 200
    county.tell(1)
    county.tell()
    assert whats(robot) == [("W01", "halted")]
    assert county.owed() == 0


def test_a_receiver_that_is_gone_delays_nothing_and_loses_nothing(
    tmp_path: Path, robot: Robot
) -> None:
    county = County(tmp_path, robot)
    dead = structs.replace(county.home.config.notify[0], url="http://127.0.0.1:9/x")
    gone = structs.replace(county.home.config, notify=(dead,))
    county.stands(*CAMERA)
    Notifier(replace(county.home, config=gone)).look_around()
    row = county.home.db.execute("SELECT tries, error FROM notices").fetchone()
    assert tuple(row) == (1, "ConnectError")
    county.tell(RETRY_MS[0])
    assert whats(robot) == [("W01", "halted")]


def test_a_message_a_day_old_is_given_up_and_stays_to_be_seen(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    robot.status = 500
    county.stands(*CAMERA)
    county.tell()
    county.tell(GIVE_UP_MS)
    assert county.owed() == 0
    row = county.home.db.execute("SELECT sent_ms, given_up_ms, error FROM notices").fetchone()
    assert row["sent_ms"] is None
    assert row["error"] == "HTTP 500"


def test_a_writer_that_dies_after_the_commit_owes_the_message_all_the_same(
    tmp_path: Path, robot: Robot
) -> None:
    county = County(tmp_path, robot)
    county.stands(*CAMERA)
    county.open()
    county.writer.look_around()
    Notifier(county.home).look_around()
    assert whats(robot) == [("W01", "halted")]


def test_a_change_that_came_while_nobody_looked_is_told_after_the_start(
    tmp_path: Path, robot: Robot
) -> None:
    county = County(tmp_path, robot)
    county.beat(county.book.checkpoint(at_ms=county.home.now_ms() + 1, causes=CAMERA))
    county.writer = Writer(county.faulty, county.buckets, county.broker)
    county.wait(SECOND_MS)
    county.tell()
    assert whats(robot) == [("W01", "halted")]


def test_many_sites_at_once_are_told_as_one_outage_more(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    books = [county.bureau.enrol(f"W{number:02}") for number in range(2, 6)]
    for book in books:
        county.writer.handle(
            delivery(b"".join(book.fill(1)), topic=topics.records(book.weighbridge))
        )
        county.stands(book=book)
    for book in books:
        county.stands("POWER", book=book)
    county.tell()
    assert [what for _, what in whats(robot)].count("common") == 1
    assert [what for _, what in whats(robot)].count("halted") == 4


def test_wecom_gets_markdown_and_its_refusal_is_one(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot, "wecom")
    robot.errcode = 45009
    county.stands(*CAMERA)
    county.tell()
    assert county.owed() == 1
    robot.errcode = 0
    county.tell(RETRY_MS[0])
    assert robot.said[0]["msgtype"] == "markdown"
    assert "停销" in robot.said[0]["markdown"]["content"]


def test_dingtalk_is_asked_with_time_and_signature(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot, "dingtalk", "SEC1")
    county.stands(*CAMERA)
    county.tell()
    query = parse_qs(urlsplit(robot.asked[0][0]).query)
    text = f"{query['timestamp'][0]}\nSEC1".encode()
    expected = base64.b64encode(hmac.new(b"SEC1", text, hashlib.sha256).digest()).decode()
    assert query["sign"] == [expected]
    assert query["key"] == ["k1"]
    assert robot.said[0]["markdown"]["title"]


def test_a_program_can_check_who_speaks(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot, "json", "S")
    county.stands(*CAMERA)
    county.tell()
    _, headers, body = robot.asked[0]
    assert headers[SIGNATURE] == hmac.new(b"S", body, hashlib.sha256).hexdigest()


def test_who_wants_only_halts_hears_of_nothing_else(tmp_path: Path, robot: Robot) -> None:
    county = County(tmp_path, robot)
    only = structs.replace(county.home.config.notify[0], what=("halted",))
    config = structs.replace(county.home.config, notify=(only,))
    county.writer = Writer(replace(county.faulty, config=config), county.buckets, county.broker)
    county.stands(*CAMERA)
    county.stands()
    county.tell()
    assert whats(robot) == [("W01", "halted")]


def notice(text: str) -> Notice:
    return Notice(0, "W01", "halted", 0, "矿", (), Phrase(text, text))


@given(st.lists(st.text(max_size=900).map(notice), min_size=1, max_size=40))
def test_a_robot_never_gets_more_than_it_takes(found: list[Notice]) -> None:
    assert len(markdown(found).encode()) <= LARGEST_MARKDOWN_BYTES


@given(st.sampled_from(["json", "wecom", "dingtalk"]), st.integers(100, 599), st.binary())
def test_any_answer_is_a_yes_or_a_reason(kind: str, status: int, body: bytes) -> None:
    fault = fault_of(kind, status, body)
    assert fault is None or fault
    if not 200 <= status < 300:
        assert fault


def test_a_robot_that_answers_no_json_has_taken_nothing() -> None:
    assert fault_of("wecom", 200, b"<html>") is not None
    assert fault_of("wecom", 200, json.dumps({"errcode": 0}).encode()) is None
