"""A scanner that plays a keyboard, read from the kernel's events."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port_lost import PortLost
from drivers.scanners.keyboard import DOWN, EVENT, KEY, PLAIN, SHIFTED, Keyboard, keystrokes
from drivers.scanners.serial_scanner import read_codes
from weighbook.base45 import ALPHABET

CODE = "WT1:6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9 +./%"
KEYS = "".join(sorted(set(PLAIN.values()) | set(SHIFTED.values())))


class Wedge:
    """The scanner's end of a pipe that stands for its input device."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "event7"
        os.mkfifo(self.path)
        self.keyboard = Keyboard(self.path)
        self._pipe = os.open(self.path, os.O_WRONLY)

    def types(self, data: bytes) -> None:
        os.write(self._pipe, data)

    def end(self) -> None:
        os.close(self._pipe)


@pytest.fixture
def wedge(tmp_path: Path) -> Iterator[Wedge]:
    wedge = Wedge(tmp_path)
    yield wedge
    wedge.keyboard.close()


def test_a_ticket_comes_out_as_it_was_printed(wedge: Wedge) -> None:
    wedge.types(keystrokes(CODE + "\n"))
    assert next(filter(None, read_codes(wedge.keyboard))) == CODE.encode()


def test_every_sign_a_ticket_can_hold_has_a_key() -> None:
    assert set(ALPHABET) <= set(KEYS)


@given(st.text(st.sampled_from(KEYS), max_size=60), st.integers(1, 200))
def test_whatever_is_typed_is_read_however_the_events_are_cut(text: str, cut: int) -> None:
    reads, writes = os.pipe()
    keyboard = Keyboard.__new__(Keyboard)
    keyboard._file, keyboard._rest, keyboard._shifts = reads, b"", set()
    data = keystrokes(text)
    typed = b"".join(keyboard._typed(data[at : at + cut]) for at in range(0, len(data), cut))
    os.close(reads)
    os.close(writes)
    assert typed.decode() == text


def test_a_key_held_down_repeats_and_other_events_say_nothing(wedge: Wedge) -> None:
    wedge.types(EVENT.pack(0, 0, KEY, 30, DOWN) + EVENT.pack(0, 0, KEY, 30, 2))
    wedge.types(EVENT.pack(0, 0, 17, 1, 1) + EVENT.pack(0, 0, KEY, 240, DOWN))
    assert wedge.keyboard.read() == b"aa"


def test_what_was_typed_before_is_dropped_when_asked(wedge: Wedge) -> None:
    wedge.types(keystrokes("OLD"))
    wedge.keyboard.discard()
    wedge.types(keystrokes("new"))
    assert wedge.keyboard.read() == b"new"


def test_a_scanner_unplugged_is_lost(wedge: Wedge) -> None:
    wedge.end()
    with pytest.raises(PortLost) as lost:
        wedge.keyboard.read()
    assert lost.value.code == "P_VANISHED"


@pytest.mark.parametrize(("name", "code"), [("none", "P_ABSENT"), ("/dev/null", "P_URL")])
def test_what_is_no_keyboard_is_said_so(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(PortLost) as lost:
        Keyboard(tmp_path / name)
    assert lost.value.code == code


def test_a_sign_without_a_key_cannot_be_typed() -> None:
    with pytest.raises(ValueError, match="no key"):
        keystrokes("矿")
