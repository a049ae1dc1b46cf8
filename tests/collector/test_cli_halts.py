"""`collector halts`: what people see of halts, outages and notices."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from collector.cli import cli
from collector.session import Session
from tests.collector.robot import Robot
from tests.collector.test_halts import raised
from tests.collector.test_notices import CAMERA, County
from weighbook.records import Kind


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with Robot() as robot:
        yield County(tmp_path, robot)


def told(county: County, *words: str) -> str:
    shown = CliRunner().invoke(
        cli,
        ["--home", str(county.home.path), "halts", *words],
        obj=Session(None, county.bureau.wall),
        env={"COLUMNS": "140"},
        catch_exceptions=False,
    )
    assert shown.exit_code == 0, shown.output
    return shown.output


def rows(county: County, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told(county, *words, "--json").splitlines()]


def test_who_is_halted_is_shown_with_cause_and_measure(county: County) -> None:
    county.send(county.book.write(Kind.CAUSE, raised()))
    county.stands(*CAMERA)
    shown = told(county, "list")
    assert "停销 halted" in shown
    assert "摄像头掉线 CAMERA_LOST deck：lost: age 2.6 s" in shown
    (row,) = rows(county, "list")
    assert (row["state"], row["causes"][0]["code"]) == ("halted", "CAMERA_LOST")


def test_why_a_camera_gives_nothing_is_shown_in_words(county: County) -> None:
    measured = "lost: age 2.6 s; why: power_or_cable"
    county.send(county.book.write(Kind.CAUSE, raised(measured=measured)))
    county.stands(*CAMERA)
    (row,) = rows(county, "list")
    assert "（摄像头断电或断线 camera without power or cable）" in row["causes_shown"]


def test_nobody_halted_is_said_so(county: County) -> None:
    assert "没有停销的磅房" in told(county, "list")
    (row,) = rows(county, "list", "--all")
    assert row["state"] == "open"


def test_a_weighbridge_never_heard_of_is_listed_as_such(county: County) -> None:
    county.bureau.enrol("W02")
    assert "从未报到" in told(county, "list")


def test_nights_alone_are_listed(county: County) -> None:
    day_ms, wall = 24 * 3_600_000, county.bureau.wall  # which stands at 22:13 there
    for _ in range(3):
        wall.now_ms += day_ms
        county.stands(*CAMERA)
        county.stands()
    (row,) = [row for row in rows(county, "outages") if "nights" in row]
    assert (row["code"], row["weighbridge"], row["nights"]) == ("F-H03", "W01", 3)
    assert "没有几乎同时的中断" in told(county, "outages")
    assert "2026-09-22, 2026-09-23, 2026-09-24" in told(county, "outages")


def test_notices_show_who_took_them(county: County) -> None:
    county.stands(*CAMERA)
    assert "—" in told(county, "notices")
    county.tell()
    (row,) = rows(county, "notices")
    assert (row["target"], row["what"], row["tries"]) == ("duty", "halted", 1)
    assert row["sent_ms"] == county.bureau.wall.now_ms
