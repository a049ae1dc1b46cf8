"""Picture files: every usual kind is opened, and nothing else does any harm."""

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.scanners import picture_file
from drivers.scanners.picture_file import NoPicture, load_picture

GREY = Image.fromarray(np.arange(0, 256, 4).astype(np.uint8).repeat(48).reshape(64, 48))


def refused(path: Path) -> str | None:
    try:
        load_picture(path)
    except NoPicture as no:
        return no.code
    return None


def saved(folder: Path, image: Image.Image, name: str) -> Path:
    image.save(folder / name)
    return folder / name


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_promise(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels and brings none."""
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + chunk(b"IDAT", b"")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.tif", "a.webp", "a.gif", "no-name"])
def test_every_usual_kind_of_file_gives_its_greys_whatever_it_is_called(
    tmp_path: Path, name: str
) -> None:
    kept = tmp_path / name
    GREY.save(kept, format=None if "." in name else "PNG")
    pixels = load_picture(kept)
    assert (pixels.shape, pixels.dtype) == ((64, 48), np.uint8)
    assert np.abs(pixels.astype(int) - np.asarray(GREY).astype(int)).max() < 16


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_depth_of_colour_becomes_eight_bits_of_grey(tmp_path: Path, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(GREY).astype(np.uint16) << 8)
    else:
        image = GREY.convert(mode)
    pixels = load_picture(saved(tmp_path, image, "a.png"))
    assert (pixels.shape, pixels.dtype) == ((64, 48), np.uint8)
    assert (pixels[0, 0], pixels[-1, -1] > 200) == (0, True)


def test_what_is_transparent_counts_as_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert load_picture(saved(tmp_path, clear, "a.png")).min() == 255


def test_an_absent_file_a_folder_and_a_device_are_told_apart(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "nothing.png") == "P_ABSENT"
    assert refused(tmp_path) == "P_NO_FILE"
    assert refused(tmp_path / "pipe") == "P_NO_FILE"
    assert refused(Path("/dev/zero")) == "P_NO_FILE"
    assert refused(tmp_path / "a.png" / "b.png") == "P_ABSENT"
    assert refused(tmp_path / ("x" * 300)) == "P_DENIED"
    assert refused(Path("a\0b")) == "P_DENIED"


@pytest.mark.parametrize("content", [b"", b"noise" * 50, b"%PDF-1.7\n", b"GIF89a", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert refused(tmp_path / "a.png") == "P_FORMAT"


@pytest.mark.parametrize("side", [9_000, 15_000, 2**31 - 1])
def test_a_small_file_that_would_unfold_to_a_huge_picture_is_refused_unread(
    tmp_path: Path, side: int
) -> None:
    (tmp_path / "bomb.png").write_bytes(png_promise(side, side))
    assert refused(tmp_path / "bomb.png") == "P_LARGE"


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.bmp"
    with huge.open("wb") as file:
        file.truncate(picture_file.LARGEST_BYTES + 1)
    assert refused(huge) == "P_LARGE"


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]), data=st.data())
def test_a_damaged_picture_gives_greys_or_a_refusal_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    whole = io.BytesIO()
    GREY.save(whole, format=kind)
    torn = bytearray(whole.getvalue()[: data.draw(st.integers(1, len(whole.getvalue())))])
    for at in data.draw(st.lists(st.integers(0, len(torn) - 1), max_size=4)):
        torn[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.getbasetemp() / "torn"
    path.write_bytes(torn)
    assert refused(path) in (None, "P_FORMAT", "P_LARGE")
