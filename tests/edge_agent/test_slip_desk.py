"""Slips: written at once, drawn when there is time, readable by an inspector's phone."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.scanners.picture import read_picture
from edge_agent.acts import GiveSlip
from edge_agent.book import Head
from edge_agent.slip_desk import MAX_UNDRAWN, SlipDesk
from tests.drivers.waiting import until
from tests.edge_agent.story import AGENT, KEYS, T0
from weighbook.keyset import KeyRing
from weighbook.records import Totals
from weighbook.slips import open_slip
from weighbook.texts import read_text

HEAD = Head("WB-01", 1, 12, bytes(range(32)), Totals(3, 1, 33_680, 0))
SALE = GiveSlip("蒙K12345", "RAW", 33_680, "1150624260001000001O", bytes(8))


@pytest.fixture
def desk(tmp_path: Path) -> SlipDesk:
    return SlipDesk(tmp_path / "slips", AGENT)


def test_a_slip_is_words_in_two_languages_and_one_line_of_code(desk: SlipDesk) -> None:
    path = desk.give(SALE, HEAD, T0)
    *words, code = path.read_text(encoding="utf-8").splitlines()
    assert (path.name, desk.newest) == ("1-12.txt", path)
    assert "净重 33,680 千克" in words[2]
    assert "net 33,680 kg" in words[5]
    assert all("2026-09-21 22:13:20" in line for line in (words[0], words[3]))
    assert code.startswith("WS1:")


def test_the_code_is_signed_and_names_the_record_it_stands_for(desk: SlipDesk) -> None:
    text = desk.give(SALE, HEAD, T0).read_text(encoding="utf-8").splitlines()[-1]
    slip = open_slip(read_text(text)[1], KeyRing(KEYS))
    assert (slip.seq, slip.head, slip.totals) == (12, bytes(range(16)), HEAD.totals)
    assert (slip.plate, slip.net_kg, slip.ticket_no) == ("蒙K12345", 33_680, SALE.ticket_no)


def test_the_drawing_is_read_by_a_phone(desk: SlipDesk) -> None:
    path = desk.give(SALE, HEAD, T0)
    stop = threading.Event()
    thread = threading.Thread(target=desk.draw, args=(stop,), daemon=True)
    thread.start()
    drawing = path.with_suffix(".png")
    until(drawing.exists)
    stop.set()
    thread.join(2)
    pixels = np.asarray(cv2.imread(str(drawing), cv2.IMREAD_GRAYSCALE))
    text = path.read_text(encoding="utf-8").splitlines()[-1]
    assert [code.text.decode() for code in read_picture(pixels)] == [text]


def test_a_slip_given_again_is_the_same_slip(desk: SlipDesk) -> None:
    first = desk.give(SALE, HEAD, T0).read_bytes()
    assert desk.give(SALE, HEAD, T0).read_bytes() == first


def test_a_desk_that_does_not_draw_takes_slips_all_the_same(desk: SlipDesk) -> None:
    for seq in range(MAX_UNDRAWN + 10):
        desk.give(SALE, HEAD._replace(seq=seq), T0)
    assert len(list(desk.folder.glob("*.txt"))) == MAX_UNDRAWN + 10


def test_a_folder_that_is_gone_is_an_error_for_the_text_and_none_for_the_drawing(
    desk: SlipDesk,
) -> None:
    path = desk.give(SALE, HEAD, T0)
    path.unlink()
    desk.folder.rmdir()
    with pytest.raises(FileNotFoundError):
        desk.give(SALE, HEAD, T0)
    stop = threading.Event()
    thread = threading.Thread(target=desk.draw, args=(stop,), daemon=True)
    thread.start()
    until(desk._undrawn.empty)
    desk.folder.mkdir()
    path = desk.give(SALE, HEAD, T0)
    until(path.with_suffix(".png").exists)
    stop.set()
    thread.join(2)
