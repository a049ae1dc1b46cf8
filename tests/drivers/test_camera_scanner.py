"""Codes held up to a camera, in real pictures."""

import io

import segno
from PIL import Image

from drivers.scanners.camera_scanner import SAME_MS, CameraScanner

A, B = b"WT1:ONE", b"WT1:TWO"


def picture(*texts: bytes) -> bytes:
    """A grey picture with the codes side by side, as JPEG."""
    scene = Image.new("L", (1_280, 720), 120)
    for number, text in enumerate(texts):
        png = io.BytesIO()
        segno.make(text).save(png, kind="png", scale=8, border=4)
        png.seek(0)
        scene.paste(Image.open(png).convert("L"), (60 + 500 * number, 200))
    jpeg = io.BytesIO()
    scene.save(jpeg, "JPEG", quality=80)
    return jpeg.getvalue()


def test_a_code_that_stays_in_the_picture_is_one_scan() -> None:
    scanner, seen = CameraScanner(), picture(A)
    found = [scanner.read(seen, at_ms) for at_ms in range(0, 10 * SAME_MS, SAME_MS // 4)]
    assert found == [[A], *[[]] * 39]


def test_a_code_shown_again_after_it_was_gone_is_a_new_scan() -> None:
    scanner, seen = CameraScanner(), picture(A)
    assert scanner.read(seen, 0) == [A]
    assert scanner.read(picture(), 1_000) == []
    assert scanner.read(seen, SAME_MS) == [A]


def test_two_codes_in_one_picture_are_two_scans() -> None:
    scanner = CameraScanner()
    assert sorted(scanner.read(picture(A, B), 0)) == [A, B]
    assert scanner.read(picture(B), 500) == []


def test_what_is_no_picture_holds_no_code() -> None:
    scanner, seen = CameraScanner(), picture(A)
    for damaged in (b"", b"\xff\xd8", seen[: len(seen) // 8], bytes(1_000)):
        assert scanner.read(damaged, 0) == []
