"""A mains contact on a real pseudo-terminal: closed, open, and all that is neither."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.power.contact import Contact, ContactFailed, answer, question, read_answer
from drivers.power.contact_simulator import ECHO, MUTE, NOISE, REFUSE, ContactSimulator, obey
from drivers.serial_port import PortSettings, open_port


@pytest.fixture
def board(tmp_path: Path) -> Iterator[ContactSimulator]:
    simulator = ContactSimulator(tmp_path / "contact.tty")
    yield simulator
    simulator.stop()


@pytest.fixture
def contact(board: ContactSimulator, tmp_path: Path) -> Iterator[Contact]:  # noqa: ARG001 # plugged in first
    settings = PortSettings(str(tmp_path / "contact.tty"))
    made = Contact(lambda: open_port(settings), 1, 3)
    yield made
    made.close()


def failure(contact: Contact) -> str:
    with pytest.raises(ContactFailed) as failed:
        contact.is_closed()
    return failed.value.code


def test_the_bytes_are_those_of_the_data_sheets() -> None:
    assert question(1, 1) == bytes.fromhex("01 02 00 00 00 01 B9 CA")
    assert answer(1, closed=True) == bytes.fromhex("01 02 01 01 60 48")
    assert answer(1, closed=False) == bytes.fromhex("01 02 01 00 A1 88")


@pytest.mark.parametrize("number", [0, 65, -1])
def test_an_input_no_board_has_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        question(1, number)


@given(st.integers(1, 247), st.booleans(), st.binary(max_size=16), st.binary(max_size=4))
def test_an_answer_is_found_among_noise(
    address: int, closed: bool, before: bytes, after: bytes
) -> None:
    whole = answer(address, closed=closed)
    assert read_answer(whole + after, address) is closed
    assert read_answer(whole[:-1], address) is None
    assert read_answer(question(address, 1) + whole, address) is closed
    assert read_answer(before[:2] + whole, address) is closed


@given(st.binary(max_size=64), st.integers(1, 247))
def test_no_bytes_are_too_odd_to_be_looked_at(heard: bytes, address: int) -> None:
    try:
        assert read_answer(heard, address) in (None, True, False)
    except ContactFailed as failed:
        assert failed.code == "C_REFUSED"  # noqa: PT017 # a guess may hit a whole frame


def test_another_board_s_answer_is_not_ours() -> None:
    assert read_answer(answer(2, closed=True), 1) is None


def test_a_contact_is_read_as_it_moves(board: ContactSimulator, contact: Contact) -> None:
    assert contact.is_closed()
    board.set(3, closed=False)
    assert not contact.is_closed()
    board.set(3, closed=True)
    board.set(1, closed=False)
    assert contact.is_closed()


def test_an_adapter_that_hears_itself_does_no_harm(
    board: ContactSimulator, contact: Contact
) -> None:
    board.behave(ECHO)
    board.set(3, closed=False)
    assert not contact.is_closed()


@pytest.mark.parametrize(
    ("way", "code"), [(MUTE, "C_SILENT"), (NOISE, "C_SILENT"), (REFUSE, "C_REFUSED")]
)
def test_a_board_that_does_not_answer_is_no_open_contact_and_comes_back(
    board: ContactSimulator, contact: Contact, way: str, code: str
) -> None:
    board.behave(way)
    assert failure(contact) == code
    board.behave("speak")
    assert contact.is_closed()


def test_a_cable_that_is_pulled_out_is_told_by_the_port(
    board: ContactSimulator, contact: Contact
) -> None:
    contact.is_closed()
    board.stop()
    assert failure(contact).startswith("P_")
    assert failure(contact) == "P_ABSENT"


@pytest.mark.parametrize(
    ("line", "understood"),
    [("open 3", True), ("close 8", True), ("mute", True), ("open 9", False), ("open", False)],
)
def test_the_simulator_s_control_lines(
    board: ContactSimulator, line: str, understood: bool
) -> None:
    assert obey(board, line) is understood
