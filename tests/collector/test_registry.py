"""The registry: rows are dated, never overwritten; keys become weighbridges once."""

from pathlib import Path

import pytest

from collector import orders, registry
from collector.enrolment import Request, enrol, read_request
from collector.registry import ENTERPRISES, WEIGHBRIDGES
from collector.uscc import ALPHABET, check_character, uscc_fits
from tests.collector.sites import ENTERPRISE, PLACE, USCC, Bureau, make_bureau
from weighbook import cbor
from weighbook.keys import SigningKey
from weighbook.keyset import open_keyset
from weighbook.orders import Action, Enrol, open_order
from weighbook.phrase import Refusal


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return make_bureau(tmp_path)


def test_a_change_closes_the_row_and_adds_one(bureau: Bureau) -> None:
    db, then = bureau.home.db, bureau.wall.now_ms + 1_000
    registry.change(db, ENTERPRISES, ENTERPRISE, {"capacity_t": 900_000, "by": "officer-2"}, then)
    rows = db.execute("SELECT capacity_t, valid_to_ms FROM enterprises ORDER BY valid_from_ms")
    assert [tuple(row) for row in rows] == [(1_200_000, then), (900_000, None)]


def test_a_change_that_changes_nothing_adds_nothing(bureau: Bureau) -> None:
    news = {"capacity_t": 1_200_000, "by": "officer-2"}
    assert not registry.change(bureau.home.db, ENTERPRISES, ENTERPRISE, news, 2**41)


def test_a_change_cannot_begin_before_what_it_changes(bureau: Bureau) -> None:
    with pytest.raises(Refusal) as refused:
        registry.change(bureau.home.db, ENTERPRISES, ENTERPRISE, {"capacity_t": 1, "by": "x"}, 5)
    assert refused.value.code == "E_DATE"


def test_a_closed_row_is_never_edited(bureau: Bureau) -> None:
    import sqlite3

    db = bureau.home.db
    registry.change(db, ENTERPRISES, ENTERPRISE, {"state": "suspended", "by": "x"}, 2**41)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE enterprises SET capacity_t = 1 WHERE valid_to_ms IS NOT NULL")


def row(**news: object) -> dict[str, object]:
    plain = {
        "enterprise": "E02", "name_zh": "二号煤矿", "name_en": "Mine two", "uscc": USCC,
        "licence_no": "L2", "mine_zh": "", "capacity_t": 1, "state": "active", "by": "officer-1",
    }  # fmt: skip
    return {**plain, **news}


@pytest.mark.parametrize(
    ("news", "code"),
    [
        ({"enterprise": ENTERPRISE}, "E_EXISTS"),
        ({"enterprise": "a/b"}, "E_ID"),
        ({"enterprise": "bureau"}, "E_ID"),
        ({"name_zh": " "}, "E_NAME"),
        ({"name_en": "x\x1b[31m"}, "E_NAME"),
        ({"uscc": USCC[:-1] + "?"}, "E_USCC"),
    ],
)
def test_a_bad_row_is_refused(bureau: Bureau, news: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        registry.add(bureau.home.db, ENTERPRISES, row(**news), 1)
    assert refused.value.code == code


def test_one_wrong_character_in_a_credit_code_is_found() -> None:
    assert uscc_fits(USCC)
    for place in range(18):
        for other in set(ALPHABET) - {USCC[place]}:
            assert not uscc_fits(USCC[:place] + other + USCC[place + 1 :])


def test_the_check_character_is_that_of_the_standards_example() -> None:
    assert check_character("91350100M000100Y4") == "3"


def test_a_suspended_enterprise_gets_no_tickets(bureau: Bureau) -> None:
    db = bureau.home.db
    registry.change(db, ENTERPRISES, ENTERPRISE, {"state": "suspended", "by": "x"}, 2**41)
    with pytest.raises(Refusal) as refused:
        registry.check_active(db, ENTERPRISE)
    assert refused.value.code == "E_SUSPENDED"


def test_a_second_weighbridge_needs_the_bureaus_consent(bureau: Bureau) -> None:
    bureau.enrol()
    with pytest.raises(Refusal) as refused:
        registry.check_second_weighbridge(bureau.home.db, ENTERPRISE, " ")
    assert refused.value.code == "E_SECOND_WEIGHBRIDGE"
    registry.check_second_weighbridge(bureau.home.db, ENTERPRISE, "鄂能局发〔2026〕7号")


def test_the_bundle_proves_itself_to_the_agent(bureau: Bureau) -> None:
    bureau.enrol()
    key = SigningKey.generate()
    bundle = cbor.decode(enrol(bureau.home, Request(PLACE, key.public, ""), "officer-1"),
                         max_bytes=1 << 20)  # fmt: skip
    assert bundle[1] == bureau.home.root.cose_key
    keyset = open_keyset(bundle[2], bureau.home.root)
    order, _ = open_order(bundle[3], bureau.home.ring(), bureau.wall.now_ms // 1000)
    assert isinstance(order.args, Enrol)
    assert (order.action, order.args.key) == (Action.ENROL, key.public.cose_key)
    assert any(entry.key.kid == key.public.kid for entry in keyset.entries)
    assert bundle[5]["username"] == PLACE
    assert "原煤" in str(bundle[4])


def test_a_new_key_opens_a_new_epoch_and_ends_the_old_key(bureau: Bureau) -> None:
    old = bureau.enrol().key
    bureau.wall.now_ms += 60_000
    enrol(bureau.home, Request(PLACE, SigningKey.generate().public, ""), "officer-1")
    assert registry.find(bureau.home.db, WEIGHBRIDGES, PLACE)["epoch"] == 2
    entry = bureau.home.ring().find(old.public.kid)
    assert entry is not None
    assert entry.revoked_at_s is not None
    assert [order.number for order in orders.listed(bureau.home.db, PLACE)] == [1, 2]


def test_one_key_is_enrolled_once(bureau: Bureau) -> None:
    key = bureau.enrol().key
    with pytest.raises(Refusal) as refused:
        enrol(bureau.home, Request(PLACE, key.public, ""), "officer-1")
    assert refused.value.code == "E_KEY_KNOWN"


def test_another_indicator_than_the_registered_is_refused(bureau: Bureau) -> None:
    bureau.enrol()
    request = Request(PLACE, SigningKey.generate().public, "another 99")
    with pytest.raises(Refusal) as refused:
        enrol(bureau.home, request, "officer-1")
    assert refused.value.code == "E_INDICATOR"


@pytest.mark.parametrize(
    "data",
    [b"", b"\xa0", b"not cbor", cbor.encode({1: "W01", 2: b"x", 3: ""}), b"\x00" * 5_000,
     cbor.encode({1: 5, 2: SigningKey.generate().public.cose_key, 3: ""})],
    ids=("empty", "map", "text", "no-key", "zeros", "no-name"),
)  # fmt: skip
def test_anything_but_a_request_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "request").write_bytes(data)
    with pytest.raises(Refusal) as refused:
        read_request(tmp_path / "request")
    assert refused.value.code == "E_REQUEST"
