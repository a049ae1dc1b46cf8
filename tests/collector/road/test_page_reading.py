"""The page's own reader of QR codes, on pictures, beside zxing-cpp: never wrong, seldom blind."""

import base64
import random
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno
from segno import consts

from tests.collector.road.chromium import Tab
from tests.collector.road.pictures import PIXELS, QUIET, Image, Shot, code_of, flat, photograph
from tests.collector.road.trucks import Road

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SLOWEST_MS = 20_000  # of one picture, on a machine that has much else to do
READ = """((width, height, greys, ms) => {
  const data = Uint8Array.from(atob(greys), (sign) => sign.charCodeAt(0));
  const begin = performance.now();
  return [qr.read({ data, width, height }, ms), performance.now() - begin];
})"""


def read(desk: Tab, picture: Image, limit_ms: int = 10_000) -> list[str]:
    return list(timed(desk, picture, limit_ms)[0])


def timed(desk: Tab, picture: Image, limit_ms: int = 10_000) -> tuple[list[str], float]:
    height, width = picture.shape
    greys = base64.b64encode(picture.tobytes()).decode()
    texts, took_ms = desk.call(READ, width, height, greys, limit_ms)
    return texts, took_ms


def text_of(seed: int, length: int = 280) -> str:
    return "WT1:" + "".join(random.Random(seed).choices(SIGNS, k=length - 4))


def room_of(version: int, level: str) -> int:
    """Characters of base45 that fill a code."""
    table: Any = consts.ECC
    blocks = table[version][consts.ERROR_MAPPING[level.upper()]]
    bits = 8 * sum(count * data for count, _, data in blocks) - 4 - (9 if version < 10 else 11)
    return int(bits // 11 * 2 + (bits % 11 >= 6))


@pytest.mark.parametrize("version", range(1, 26))
def test_every_version_is_read_at_every_level(desk: Tab, version: int) -> None:
    chance = random.Random(version)
    for mask, level in enumerate("lmqh", version % 2 * 4):
        text = "".join(chance.choices(SIGNS, k=room_of(version, level)))
        sheet = code_of(text, level, version, mask)
        picture = cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        assert read(desk, picture) == [text], level


@pytest.mark.parametrize(
    "parts",
    [
        ["0123456789012345"],
        ["7"],
        ["HTTPS://EXAMPLE.CN/1"],
        ["蒙K12345 一号磅房"],
        ["ABC", "12345678901", "abc", "票"],
    ],
)
def test_every_kind_of_text_is_read_and_kinds_in_one_code(desk: Tab, parts: list[str]) -> None:
    code = segno.make("".join(parts), micro=False, encoding="utf-8", boost_error=False)
    assert read(desk, flat(code)) == ["".join(parts)]


def test_bytes_in_a_character_set_of_their_own_are_read(desk: Tab) -> None:
    code = segno.make("Größe", micro=False, encoding="iso-8859-15", eci=True)
    assert read(desk, flat(code)) == ["Größe"]


def test_a_code_for_chinese_signs_of_another_kind_is_left_alone(desk: Tab) -> None:
    code = segno.make("点茗", mode="kanji", micro=False)
    assert read(desk, flat(code)) == []


@pytest.mark.parametrize("turn", [0, 30, 45, 75, 90, 135, 180, 200, 270, 315])
def test_a_code_is_read_however_it_is_turned(desk: Tab, turn: int) -> None:
    text = text_of(turn)
    assert read(desk, photograph(code_of(text), Shot(turn=turn))) == [text]


LIGHT = {
    "near": Shot(module=7),
    "far": Shot(module=2),
    "at a slant": Shot(module=4, tilt=50),
    "far and at a slant": Shot(module=2.5, tilt=35),
    "blurred": Shot(module=4, blur=2),
    "noisy": Shot(noise=35),
    "pale": Shot(low=100, high=140),
    "dark": Shot(low=12, high=60, noise=3),
    "over-bright": Shot(low=200, high=240),
    "half in the shade": Shot(shade=0.75),
    "on a wavy sheet": Shot(bend=1.2),
    "in a mirror": Shot(mirrored=True),
    "a small picture": Shot(module=3, size=(400, 300)),
}


@pytest.mark.parametrize("name", LIGHT)
def test_a_code_is_read(desk: Tab, name: str) -> None:
    for seed, level in enumerate("mq"):
        text = text_of(seed, 220)
        shot = Shot(**{**vars(LIGHT[name]), "seed": seed, "tilt": LIGHT[name].tilt or 15})
        assert read(desk, photograph(code_of(text, level), shot)) == [text], level


def test_damage_up_to_what_the_level_bears_is_repaired(desk: Tab) -> None:
    text = text_of(1)
    sheet = code_of(text, "q")
    middle = sheet.shape[0] // 2
    for hole in (0, 60, 100):
        torn = sheet.copy()
        torn[middle - hole : middle + hole, middle - hole : middle + hole] = 255
        assert read(desk, torn) == [text]


def test_what_cannot_be_made_out_costs_less_than_what_is_wrong(desk: Tab) -> None:
    """A wet spot, as grey as the middle: more of it is borne than of white."""
    text = text_of(1)
    for ink, borne in ((128, [text]), (255, [])):
        sheet = code_of(text, "q")
        middle = sheet.shape[0] // 2
        sheet[middle - 140 : middle + 140, middle - 140 : middle + 140] = ink
        assert read(desk, sheet, 1_000) == borne


@pytest.mark.parametrize("is_second", [False, True])
def test_one_copy_of_the_format_is_enough(desk: Tab, is_second: bool) -> None:
    text, sheet = text_of(1), code_of(text_of(1))
    last = sheet.shape[0] // PIXELS - 2 * QUIET - 1
    for n in range(6):
        for x, y in ((last - n, 8), (8, last - n)) if is_second else ((8, n), (n, 8)):
            row, column = (y + QUIET) * PIXELS, (x + QUIET) * PIXELS
            sheet[row : row + PIXELS, column : column + PIXELS] = 255
    assert read(desk, sheet) == [text]


def test_two_codes_in_one_picture_are_both_read(desk: Tab) -> None:
    texts = [text_of(1), text_of(2)]
    left, right = (cv2.resize(code_of(text), (480, 480)) for text in texts)
    picture = np.full((600, 1_100), 200, np.uint8)
    picture[60:540, 30:510], picture[60:540, 580:1_060] = left, right
    assert sorted(read(desk, picture)) == sorted(texts)


def test_a_picture_without_a_code_gives_nothing_and_takes_its_time_only(desk: Tab) -> None:
    chance = np.random.default_rng(3)
    noise = chance.integers(0, 256, (720, 1_280)).astype(np.uint8)
    squares = np.full((720, 1_280), 255, np.uint8)
    finder = flat(segno.make("1", micro=False))[32:88, 32:88]  # one finder square, 56 pixels wide
    for y in range(20, 640, 90):
        for x in range(20, 1_200, 90):
            squares[y : y + 56, x : x + 56] = finder
    for picture in (noise, squares, np.zeros((720, 1_280), np.uint8)):
        texts, took_ms = timed(desk, picture, 400)
        assert texts == []
        assert took_ms < SLOWEST_MS


def test_pictures_of_any_size_are_looked_at(desk: Tab) -> None:
    for width, height in ((1, 1), (2, 700), (700, 2), (13, 13), (30, 20)):
        assert read(desk, np.full((height, width), 99, np.uint8)) == []


def test_a_torn_code_never_gives_another_text(desk: Tab) -> None:
    text, sheet = text_of(5), code_of(text_of(5), "l")
    chance = np.random.default_rng(5)
    for spots in range(0, 120, 20):
        torn = sheet.copy()
        for y, x in chance.integers(120, sheet.shape[0] - 120, (spots, 2)):
            torn[y : y + 24, x : x + 24] = chance.choice([0, 255])
        assert read(desk, torn, 500) in ([text], [])


def test_real_codes_of_a_ticket_and_a_slip_are_read_and_found_genuine(
    phone: Tab, truck: Road, tmp_path: Path
) -> None:
    for name, text, level in (("slip", truck.slip, "q"), ("ticket", truck.ticket, "m")):
        path = tmp_path / f"{name}.jpg"
        shot = Shot(module=8, tilt=25, blur=1.5, size=(1_600, 1_200), seed=len(name))
        cv2.imwrite(str(path), photograph(code_of(text, level), shot))
        phone.give_picture(path)
        phone.until(f"page.state.texts.includes({text!r})")
    assert "真实有效" in phone.text()
    assert phone.run("document.getElementById('verdict').className") == "good"


def test_a_picture_without_a_code_and_a_file_that_is_none_are_told_apart(
    phone: Tab, tmp_path: Path
) -> None:
    blank, text = tmp_path / "blank.png", tmp_path / "text.png"
    cv2.imwrite(str(blank), np.full((600, 800), 128, np.uint8))
    text.write_bytes(b"no picture at all")
    for path, said in ((blank, "没有找到二维码"), (text, "这不是图片")):
        phone.give_picture(path)
        phone.until(f"document.getElementById('message').innerText.includes('{said}')")
