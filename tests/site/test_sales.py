"""Twenty sales over a pseudo-terminal, through a broker that is killed again and again."""

import time
from pathlib import Path

import pytest

from tests.site import proofs
from tests.site.conftest import Figure
from tests.site.county import open_county
from tests.site.places import book_rows, count, digests
from tests.site.weighroom import OPEN_S, Weighroom, wait_until, weighroom
from weighbook.records import Kind

SALES, GROUP = 20, 4
EMPTY_KG, LOADED_KG = 15_240, 48_620
DRAIN_S = 45.0


def cross(room: Weighroom, trucks: list[tuple[str, bytes]], kg: int, kind: Kind) -> None:
    """One after the other: one code shown twice within a second would be one code."""
    for plate, code in trucks:
        room.cross(plate, code, kg, kind)


def newest_sale(room: Weighroom) -> int:
    query = "SELECT max(seq) FROM records WHERE kind = ?"
    return int(book_rows(room.state, query, int(Kind.SALE))[0][0])


@pytest.mark.timeout(240)
def test_twenty_sales_reach_the_bureau_once_each_while_the_broker_is_killed(
    tmp_path: Path, figure: Figure
) -> None:
    with (
        open_county(tmp_path / "county") as county,
        weighroom(county, tmp_path / "room", "WB-1") as room,
    ):
        county.start_collector()
        room.plug_in()
        room.start()
        tickets = county.tickets("WB-1", SALES)
        opened_s = wait_until(room.is_open, OPEN_S, room.last_words)
        trucks = [(f"蒙K{n:05d}", code) for n, (_, code) in enumerate(tickets)]
        began = time.monotonic()
        for first in range(0, SALES, GROUP):
            group = trucks[first : first + GROUP]
            county.broker.kill()
            cross(room, group, EMPTY_KG, Kind.TARE)
            county.broker.start()
            cross(room, group, LOADED_KG, Kind.SALE)
        sold_s = time.monotonic() - began
        drained_s = wait_until(
            lambda: county.held("WB-1").keys() >= digests(room.state).keys(), DRAIN_S
        )
        assert count(room.state, Kind.SALE) == SALES
        assert room.switched.count("open") == 2 * SALES
        received_s = wait_until(lambda: room.status()["received_seq"] >= newest_sale(room), DRAIN_S)
        assert room.agent.stop() == 0
        wait_until(lambda: county.held("WB-1") == digests(room.state), DRAIN_S)
        proofs.bureau_holds_all(county, "WB-1", room.state)
        proofs.book_is_whole(room.state)
        assert proofs.sold_once(county, "WB-1", room.state) == SALES
    figure("twenty sales: start to open, s", f"{opened_s:.1f}")
    figure("twenty sales: forty passes, s", f"{sold_s:.1f}")
    figure("twenty sales: all at the bureau after the last, s", f"{drained_s:.1f}")
    figure("twenty sales: receipt of the last sale after that, s", f"{received_s:.1f}")
