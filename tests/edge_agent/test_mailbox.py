"""The folder of letters: each is read once, whole, and none holds up the others."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from edge_agent.events import CodeRead, Event, OrderArrived, PlateGiven, TrialAsked
from edge_agent.mailbox import LARGEST_BYTES, Mailbox, read_letter, watch_folder
from tests.drivers.waiting import until


class Box:
    """A mailbox with the events it posted; `room` is how many more are taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done = folder / "done"
        self.posted: list[Event] = []
        self.room = 1_000
        self.mailbox = Mailbox(folder, self._post)
        self.mailbox.look()

    def _post(self, event: Event) -> bool:
        if len(self.posted) >= self.room:
            return False
        self.posted.append(event)
        return True

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def look(self, times: int = 2) -> list[Event]:
        for _ in range(times):
            self.mailbox.look()
        return self.posted


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "inbox")


def test_each_kind_of_letter_becomes_its_event_and_goes_to_done(box: Box) -> None:
    box.put("a.order", b"\xd2\x84signed")
    box.put("b.order", b"\n WO1:ABC\r\n")
    box.put("c.plate", " 蒙K12345\n".encode())
    order, code, plate = box.look()
    assert isinstance(order, OrderArrived)
    assert order.message == b"\xd2\x84signed"
    assert isinstance(code, CodeRead)
    assert (code.scanner, code.raw) == ("inbox", b"WO1:ABC")
    assert isinstance(plate, PlateGiven)
    assert (plate.plate, plate.source) == ("蒙K12345", "operator")
    assert sorted(path.name for path in box.done.iterdir()) == ["a.order", "b.order", "c.plate"]
    assert len(box.look()) == 3


def test_a_letter_that_is_still_being_copied_is_not_taken_by_half(box: Box) -> None:
    path = box.put("a.order", b"first half, ")
    assert box.look(1) == []
    with path.open("ab") as file:
        file.write(b"second half")
    assert box.look(1) == []
    event = box.look(1)[0]
    assert isinstance(event, OrderArrived)
    assert event.message == b"first half, second half"


def test_an_empty_file_is_one_that_is_to_be_filled(box: Box) -> None:
    box.put("a.plate", b"")
    assert box.look(3) == []
    box.put("a.plate", b"K12345")
    assert len(box.look()) == 1


def test_what_is_too_large_is_put_aside_unread(box: Box) -> None:
    box.put("a.order", bytes(LARGEST_BYTES + 1))
    box.put("b.order", bytes(LARGEST_BYTES))
    assert len(box.look()) == 1
    assert (box.done / "a.order").exists()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda p: p.symlink_to("nowhere")])
def test_what_is_no_file_holds_nobody_up(box: Box, make: object) -> None:
    make(box.folder / "a.order")  # type: ignore[operator]  # one of three ways
    box.put("b.plate", b"K12345")
    assert len(box.look()) == 1


def test_a_file_that_cannot_be_put_aside_is_told_once_and_holds_nobody_up(box: Box) -> None:
    """In done/ lies a folder of that name."""
    (box.done / "a.order" / "full").mkdir(parents=True)
    box.put("a.order", b"order")
    box.put("b.plate", b"K12345")
    assert [type(event) for event in box.look(6)] == [PlateGiven]
    shutil.rmtree(box.done / "a.order")
    box.put("a.order", b"order again")
    assert [type(event) for event in box.look()] == [PlateGiven, OrderArrived]


def test_a_letter_nobody_had_room_for_comes_again(box: Box) -> None:
    box.put("a.plate", b"K11111")
    box.put("b.plate", b"K22222")
    box.room = 1
    box.look()
    box.room = 2
    assert [event.plate for event in box.look() if isinstance(event, PlateGiven)] == [
        "K11111",
        "K22222",
    ]


def test_a_flood_is_taken_in_portions(box: Box) -> None:
    for number in range(150):
        box.put(f"{number:03}.plate", b"K12345")
    assert len(box.look(2)) == 100
    assert len(box.look(1)) == 150


def test_other_files_are_nobody_s_business(box: Box) -> None:
    for name in ("readme.txt", "a.order.new", "order", ".order"):
        box.put(name, b"x")
    assert box.look() == []


def test_the_thread_goes_on_when_the_folder_goes_and_comes_back(tmp_path: Path) -> None:
    posted: list[Event] = []
    stop = threading.Event()

    def post(event: Event) -> bool:
        posted.append(event)
        return True

    folder = tmp_path / "inbox"
    thread = threading.Thread(target=watch_folder, args=(folder, post, stop, 0.03), daemon=True)
    thread.start()
    until((folder / "done").exists)
    shutil.rmtree(folder)
    until((folder / "done").exists)
    (folder / "a.plate").write_bytes(b"K12345")
    until(lambda: posted)
    stop.set()
    thread.join(2)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("text", "plate", "note"),
    [
        ("蒙K12345\n", "蒙K12345", None),
        ("蒙K12345\n原车故障\n", "蒙K12345", "原车故障"),
        ("蒙K12345\n a \x00 b\nc", "蒙K12345", "a  b c"),
        ("蒙K12345\n" + "长" * 200, "蒙K12345", "长" * 120),
    ],
)
def test_a_plate_letter_may_say_why(
    tmp_path: Path, text: str, plate: str, note: str | None
) -> None:
    letter = tmp_path / "a.plate"
    letter.write_text(text, encoding="utf-8")
    event = read_letter(letter)
    assert isinstance(event, PlateGiven)
    assert (event.plate, event.source, event.note) == (plate, "operator", note)


@pytest.mark.parametrize(("text", "minutes"), [("10\n", 10), ("0", 0), ("soon", None)])
def test_a_test_letter_says_minutes(tmp_path: Path, text: str, minutes: int | None) -> None:
    letter = tmp_path / "ask.test"
    letter.write_text(text, encoding="utf-8")
    event = read_letter(letter)
    assert (event.minutes if isinstance(event, TrialAsked) else None) == minutes


def test_c48_a_letter_with_a_weight_is_nobodys(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for name in ("a.weight", "a.kg", "48620.txt"):
        box.put(name, b"48620")
    assert box.look() == []
