"""The memory between a camera's reading process and those who ask: never torn, never blocking."""

import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.slot import MAX_JPEG_BYTES, Seen, Slot

PICTURES = 300
WRITER = """
import sys
from pathlib import Path
from drivers.cameras.slot import Seen, Slot
slot = Slot.open(Path(sys.argv[1]))
slot.write(Seen(packet_ms=7, packets=1), b"from another process")
sys.stdout.write("written\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def slot() -> Iterator[Slot]:
    created = Slot.create()
    yield created
    created.close()


def numbered(number: int) -> tuple[Seen, bytes]:
    """A word and a picture that carry one number all over."""
    return Seen(number, number, number, number, number), struct.pack("<I", number) * 20_000


def tear(slot: Slot) -> None:
    """What a writer leaves that was killed in the middle of a header."""
    with os.fdopen(os.dup(slot.descriptor), "r+b", buffering=0) as memory:
        counter = int.from_bytes(memory.read(8), "little")
        memory.seek(0)
        memory.write((counter + 1).to_bytes(8, "little") + b"\xff" * 60)


def test_a_fresh_slot_has_seen_nothing(slot: Slot) -> None:
    assert slot.read() == Seen()
    assert slot.jpeg() is None


def test_a_word_without_a_picture_keeps_the_picture_that_is_there(slot: Slot) -> None:
    slot.write(Seen(packets=1), b"picture")
    slot.write(Seen(packets=2), None)
    assert slot.read().packets == 2
    assert slot.jpeg() == b"picture"


def test_a_shorter_picture_replaces_a_longer_one_whole(slot: Slot) -> None:
    for picture in (b"a long picture", b"short", b"tiny"):
        slot.write(Seen(), picture)
    assert slot.jpeg() == b"tiny"


def test_the_largest_picture_fits_and_a_larger_one_is_refused(slot: Slot) -> None:
    largest = bytes(MAX_JPEG_BYTES - 1) + b"!"
    slot.write(Seen(packets=1), largest)
    with pytest.raises(ValueError, match="do not fit"):
        slot.write(Seen(packets=2), largest + b"!")
    assert slot.jpeg() == largest
    assert slot.read().packets == 1


TIMES = st.integers(-1, 2**62)
COUNTS = st.integers(-1, 2**31 - 1)
SEEN = st.builds(
    Seen, TIMES, TIMES, TIMES, TIMES, TIMES, COUNTS, COUNTS, COUNTS, COUNTS,
    st.binary(min_size=16, max_size=16),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(SEEN, st.none() | st.binary(min_size=1, max_size=9_000))
def test_what_is_written_is_read(seen: Seen, jpeg: bytes | None) -> None:
    slot = Slot.create()
    try:
        slot.write(seen, jpeg)
        assert (slot.read(), slot.jpeg()) == (seen, jpeg)
    finally:
        slot.close()


def test_an_unfinished_word_leaves_the_one_before_to_grow_old(slot: Slot) -> None:
    seen, jpeg = numbered(5)
    slot.write(seen, jpeg)
    assert slot.read() == seen
    tear(slot)
    assert slot.read() == seen
    assert slot.jpeg() == jpeg


def test_who_never_read_a_finished_word_has_seen_nothing(slot: Slot) -> None:
    slot.write(*numbered(5))
    tear(slot)
    late = Slot.open(slot.path)
    assert late.read() == Seen()
    assert late.jpeg() is None
    late.close()


def test_a_new_writer_goes_on_where_another_died(slot: Slot) -> None:
    slot.write(*numbered(5))
    tear(slot)
    slot.write(Seen(), None)
    assert (slot.read(), slot.jpeg()) == (Seen(), None)
    slot.write(*numbered(6))
    assert (slot.read(), slot.jpeg()) == numbered(6)


def test_a_picture_is_never_read_half_old_and_half_new(slot: Slot) -> None:
    slot.write(*numbered(1))
    assert slot.read() == numbered(1)[0]

    def write() -> None:
        for number in range(2, PICTURES):
            slot.write(*numbered(number))

    writing = threading.Thread(target=write)
    writing.start()
    seen = []
    while writing.is_alive():
        jpeg, word = slot.jpeg(), slot.read()
        assert len(set(word.digest)) == 1
        assert word.beat_ms == word.packet_ms == word.pictures
        if jpeg is not None:
            assert jpeg == jpeg[:4] * 20_000
            seen.append(struct.unpack("<I", jpeg[:4])[0])
    writing.join()
    assert seen == sorted(seen)


def test_another_process_writes_and_a_killed_one_leaves_its_word(slot: Slot) -> None:
    root = Path(__file__).parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(slot.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, pass_fds=(slot.descriptor,),
    )  # fmt: skip
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
    assert slot.read().packet_ms == 7
    assert slot.jpeg() == b"from another process"


def test_a_closed_slot_can_still_be_asked(slot: Slot) -> None:
    slot.write(*numbered(3))
    slot.close()
    slot.close()
    assert (slot.read(), slot.jpeg()) == numbered(3)
