"""`edge-agent diag qr`: real pictures, spoilt ones, and files that are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from drivers.scanners.picture import Image
from edge_agent.cli_diag import diag_group
from tests.edge_agent.qr_pictures import SPOILT, on_wall, pale, qr_picture, write_picture
from tests.edge_agent.story import ENROLMENT, ticket, ticket_code
from weighbook.orders import order_text

TICKET = ticket_code(ticket()).decode()
ORDER = order_text(ENROLMENT)
CARD = "VP1:蒙K12345:6"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(diag_group, ["qr", *map(str, words)])


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def draw(tmp_path: Path) -> Callable[[str, Image], Path]:
    def write(name: str, image: Image) -> Path:
        write_picture(str(tmp_path / name), image)
        return tmp_path / name

    return write


Draw = Callable[[str, Image], Path]


def test_a_picture_with_a_code_gives_the_agreed_line(draw: Draw) -> None:
    picture = draw("ticket.png", qr_picture(TICKET))
    result = run(picture, "--json")
    row = rows(result)[0]
    assert result.exit_code == 0
    assert list(row) == ["file", "found", "texts", "decoder", "ms"]
    assert (row["file"], row["found"], row["texts"]) == (str(picture), True, [TICKET])
    assert (row["decoder"], type(row["ms"])) == ("zxing", int)


@pytest.mark.parametrize("kind", ["png", "jpg"])
@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_picture_is_read_all_the_same(draw: Draw, spoilt: str, kind: str) -> None:
    picture = draw(f"a.{kind}", SPOILT[spoilt](on_wall(qr_picture(TICKET))))
    result = run(picture, "--json")
    assert (result.exit_code, rows(result)[0]["texts"]) == (0, [TICKET])


def test_what_the_first_look_misses_the_stretched_one_finds(draw: Draw) -> None:
    picture = draw("pale.png", pale(on_wall(qr_picture(TICKET, scale=2))))
    assert rows(run(picture, "--json"))[0]["decoder"] == "zxing-stretched"


def test_several_codes_in_one_picture_are_all_read_each_once(draw: Draw) -> None:
    wall = on_wall(qr_picture(TICKET, 3), qr_picture(ORDER, 3), qr_picture(CARD), qr_picture(CARD))
    result = run(draw("wall.jpg", wall), "--json")
    assert sorted(rows(result)[0]["texts"]) == sorted([TICKET, ORDER, CARD])


def test_a_picture_without_a_code_ends_with_1_and_advice(draw: Draw) -> None:
    good, blank = draw("good.png", qr_picture(TICKET)), draw("blank.jpg", np.full((90, 90), 9))
    result = run(good, blank, "--json")
    assert result.exit_code == 1
    assert [row["found"] for row in rows(result)] == [True, False]
    assert (rows(result)[1]["texts"], rows(result)[1]["decoder"]) == ([], None)
    assert "未识别到二维码" in run(blank).stdout


def test_a_file_that_is_no_picture_ends_with_2_and_hides_no_other(
    draw: Draw, tmp_path: Path
) -> None:
    (tmp_path / "noise.png").write_bytes(b"noise" * 99)
    files = (tmp_path / "noise.png", tmp_path / "absent.png", tmp_path)
    result = run(*files, draw("good.png", qr_picture(TICKET)), "--json")
    told = rows(result)
    assert result.exit_code == 2
    assert [row["found"] for row in told] == [False, False, False, True]
    assert [row.get("code") for row in told] == ["P_FORMAT", "P_ABSENT", "P_NO_FILE", None]
    assert all(row["zh"].endswith("。") and row["en"].endswith(".") for row in told[:3])


def test_people_are_told_what_kind_of_text_it_is(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    texts = (TICKET, ORDER, CARD, "https://example.org/", TICKET[:-9])
    shown = run(*(draw(f"{n}.png", qr_picture(text)) for n, text in enumerate(texts))).stdout
    for words in ("票证，完整", "指令，完整", "车辆卡，无签名", "其他，无签名", "票证，不完整"):
        assert words in shown
    for words in ("ticket, whole", "order, whole", "foreign, unsigned", "broken", "E_", "蒙K12345"):
        assert words in shown
    assert "not a good signature" in shown


def test_no_text_of_a_code_can_command_the_terminal(draw: Draw) -> None:
    picture = draw("evil[1].png", qr_picture("[/red] \x1b[2J\r\n[bold]:smile:"))
    result = run(picture)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert ":sm" in result.stdout


def test_a_photograph_of_a_phone_is_read_though_it_is_larger_than_a_screen(draw: Draw) -> None:
    wall = on_wall(qr_picture(TICKET, 6), size=(800, 1200))
    large = np.asarray(cv2.resize(wall, None, fx=5, fy=5), np.uint8)
    assert rows(run(draw("phone.jpg", large), "--json"))[0]["texts"] == [TICKET]


def test_the_help_names_the_exit_codes() -> None:
    shown = " ".join(run("--help").output.split())
    assert "IMAGE" in shown
    assert "Exit code: 0" in shown
    assert "识别图片中的二维码" in shown
