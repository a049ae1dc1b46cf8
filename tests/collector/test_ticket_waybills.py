"""E-waybills in the ledger: taken in at their first record, and every balance still at zero."""

from pathlib import Path

import pytest

from collector import orders
from collector.ticket_balance import residuals
from tests.collector.commands import BOTH, registered_desk
from tests.collector.receiving import Site, alerts
from tests.collector.sites import weighing
from weighbook.orders import Action, Policy
from weighbook.records import Kind
from weighbook.tickets import make_ticket_no

BATCH = 9_001


class County(Site):
    """One weighbridge that may draw its own numbers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.take(self.book.begin())

    def let(self, batch: int = BATCH) -> None:
        self.bureau.wall.now_ms += 1
        policy = Policy((("ewaybill_batch", batch),))
        orders.issue(self.home, "W01", Action.POLICY, policy, by="officer-1", second="officer-2")
        self.book.at_ms = max(self.book.at_ms, self.bureau.wall.now_ms)

    def sell(self, serial: int, digest: bytes = bytes(32), batch: int = BATCH) -> str:
        number = make_ticket_no("COAL", "150624", 26, batch, serial)
        body = weighing(ticket_no=number, ticket_digest=digest, plate="蒙K1", product="RAW")
        self.take(self.book.write(Kind.TARE, body), self.book.write(Kind.SALE, body))
        return number

    def states(self) -> dict[str, str]:
        return dict(map(tuple, self.home.db.execute("SELECT ticket_no, state FROM tickets")))


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def test_a_waybill_enters_at_its_first_record_and_balances(county: County) -> None:
    county.let()
    number = county.sell(1)
    assert county.states() == {number: "USED"}
    assert alerts(county.home) == []
    assert not residuals(county.home.db)


def test_without_policy_or_in_another_batch_it_is_unknown(county: County) -> None:
    county.sell(1)
    county.let()
    county.sell(2, batch=9_002)
    assert county.states() == {}
    assert alerts(county.home) == ["F-T04"] * 4


def test_what_was_sold_before_the_policy_came_stays_unknown(county: County) -> None:
    county.sell(1)
    county.let()
    number = county.sell(2)
    assert county.states() == {number: "USED"}


def test_a_waybill_used_twice_or_with_other_contents_is_found(county: County) -> None:
    county.let()
    county.sell(1)
    county.sell(1, digest=bytes([1]) * 32)
    assert {"F-T01", "F-T06"} <= set(alerts(county.home))


def test_a_batch_belongs_to_one_weighbridge_and_not_to_the_bureau(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path / "desk")
    desk.told("ticket", "stock-in", "--count", 1, "--batch", 7, *BOTH)
    words = ("order", "policy", "--weighbridge", "W01")
    assert desk.refusal(*words, "ewaybill_batch=7", *BOTH) == "E_RANGE_OVERLAP"
    assert desk.refusal(*words, "ewaybill_batch=10000", *BOTH) == "E_RANGE_OVERLAP"
    desk.told(*words, "ewaybill_batch=9001", "ewaybill_county=150624", *BOTH)
