"""A ticket or a slip on the road: genuine or not, and what is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import registry
from collector.road.check import OLD_PACK_MS, TRAVEL_HOURS, WORDS, check
from collector.road.pack import make_pack
from tests.collector.road.trucks import HOUR_MS, PLATE, Road, make_road
from tests.collector.sites import ENTERPRISE
from weighbook.keys import SigningKey
from weighbook.slips import sign_slip, slip_text


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Road:
    """Nobody changes it."""
    return make_road(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return make_road(tmp_path)


def wrong(road: Road, *texts: str, later_ms: int = 0, plate: str | None = None) -> set[str]:
    return set(check(texts, road.pack(), road.now_ms + later_ms, plate=plate).wrong)


def test_a_truck_in_order_is_genuine_and_says_whose_load_it_is(kept: Road) -> None:
    found = check((kept.ticket, kept.slip), kept.pack(), kept.now_ms, plate=PLATE)
    assert found.ok
    ticket, slip = (one.facts for one in found.seen)
    assert ticket["enterprise"] == "E01 一号煤矿 Mine one"
    assert (slip["plate"], slip["net_kg"], slip["record"]) == (PLATE, 25_000, "1/2")


def test_a_code_of_somebody_else_is_forged(kept: Road) -> None:
    stranger = slip_text(sign_slip(kept.told, SigningKey.generate()))
    assert wrong(kept, stranger) == {"E_FORGED"}
    spoilt = kept.ticket[:-1] + ("A" if kept.ticket[-1] != "A" else "B")
    assert wrong(kept, spoilt) in ({"E_FORGED"}, {"E_UNREAD"})


def test_a_slip_of_another_deck_under_this_ones_name_is_forged(road: Road) -> None:
    other = road.bureau.enrol("W09")
    assert wrong(road, slip_text(sign_slip(road.told, other.key))) == {"E_FORGED"}


@pytest.mark.parametrize("text", ["", "WT1:", "WS1:%%%", "WO1:ABC", "hello", "WT1:" + "A" * 9_000])
def test_what_is_no_code_of_ours_is_said_so(kept: Road, text: str) -> None:
    assert wrong(kept, text) <= {"E_UNREAD", "E_FORGED"}
    assert not check((text,), kept.pack(), kept.now_ms).ok


def test_nothing_scanned_is_nothing_proven(kept: Road) -> None:
    assert not check((), kept.pack(), kept.now_ms).ok


@pytest.mark.parametrize("name", ["void", "lost", "freeze"])
def test_a_closed_ticket_is_found_as_of_the_pack(road: Road, name: str) -> None:
    before = road.pack()
    road.close(name)
    assert wrong(road, road.ticket) == {"E_REVOKED"}
    assert check((road.ticket,), before, road.now_ms).ok


def test_times_are_those_of_the_ticket_and_of_the_way(kept: Road) -> None:
    assert wrong(kept, kept.ticket, later_ms=49 * HOUR_MS) == {"E_EXPIRED"}
    assert wrong(kept, kept.ticket, later_ms=-3 * HOUR_MS) == {"E_NOT_YET"}
    assert wrong(kept, kept.slip, later_ms=TRAVEL_HOURS * HOUR_MS) == {"E_EXPIRED"}
    assert wrong(kept, kept.slip, later_ms=-3 * HOUR_MS) == {"E_NOT_YET"}


def test_a_suspended_mine_is_seen(road: Road) -> None:
    news = {"state": "suspended", "by": "officer-1"}
    registry.change(road.home.db, registry.ENTERPRISES, ENTERPRISE, news, road.now_ms)
    assert wrong(road, road.ticket) == {"E_SUSPENDED"}


def test_slip_and_ticket_must_be_of_one_load(kept: Road) -> None:
    other = kept.other_slip(ticket_no="1150624260001000009A")
    assert wrong(kept, kept.ticket, other) == {"E_OTHER_TICKET"}
    copied = kept.other_slip(check=bytes(8))
    assert wrong(kept, kept.ticket, copied) == {"E_OTHER_CONTENT"}


def test_the_truck_must_be_the_one_of_the_slip(kept: Road) -> None:
    assert wrong(kept, kept.slip, plate="蒙K99999") == {"E_PLATE"}


def test_an_old_pack_is_called_old(kept: Road) -> None:
    pack = kept.pack()
    assert not check((kept.slip,), pack, pack["made_ms"] + OLD_PACK_MS).is_old
    assert check((kept.slip,), pack, pack["made_ms"] + OLD_PACK_MS + 1).is_old


def test_a_pack_holds_no_secret(kept: Road) -> None:
    text = str(make_pack(kept.home))
    for path in (kept.home.path / "keys").glob("*.pem"):
        secret = path.read_text(encoding="ascii").splitlines()[1]
        assert secret not in text


@given(st.text(max_size=300))
def test_any_text_is_judged_and_nothing_breaks(text: str) -> None:
    pack = {"made_ms": 0, "keyset_version": 1, "keys": [], "enterprises": {}, "weighbridges": {},
            "products": {}, "closed": {}}  # fmt: skip
    found = check((text, "WS1:" + text, "WT1:" + text), pack, 0)
    assert set(found.wrong) <= set(WORDS)
    assert not found.ok
