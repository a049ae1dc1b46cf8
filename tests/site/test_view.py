"""A view on demand at a whole site: ordered by MQTT, shown by HTTP, by programs of their own."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector import orders
from collector.home import wall_ms
from collector.views import VIEWS_FOLDER, FrameStore
from demo.processes import Program, script
from tests.brokers import free_port
from tests.site.conftest import Figure
from tests.site.county import County, closing_home, open_county
from tests.site.places import book_rows
from tests.site.weighroom import Weighroom, wait_until, weighroom
from weighbook.envelope import payload_of
from weighbook.orders import Action, View
from weighbook.records import Kind, OrderSeen, parse_record

BRIDGE, CAMERA = "WB-1", "deck"
MINUTE_MS = 60_000
COME_S, QUIET_S = 30.0, 2.5


@dataclass
class Bureau:
    """The county's desk: it orders views and counts what came."""

    county: County
    room: Weighroom

    def order(self, minutes: int = 10, from_ms: int = 0) -> int:
        """A view that began so long ago, signed by one officer."""
        with closing_home(self.county.path) as home:
            begins_ms = wall_ms() + from_ms
            return orders.issue(
                home,
                BRIDGE,
                Action.VIEW,
                View(CAMERA, minutes),
                by="officer-1",
                not_before_ms=begins_ms,
                expires_ms=begins_ms + minutes * MINUTE_MS,
            )

    def frames(self, number: int) -> int:
        return len(FrameStore(self.county.path / VIEWS_FOLDER).frames(BRIDGE, number))

    def seen(self, number: int) -> list[tuple[str, str | None]]:
        """What the weighbridge's book says of an order."""
        rows = book_rows(
            self.room.state, "SELECT message FROM records WHERE kind = ?", int(Kind.ORDER)
        )
        bodies = [parse_record(payload_of(bytes(row[0]))).body for row in rows]
        return [
            (body.outcome, body.reason)
            for body in bodies
            if isinstance(body, OrderSeen) and body.number == number
        ]

    def wait(self, come: Callable[[], bool]) -> float:
        return wait_until(come, COME_S, self.room.last_words)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """A camera that plays, an agent that runs, and a collector with its web server."""
    with (
        open_county(tmp_path / "county") as county,
        weighroom(county, tmp_path / "room", BRIDGE) as room,
    ):
        port = free_port()
        with (county.path / "collector.toml").open("a", encoding="utf-8") as file:
            file.write(f"[web]\nport = {port}\n")
        with room.path.open("a", encoding="utf-8") as file:
            file.write(f'\n[pictures]\nurl = "http://127.0.0.1:{port}"\n')
        words = script("collector", "--home", str(county.path), "run")
        county.collector = Program(words, county.folder / "collector.log")
        county.broker.wait_for_client("weighhouse-collector")
        room.plug_in()
        room.start()
        yield Bureau(county, room)


@pytest.mark.timeout(180)
def test_the_bureau_sees_a_camera_while_its_order_runs_and_no_longer(
    bureau: Bureau, figure: Figure
) -> None:
    began_ms = wall_ms()
    number = bureau.order(minutes=1, from_ms=-45_000)
    came_s = bureau.wait(lambda: bureau.frames(number) > 0)
    bureau.wait(lambda: wall_ms() >= began_ms + 15_000)
    count = bureau.frames(number)
    figure("view: signed to first picture at the bureau, s", round(came_s, 1))
    figure("view: pictures in the rest of its 15 s", count)
    time.sleep(QUIET_S)
    assert (15 - came_s) / 2 <= count <= 15
    assert bureau.frames(number) <= count + 1
    assert bureau.seen(number) == [("applied", None)]


@pytest.mark.timeout(180)
def test_a_view_is_taken_up_after_a_restart_and_one_that_is_over_is_refused(
    bureau: Bureau,
) -> None:
    number = bureau.order()
    bureau.wait(lambda: bureau.frames(number) > 0)
    bureau.room.agent.kill()
    over = bureau.order(minutes=1, from_ms=-61_000)
    count = bureau.frames(number)
    bureau.room.start()
    bureau.wait(lambda: bureau.frames(number) > count)
    bureau.wait(lambda: bureau.seen(over) == [("refused", "E_ORDER_EXPIRED")])
    assert bureau.frames(over) == 0
    assert bureau.seen(number) == [("applied", None)]
