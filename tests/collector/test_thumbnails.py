"""Thumbnails: made once, of pictures only; whatever else is stored does no harm."""

import os
import threading
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collector.pictures import PictureStore
from collector.thumbnails import LARGEST_PIXELS, WIDTH, Thumbnails, shrink, size_in


def picture(width: int, height: int) -> bytes:
    view = np.tile(np.linspace(0, 255, width, dtype=np.uint8), (height, 1))
    done, encoded = cv2.imencode(".jpg", view)
    assert done
    return encoded.tobytes()


def claimed(width: int, height: int) -> bytes:
    """A small picture whose head claims another size."""
    jpeg = bytearray(picture(64, 48))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = height.to_bytes(2) + width.to_bytes(2)
    return bytes(jpeg)


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


@pytest.fixture
def thumbnails(store: PictureStore, tmp_path: Path) -> Thumbnails:
    return Thumbnails(store.find, tmp_path / "thumbnails")


def keep(store: PictureStore, content: bytes) -> str:
    name = sha256(content).hexdigest()
    assert store.keep(name, content)
    return name


@pytest.mark.parametrize("size", [(1_920, 1_080), (2_560, 1_440), (641, 480), (639, 480), (321, 9)])
def test_a_picture_becomes_320_wide_and_keeps_its_shape(size: tuple[int, int]) -> None:
    small = shrink(picture(*size))
    assert small is not None
    width, height = size_in(small) or (0, 0)
    assert width == WIDTH
    assert abs(height - size[1] * WIDTH / size[0]) <= 1


def test_a_small_picture_is_not_made_larger() -> None:
    small = shrink(picture(200, 100))
    assert small is not None
    assert size_in(small) == (200, 100)


def test_it_is_made_once_and_again_when_it_was_lost(
    store: PictureStore, thumbnails: Thumbnails
) -> None:
    name = keep(store, picture(1_280, 720))
    first = thumbnails.find(name)
    assert first is not None
    before = first.stat().st_ino
    again = thumbnails.find(name)
    assert again is not None
    assert again.stat().st_ino == before
    first.unlink()
    assert thumbnails.find(name) == first
    assert first.is_file()


def test_many_askers_at_once_get_the_same_whole_file(
    store: PictureStore, thumbnails: Thumbnails
) -> None:
    name = keep(store, picture(1_280, 720))
    seen: list[bytes] = []

    def ask() -> None:
        path = thumbnails.find(name)
        assert path is not None
        seen.append(path.read_bytes())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1


def test_what_is_not_there_has_none(thumbnails: Thumbnails) -> None:
    assert thumbnails.find("0" * 64) is None
    assert thumbnails.find("../../collector.db") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\xff\xd8" + b"\xff" * 999,
        b"\x1aE\xdf\xa3" + bytes(99),
        picture(640, 480)[:400],
        claimed(65_535, 65_535),
        claimed(0, 48),
    ],
    ids=["empty", "mark", "loop", "fill", "film", "cut", "huge", "flat"],
)
def test_what_is_no_picture_has_none_and_leaves_nothing(
    store: PictureStore, thumbnails: Thumbnails, tmp_path: Path, content: bytes
) -> None:
    assert thumbnails.find(keep(store, content)) is None
    assert not (tmp_path / "thumbnails").exists() or not os.listdir(tmp_path / "thumbnails")


def test_a_picture_that_claims_more_than_it_has_is_at_worst_grey() -> None:
    assert LARGEST_PIXELS > 4_000 * 4_000
    small = shrink(claimed(4_000, 4_000))
    assert small is None or size_in(small) == (320, 320)


@given(st.binary(max_size=400))
@example(b"\xff\xd8\xff\xc0\x00")
def test_any_bytes_are_a_picture_or_none(content: bytes) -> None:
    for data in (content, b"\xff\xd8" + content, picture(64, 48)[:100] + content):
        small = shrink(data)
        assert small is None or size_in(small) is not None
