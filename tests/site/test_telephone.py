"""A camera is cut and the network is down: two officers permit sales over the telephone.

Real programs throughout: the agent's daemon, its commands, the bureau's desk, and, afterwards, a
broker and a collector that find the same order in the book.
"""

import re
import subprocess
from pathlib import Path

import pytest

from demo.processes import script
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.weighroom import OPEN_S, Weighroom, wait_until, weighroom

BRIDGE = "WB-1"
COME_S = 45.0
ASK = ("--cause", "CAMERA_LOST", "--hours", "8", "--max-trucks", "20", "--max-t", "600")
BOTH = ("--measures", "officer on site", "--by", "officer-1", "--second", "officer-2")


def said(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def edge(room: Weighroom, *words: str) -> str:
    return said(*script("edge-agent", *words, "--config", str(room.path)))


def desk(county: County, *words: str) -> str:
    return said(*script("collector", "--home", str(county.path), *words))


@pytest.mark.timeout(240)
def test_a_permit_over_the_telephone_opens_sales_and_is_found_in_the_book(
    tmp_path: Path, figure: Figure
) -> None:
    with (
        open_county(tmp_path / "county") as county,
        weighroom(county, tmp_path / "room", BRIDGE) as room,
    ):
        county.broker.kill()
        room.plug_in()
        room.start()
        wait_until(room.is_open, OPEN_S, room.last_words)
        room.cut_camera()
        wait_until(lambda: "CAMERA_LOST" in room.causes(), COME_S, room.last_words)
        heard = edge(room, "challenge", "permit", *ASK)
        match = re.search(r"order held (\d+), .*challenge (\d{5} \d{5})", heard)
        assert match is not None, heard
        at = ("--weighbridge", BRIDGE, "--held", match[1], "--challenge", match[2])
        read_out = desk(county, "order", "phone", "permit", *at, *ASK, *BOTH)
        code = re.search(r"order (\d+), code (\d{3}) (\d{3}) (\d{3})", read_out)
        assert code is not None, read_out
        edge(room, "answer", *code.groups())
        opened_s = wait_until(room.is_open, COME_S, room.last_words)
        county.broker.start()
        county.start_collector()
        number = int(code[1])
        wait_until(lambda: room.status()["order_number"] == number, COME_S, room.last_words)
        query = "SELECT number, given FROM phone_answers"
        wait_until(lambda: county.rows(query) == [(number, 1)], COME_S, room.last_words)
        settled = "SELECT applied_seq FROM orders WHERE number = ?"
        wait_until(lambda: county.rows(settled, number)[0][0] is not None, COME_S)
        assert county.alerts(BRIDGE) == []
        assert room.is_open()
    figure("a permit by telephone, from its code to open sales", f"{opened_s:.1f} s")
