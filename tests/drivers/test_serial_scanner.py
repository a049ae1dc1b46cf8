"""Codes from a serial scanner, however its bytes are cut, framed and disturbed."""

from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanners.repeats import MAX_REMEMBERED, Repeats
from drivers.scanners.serial_scanner import (
    MAX_CODE_BYTES,
    Framing,
    Lines,
    code_of,
    feed,
    read_codes,
)
from drivers.serial_port import PortLost

PAUSE = b""
CODES = st.lists(st.from_regex(rb"WT1:[0-9A-Z $%*+./:-]{1,60}", fullmatch=True), max_size=6)


class Script:
    """A port that reads what is written here, then is unplugged."""

    def __init__(self, reads: Iterable[bytes]) -> None:
        self._reads = iter(reads)

    def read(self) -> bytes:
        try:
            return next(self._reads)
        except StopIteration:
            raise PortLost("P_VANISHED", "unplugged") from None

    def write(self, data: bytes) -> None:
        raise AssertionError(f"a scanner is told nothing: {data!r}")

    def discard(self) -> None:
        raise AssertionError("no scan is dropped")

    def close(self) -> None:
        """Nothing to let go of."""


def read(*reads: bytes, **framing: object) -> list[bytes]:
    """The codes of those reads, up to the unplugging."""
    settings = Framing(**framing)  # type: ignore[arg-type]  # a test names real fields
    codes = read_codes(Script(reads), settings)
    found: list[bytes] = []
    with suppress(PortLost):
        found.extend(code for code in codes if code is not None)
    return found


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_code_ends_with_any_line_end(end: bytes) -> None:
    assert read(b"WT1:AB" + end + b"WT1:CD" + end) == [b"WT1:AB", b"WT1:CD"]


def test_a_line_end_may_be_torn_in_two() -> None:
    assert read(b"WT1:AB\r", b"\nWT1:CD\r", b"\n") == [b"WT1:AB", b"WT1:CD"]


@given(CODES, st.sampled_from([b"\r", b"\n", b"\r\n"]), st.data())
def test_codes_survive_any_cut(codes: list[bytes], end: bytes, data: st.DataObject) -> None:
    stream = b"".join(code + end for code in codes)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*(piece for piece in pieces if piece)) == codes


@given(st.lists(st.binary(max_size=40)))
def test_noise_never_raises_and_is_never_longer_than_a_code(pieces: list[bytes]) -> None:
    assert all(0 < len(code) <= MAX_CODE_BYTES for code in read(*pieces))


def test_a_torn_code_is_never_joined_to_the_next_one() -> None:
    assert read(b"WT1:A", PAUSE, b"WT1:BC\r") == [b"WT1:BC"]


def test_an_overlong_line_is_dropped_whole() -> None:
    long = b"x" * (MAX_CODE_BYTES + 1)
    assert read(long, b"tail\r", b"WT1:AB\r") == [b"WT1:AB"]
    assert read(long + b"\rWT1:AB\r") == [b"WT1:AB"]
    assert read(long, PAUSE, b"WT1:AB\r") == [b"WT1:AB"]


def test_an_endless_line_takes_no_memory() -> None:
    lines = Lines()
    for _ in range(100):
        lines, found = feed(lines, b"x" * 256)
        assert len(lines.kept) <= MAX_CODE_BYTES
        assert found == []


def test_without_line_ends_a_pause_ends_the_code() -> None:
    assert read(b"WT1:", b"AB", PAUSE, b"WT1:CD", PAUSE, PAUSE, ends="pause") == [
        b"WT1:AB",
        b"WT1:CD",
    ]
    assert read(b"WT1:AB\r\n", PAUSE, ends="pause") == [b"WT1:AB"]
    assert read(b"x" * (MAX_CODE_BYTES + 1), PAUSE, ends="pause") == []


def test_prefix_and_suffix_are_taken_off() -> None:
    marks = {"prefix": b"]Q1", "suffix": b"#"}
    assert read(b"]Q1WT1:AB#\r", **marks) == [b"WT1:AB"]
    assert read(b"\x02]Q1WT1:AB#\x03\r", **marks) == [b"WT1:AB"]
    assert read(b"WT1:AB#\r]Q1WT1:AB\r]Q1#\r#\r", **marks) == []


def test_control_characters_around_a_code_are_no_part_of_it() -> None:
    assert code_of(b"\x00\x02WT1:AB \x03\x7f", Framing()) == b"WT1:AB "
    assert code_of(b"\x00\x02", Framing()) is None
    assert code_of("VP1:蒙A12345:6".encode(), Framing()) == "VP1:蒙A12345:6".encode()
    assert code_of(b"\x02WT1:AB\x03", Framing(prefix=b"\x02", suffix=b"\x03")) == b"WT1:AB"


def test_a_line_of_noise_lets_the_reader_breathe() -> None:
    codes = read_codes(Script([b"noise"] * 3))
    assert [next(codes) for _ in range(3)] == [None] * 3


def test_a_code_read_twice_within_a_second_was_shown_once() -> None:
    repeats = Repeats(1_000)
    seen = [repeats.is_news(b"A", at_ms) for at_ms in (0, 400, 1_100, 2_099, 3_099)]
    assert seen == [True, False, False, False, True]


def test_another_code_in_between_is_news_and_changes_nothing() -> None:
    repeats = Repeats(1_000)
    news = [repeats.is_news(text, 100 * n) for n, text in enumerate([b"A", b"B", b"A", b"B"])]
    assert news == [True, True, False, False]


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats(1_000)
    for number in range(10 * MAX_REMEMBERED):
        assert repeats.is_news(b"%d" % number, 0)
    assert len(repeats._seen_ms) == MAX_REMEMBERED
