"""Heartbeats name configuration and software: what nobody approved is told to the bureau."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector import orders
from collector.records_store import RecordsStore
from collector.site_watch import APPROVAL_REACH_MS, site_alerts
from tests.collector.receiving import alerts
from tests.collector.sites import PLACE, Book, Bureau, make_bureau
from tests.collector.test_checkpoints import told
from weighbook.envelope import digest
from weighbook.orders import Action, Release
from weighbook.receipts import sign_checkpoint

OTHER = bytes(range(32))


def codes(**facts: Any) -> list[str]:
    before, after = told(), told(at_ms=9_000, **facts)
    return [alert.code for alert in site_alerts(before, after, None, ("test",))]


def test_a_heartbeat_like_the_one_before_says_nothing() -> None:
    assert codes() == []


def test_c31_another_configuration_is_told() -> None:
    assert codes(config=OTHER) == ["F-X05"]


def test_c56_software_that_is_no_release_is_told() -> None:
    assert codes(software="patched") == ["F-X08"]


def test_c56_where_no_release_is_listed_none_is_asked_for() -> None:
    assert list(site_alerts(None, told(software="patched"), None, ())) == []


@pytest.mark.parametrize(("late_ms", "told_of"), [(0, 0), (1, 1)])
def test_c31_a_change_the_bureau_approved_within_a_day_is_none(late_ms: int, told_of: int) -> None:
    after = told(config=OTHER, at_ms=10 * APPROVAL_REACH_MS)
    found = list(site_alerts(told(), after, after.at_ms - APPROVAL_REACH_MS - late_ms, ()))
    assert len(found) == told_of


class Heard:
    """A bureau that hears the heartbeats of one weighbridge."""

    def __init__(self, folder: Path) -> None:
        self.bureau: Bureau = make_bureau(folder)
        self.book: Book = self.bureau.enrol()
        self.store = RecordsStore(self.bureau.home)
        self.store.take(PLACE, self.book.begin())

    def beat(self, **facts: Any) -> None:
        self.bureau.wall.now_ms += 60_000
        last = self.book.last
        assert last is not None
        plain = told(seq=last.seq, head=digest(self.book.messages[-1]), epoch=last.epoch)
        said = replace(plain, at_ms=self.bureau.wall.now_ms, **facts)
        self.store.take_checkpoint(PLACE, sign_checkpoint(said, self.book.key))

    @property
    def alerts(self) -> list[str]:
        return [code for code in alerts(self.bureau.home) if code in ("F-X05", "F-X08")]


@pytest.fixture
def heard(tmp_path: Path) -> Heard:
    return Heard(tmp_path)


def test_c31_a_changed_configuration_becomes_an_alert_once(heard: Heard) -> None:
    heard.beat()
    heard.beat(config=OTHER)
    heard.beat(config=OTHER)
    assert heard.alerts == ["F-X05"]


def test_c31_an_approved_change_does_not(heard: Heard) -> None:
    heard.beat()
    home, args = heard.bureau.home, Release(("SITE",), "new camera")
    orders.issue(home, PLACE, Action.RELEASE, args, by="officer-1", second="officer-2")
    heard.beat(config=OTHER)
    assert heard.alerts == []
