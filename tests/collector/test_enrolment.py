"""Enrolment: a key becomes a weighbridge's key, once, and its agent can trust what it gets back."""

import dataclasses
from pathlib import Path
from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.accounts import find_weighbridge
from collector.config import Broker
from collector.enrolment import LARGEST_REQUEST_BYTES, Request, enrol, read_request
from collector.home import Home
from collector.ingest import new_head
from tests.collector.receiving import SECOND_MS, Site, quarantined, stored_seqs
from tests.collector.sites import PLACE
from weighbook import cbor
from weighbook.keys import ES256, PublicKey, SigningKey
from weighbook.keyset import KeyRing, open_keyset
from weighbook.orders import Action, Enrol, open_order
from weighbook.phrase import Refusal

KEY = SigningKey.generate()
LARGEST_BUNDLE_BYTES = 1 << 20


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def request_file(folder: Path, data: bytes) -> Path:
    path = folder / "request.cbor"
    path.write_bytes(data)
    return path


def opened(bundle: bytes) -> dict[int, Any]:
    fields: dict[int, Any] = cbor.decode(bundle, max_bytes=LARGEST_BUNDLE_BYTES)
    return fields


def again(site: Site, key: SigningKey, by: str = "officer-1") -> dict[int, Any]:
    """A second enrolment of the same weighbridge, with another key."""
    site.bureau.wall.now_ms += 10 * SECOND_MS
    return opened(enrol(site.home, Request(PLACE, key.public, ""), by))


# Requests.


@pytest.mark.parametrize("alg", [-8, ES256])
def test_a_request_is_read_as_the_agent_wrote_it(tmp_path: Path, alg: int) -> None:
    key = SigningKey.generate(alg).public
    data = cbor.encode({1: "W01", 2: key.cose_key, 3: "XK3190"})
    assert read_request(request_file(tmp_path, data)) == Request("W01", key, "XK3190")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {1: "W01", 2: KEY.public.cose_key},
        {1: "W01", 2: KEY.public.cose_key, 3: "x", 4: "more"},
        {1: 1, 2: KEY.public.cose_key, 3: "x"},
        {1: "W01", 2: KEY.public.cose_key, 3: None},
        {1: "W01", 2: 7, 3: "x"},
        {1: "W01", 2: None, 3: "x"},
        {1: "W01", 2: b"no key", 3: "x"},
        {1: "W01", 2: KEY.public.cose_key[:-1], 3: "x"},
        {1: "W01", 2: KEY.public.cose_key, 3: "x" * LARGEST_REQUEST_BYTES},
        ["W01"],
        7,
    ],
)
def test_what_is_no_request_is_refused(tmp_path: Path, fields: object) -> None:
    with pytest.raises(Refusal, match="E_REQUEST"):
        read_request(request_file(tmp_path, cbor2.dumps(fields, canonical=True)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=120))
def test_any_file_is_a_request_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refusal, match="E_REQUEST"):
        read_request(request_file(tmp_path, data))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(Refusal, match="E_REQUEST"):
            read_request(path)


# Bundles.


def test_a_bundle_proves_itself_from_the_root_down(site: Site) -> None:
    bundle = again(site, KEY)
    root = PublicKey.read(bundle[1])
    ring = KeyRing(open_keyset(bundle[2], root))
    order, _ = open_order(bundle[3], ring, site.home.now_ms() // 1000)
    assert root == site.home.root
    assert (order.action, order.number) == (Action.ENROL, 2)
    assert isinstance(order.args, Enrol)
    assert (order.args.weighbridge, order.args.epoch, order.args.key) == (
        PLACE,
        2,
        KEY.public.cose_key,
    )


def test_the_first_enrolment_opens_the_chain_of_orders_and_the_next_goes_on(site: Site) -> None:
    bundle = again(site, KEY)
    order, _ = open_order(bundle[3], site.home.ring(), None)
    assert order.prev == site.book.order


def test_the_old_key_is_revoked_and_what_it_signed_before_still_counts(site: Site) -> None:
    before = site.book.fill(2)
    again(site, KEY)
    site.book.at_ms = site.bureau.wall.now_ms
    late = site.book.write(*control())
    site.take(*before)
    site.take(late)
    assert (stored_seqs(site.home), quarantined(site.home)) == ([1, 2, 3], ["E_KEY_TIME"])


def control() -> tuple[Any, Any]:
    from weighbook.records import Control, Kind

    return Kind.CONTROL, Control(bytes(8))


def test_a_key_is_enrolled_once_anywhere(site: Site) -> None:
    for key in (site.book.key.public, site.home.key("ticket").public):
        with pytest.raises(Refusal, match="E_KEY_KNOWN"):
            enrol(site.home, Request(PLACE, key, ""), "officer-1")


@pytest.mark.parametrize(
    ("request_", "by", "code"),
    [
        (Request("W99", KEY.public, ""), "officer-1", "E_UNKNOWN"),
        (Request(PLACE, KEY.public, "another"), "officer-1", "E_INDICATOR"),
        (Request(PLACE, KEY.public, ""), "stranger", "E_OFFICER"),
    ],
)
def test_a_refused_enrolment_leaves_everything_as_it_was(
    site: Site, request_: Request, by: str, code: str
) -> None:
    before = list(site.home.db.iterdump())
    with pytest.raises(Refusal, match=code):
        enrol(site.home, request_, by)
    assert list(site.home.db.iterdump()) == before


def test_each_enrolment_makes_a_new_password_and_the_old_one_ends(site: Site) -> None:
    one = again(site, KEY)[5]
    two = again(site, SigningKey.generate())[5]
    assert find_weighbridge(site.home.db, PLACE, two["password"]) == PLACE
    assert find_weighbridge(site.home.db, PLACE, one["password"]) is None
    assert len(two["password"]) >= 32


def test_the_agent_is_told_names_for_people_in_both_languages(site: Site) -> None:
    told = again(site, KEY)[4]
    assert told["enterprise"] == ["E01", "一号煤矿", "Mine one"]
    assert told["weighbridge"] == [PLACE, "一号磅", "Deck one"]
    assert len(told["products"]) >= 8


# How the broker is reached.


def with_broker(home: Home, **facts: Any) -> Home:
    config = msgspec.structs.replace(home.config, broker=Broker(**facts))
    return dataclasses.replace(home, config=config)


def ca_in_bundle(home: Home) -> str:
    request = Request(PLACE, SigningKey.generate().public, "")
    return str(opened(enrol(home, request, "officer-1"))[5]["ca"])


def test_without_tls_no_certificate_is_named(site: Site, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("certificate", encoding="ascii")
    home = with_broker(site.home, tls=False, ca_file=str(tmp_path / "ca.pem"))
    assert ca_in_bundle(home) == ""


def test_an_embedded_broker_with_tls_is_known_by_its_own_certificate(site: Site) -> None:
    home = with_broker(site.home, tls=True)
    told = ca_in_bundle(home)
    assert told == (home.path / "broker" / "ca.crt").read_text(encoding="ascii")
    assert "BEGIN CERTIFICATE" in told


def test_an_external_broker_is_known_by_the_file_that_is_named(site: Site, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("certificate", encoding="ascii")
    home = with_broker(site.home, mode="external", tls=True, ca_file=str(tmp_path / "ca.pem"))
    assert ca_in_bundle(home) == "certificate"


@pytest.mark.parametrize("ca_file", ["", "/nowhere/ca.pem"])
def test_tls_without_a_certificate_is_refused_before_a_password_is_made(
    site: Site, ca_file: str
) -> None:
    home = with_broker(site.home, mode="external", tls=True, ca_file=ca_file)
    before = list(site.home.db.iterdump())
    with pytest.raises(Refusal, match="E_CA"):
        ca_in_bundle(home)
    assert list(site.home.db.iterdump()) == before


def test_a_new_epoch_begins_with_an_empty_book(site: Site) -> None:
    from collector import books

    site.take(*site.book.fill(2))
    again(site, KEY)
    assert books.read_epoch(site.home.db, PLACE) == 2
    assert books.read_head(site.home.db, PLACE, 2) == new_head(PLACE, 2)
