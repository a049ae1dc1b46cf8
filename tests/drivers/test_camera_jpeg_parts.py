"""Pictures out of a multipart stream, however its bytes are cut."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.jpeg_parts import MAX_HEAD_BYTES, JpegParts

LIMIT = 2_000
BODY = st.binary(max_size=300).map(lambda inside: b"\xff\xd8" + inside + b"\xff\xd9")


def part(jpeg: bytes, *, with_length: bool) -> bytes:
    length = b"Content-Length: %d\r\n" % len(jpeg) if with_length else b""
    return b"--frame\r\nContent-Type: image/jpeg\r\n" + length + b"\r\n" + jpeg + b"\r\n"


def fed(stream: bytes, cuts: list[int]) -> list[bytes]:
    parts, pictures, at = JpegParts(LIMIT), [], 0
    for cut in (*sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)):
        pictures += parts.feed(stream[at:cut])
        at = cut
    return pictures


@given(st.lists(BODY, max_size=5), st.lists(st.integers(0, 10_000), max_size=8))
def test_every_picture_comes_whole_however_the_bytes_are_cut(
    jpegs: list[bytes], cuts: list[int]
) -> None:
    assert fed(b"".join(part(jpeg, with_length=True) for jpeg in jpegs), cuts) == jpegs


def test_without_a_length_a_picture_ends_at_the_boundary() -> None:
    first, second = b"\xff\xd8one\xff\xd9", b"\xff\xd8two\xff\xd9"
    stream = part(first, with_length=False) + part(second, with_length=False) + b"--frame"
    assert fed(stream, [1, 30, 60, 90]) == [first, second]


def test_what_is_no_jpeg_is_passed_over() -> None:
    stream = part(b"<html>", with_length=True) + part(b"\xff\xd8\xff\xd9", with_length=True)
    assert fed(stream, []) == [b"\xff\xd8\xff\xd9"]


@given(st.lists(st.binary(max_size=3_000), max_size=8))
def test_noise_neither_crashes_nor_grows(pieces: list[bytes]) -> None:
    parts = JpegParts(LIMIT)
    for piece in pieces:
        for picture in parts.feed(piece):
            assert picture.startswith(b"\xff\xd8")
        assert len(parts._waiting) <= LIMIT + MAX_HEAD_BYTES


def test_a_stream_recovers_after_a_part_too_large() -> None:
    jpeg = b"\xff\xd8good\xff\xd9"
    parts = JpegParts(LIMIT)
    parts.feed(b"--frame\r\nContent-Length: 999999\r\n\r\n" + bytes(LIMIT + 9_000))
    assert jpeg in parts.feed(part(jpeg, with_length=True) * 3)
