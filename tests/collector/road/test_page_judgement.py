"""The page judges as `collector verify-slip` does: the same codes give the same words and facts."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import pytest

from collector.road.check import WORDS, check
from collector.road.pack import Pack, key_row
from tests.collector.road.chromium import Tab
from tests.collector.road.trucks import HOUR_MS, PLATE, Road
from tests.collector.sites import ENTERPRISE, PLACE
from tests.weighbook.keys import es256_key_of, key_of
from weighbook import base45, cbor, cose
from weighbook.envelope import Typ, payload_of, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry
from weighbook.schema import encode_fields
from weighbook.slips import sign_slip, slip_text
from weighbook.texts import SLIP, TICKET, read_text, write_text
from weighbook.tickets import ticket_of

CHIP, BUREAU, DECK = es256_key_of("chip"), key_of("bureau"), key_of("deck")
JUDGE = """((texts, pack, at, plate) => {
  const found = check.checkTruck(texts, pack, envelope.ringOf(pack), at, { plate });
  const seen = found.seen.map(({ kind, facts, wrong }) => ({ kind, facts, wrong }));
  return { seen, wrong: found.wrong, ok: found.ok, isOld: found.isOld };
})"""


class Case(NamedTuple):
    """One truck as it is met, and what is wrong with it."""

    texts: tuple[str, ...]
    wrong: tuple[str, ...]
    later_ms: int = 0
    plate: str | None = None
    change: dict[str, Any] | None = None


def by_page(desk: Tab, texts: Sequence[str], pack: Pack, at_ms: int, plate: str | None) -> Any:
    return desk.call(JUDGE, list(texts), pack, at_ms, plate)


def by_python(texts: Sequence[str], pack: Pack, at_ms: int, plate: str | None) -> Any:
    found = check(texts, pack, at_ms, plate=plate)
    seen = [{"kind": s.kind, "facts": shown(s.facts), "wrong": list(s.wrong)} for s in found.seen]
    return {"seen": seen, "wrong": list(found.wrong), "ok": found.ok, "isOld": found.is_old}


def shown(facts: dict[str, Any]) -> dict[str, Any]:
    """As JavaScript has them: its numbers are exact up to 2**53, far beyond any load or time."""
    return {name: int(float(v)) if type(v) is int else v for name, v in facts.items()}


def spoilt(text: str) -> str:
    """Another signature under the same words."""
    prefix, message = read_text(text)
    return write_text(prefix, message[:-1] + bytes([message[-1] ^ 1]))


def cases(truck: Road) -> dict[str, Case]:
    """What an inspector meets; `change` is laid over the pack."""
    pair, number = (truck.ticket, truck.slip), truck.number
    pack, now_s = truck.pack(), truck.now_ms // 1000
    signed = ticket_of(payload_of(read_text(truck.ticket)[1]))
    begin_ms = signed.not_before_s * 1000 - truck.now_ms
    end_ms = signed.expires_s * 1000 - truck.now_ms
    stranger = slip_text(sign_slip(truck.told, SigningKey.generate()))
    ended = [{**row, "to_s": now_s - 7 * 24 * 3_600} for row in pack["keys"]]
    revoked = [{**row, "revoked_at_s": now_s + 1} for row in pack["keys"]]
    was_revoked = [{**row, "revoked_at_s": now_s - 7 * 24 * 3_600} for row in pack["keys"]]
    later = [{**row, "from_s": now_s} for row in pack["keys"]]
    swapped = [{**row, "roles": ["agent" if "ticket" in row["roles"] else "ticket"]}
               for row in pack["keys"]]  # fmt: skip
    suspended = {ENTERPRISE: ["一号煤矿", "Mine one", "suspended"]}
    return {
        "both in order": Case(pair, (), plate=PLATE),
        "the slip alone": Case((truck.slip,), ()),
        "the ticket alone": Case((truck.ticket,), ()),
        "a scanner's line end": Case((truck.slip + "\r\n",), ()),
        "nothing": Case((), ()),
        "forged": Case((spoilt(truck.ticket), spoilt(truck.slip)), ("E_FORGED",)),
        "a stranger's key": Case((stranger,), ("E_FORGED",)),
        "keys that had ended": Case(pair, ("E_FORGED",), change={"keys": ended}),
        "keys revoked since": Case(pair, (), change={"keys": revoked}),
        "keys that were revoked": Case(pair, ("E_FORGED",), change={"keys": was_revoked}),
        "keys of later": Case(pair, ("E_FORGED",), change={"keys": later}),
        "keys of other roles": Case(pair, ("E_FORGED",), change={"keys": swapped}),
        "a ticket's text as a slip": Case((SLIP + truck.ticket[4:],), ("E_FORGED",)),
        "revoked": Case(pair, ("E_REVOKED",), change={"closed": {number: "void"}}),
        "expired": Case(pair, ("E_EXPIRED",), later_ms=49 * HOUR_MS),
        "long on the way": Case((truck.slip,), ("E_EXPIRED",), later_ms=23 * HOUR_MS + 1),
        "just in time": Case((truck.slip,), (), later_ms=23 * HOUR_MS),
        "in its last second": Case((truck.ticket,), (), later_ms=end_ms),
        "in the next": Case((truck.ticket,), ("E_EXPIRED",), later_ms=end_ms + 1),
        "in its first second": Case((truck.ticket,), (), later_ms=begin_ms),
        "before it": Case((truck.ticket,), ("E_NOT_YET",), later_ms=begin_ms - 1),
        "not yet": Case(pair, ("E_NOT_YET",), later_ms=-3 * HOUR_MS),
        "suspended": Case(pair, ("E_SUSPENDED",), change={"enterprises": suspended}),
        "another ticket": Case(
            (truck.ticket, truck.other_slip(ticket_no="1150624260001000009A")), ("E_OTHER_TICKET",)
        ),
        "another content": Case((truck.ticket, truck.other_slip(check=bytes(8))),
                                ("E_OTHER_CONTENT",)),
        "another plate": Case(pair, ("E_PLATE",), plate="蒙K99999"),
        "no code of ours": Case(("https://example.cn/?id=1",), ("E_UNREAD",)),
        "an order": Case(("WO1:ABC",), ("E_UNREAD",)),
        "no base45": Case(("WS1:%%%", "WT1:a"), ("E_UNREAD",)),
        "empty": Case(("WT1:", ""), ("E_FORGED", "E_UNREAD")),
        "too long": Case(("WT1:" + "0" * 4_293,), ("E_UNREAD",)),
        "an old pack": Case(pair, (), change={"made_ms": truck.now_ms - 8 * 24 * HOUR_MS}),
        "unknown names": Case(pair, (), change={"enterprises": {}, "weighbridges": {}}),
    }  # fmt: skip


def test_page_and_command_judge_alike(desk: Tab, truck: Road) -> None:
    for name, case in cases(truck).items():
        pack = truck.pack() | (case.change or {})
        asked = (case.texts, pack, truck.now_ms + case.later_ms, case.plate)
        ours = by_page(desk, *asked)
        assert ours == by_python(*asked), name
        assert tuple(ours["wrong"]) == case.wrong, name


def test_every_code_of_what_can_be_wrong_is_among_the_cases(truck: Road) -> None:
    assert {code for case in cases(truck).values() for code in case.wrong} == set(WORDS)


def test_the_page_says_it_in_the_words_of_the_command(desk: Tab) -> None:
    assert desk.run("FACTS.wrong") == {code: list(phrase) for code, phrase in WORDS.items()}


@pytest.fixture
def own_pack(truck: Road) -> Pack:
    """A pack with keys the tests may sign anything with; one of them in a chip."""
    entries = (
        KeyEntry(BUREAU.public, ("ticket",), "bureau", 0),
        KeyEntry(DECK.public, ("agent",), PLACE, 0),
        KeyEntry(CHIP.public, ("agent",), "W-CHIP", 0),
    )
    return truck.pack() | {"keys": [key_row(entry) for entry in entries]}


def test_a_deck_with_its_key_in_a_chip_is_read_too(desk: Tab, truck: Road, own_pack: Pack) -> None:
    good = slip_text(sign_slip(replace(truck.told, weighbridge="W-CHIP"), CHIP))
    other = slip_text(sign_slip(truck.told, CHIP))
    for text, is_good in ((good, True), (other, False), (spoilt(good), False)):
        asked = ((text,), own_pack, truck.now_ms, None)
        assert by_page(desk, *asked) == by_python(*asked)
        assert by_page(desk, *asked)["ok"] is is_good


def claims(truck: Road) -> dict[int, Any]:
    now_s = truck.now_ms // 1000
    load = {1: 1, 2: ENTERPRISE, 3: PLACE, 4: "RAW", 5: 40_000, 6: PLATE, 9: ["x"]}
    number = truck.number.encode()
    return {1: "OTG-EB", 4: now_s + 60, 5: now_s - 60, 6: now_s - 60, 7: number, -65537: load}


def test_a_ticket_bound_to_a_plate_is_no_other_trucks(
    desk: Tab, truck: Road, own_pack: Pack
) -> None:
    text = write_text(TICKET, sign(claims(truck), Typ.TICKET, BUREAU))
    for plate, wrong in ((PLATE, []), ("蒙K99999", ["E_PLATE"]), (None, [])):
        asked = ((text,), own_pack, truck.now_ms, plate)
        assert by_page(desk, *asked) == by_python(*asked)
        assert by_page(desk, *asked)["wrong"] == wrong


ODD: tuple[Any, ...] = (None, 0, -1, 1, 2, 3, 2**40, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**63),
       True, False, "", "文", b"", b"12345678", [], [""], [1], {}, {1: 1}, {"a": 1},
       [{"a": 1}])  # fmt: skip


def odd_payloads(whole: dict[int, Any]) -> Iterator[dict[int, Any]]:
    """The payload, then each field missing, of any other type, or strange; in its maps too."""
    yield whole
    for key in (*whole, 24, -3):
        yield {name: value for name, value in whole.items() if name != key}
        yield from ({**whole, key: odd} for odd in ODD)
        if isinstance(inner := whole.get(key), dict):
            yield from ({**whole, key: payload} for payload in odd_payloads(inner))


def test_whatever_a_true_key_has_signed_is_read_alike(
    desk: Tab, truck: Road, own_pack: Pack
) -> None:
    tickets = [sign(one, Typ.TICKET, BUREAU) for one in odd_payloads(claims(truck))]
    slips = [sign(one, Typ.SLIP, DECK) for one in odd_payloads(encode_fields(truck.told))]
    texts = [write_text(TICKET, one) for one in tickets] + [write_text(SLIP, one) for one in slips]
    theirs = by_python(texts, own_pack, truck.now_ms, None)["seen"]
    for n, ours in enumerate(by_page(desk, texts, own_pack, truck.now_ms, None)["seen"]):
        assert ours == theirs[n], (n, texts[n])
    assert 50 < sum(not one["wrong"] for one in theirs) < len(theirs) // 2


def odd_envelopes(body: bytes) -> Iterator[bytes]:
    """The one layout, then everything that differs from it in one thing, all rightly signed."""
    kid, header = DECK.public.kid, {1: -8, 4: DECK.public.kid, 16: 6}
    headers = [header, {**header, 5: 0}, {1: -8, 4: kid}, {**header, 16: 1}, {**header, 16: True},
               {**header, 1: -19}, {**header, 4: kid[:7]}, {**header, 4: "text"}, [1]]  # fmt: skip
    whole = [parts_of(cbor.encode(one), body) for one in headers]
    for n, odd in product(range(4), ODD):
        parts = list(whole[0])
        parts[n] = odd
        whole.append(parts)
    whole += [whole[0][:3], [*whole[0], 1]]
    yield from (b"\xd2" + cbor.encode(parts) for parts in whole)
    yield from (tag + cbor.encode(whole[0]) for tag in (b"", b"\xd3", b"\xd2\xd2"))
    yield b"\xd2" + cbor.encode(whole[0]) + b"\x00"


def parts_of(protected: bytes, body: bytes) -> list[Any]:
    return [protected, {}, body, DECK.sign(cose.to_be_signed(protected, body))]


def test_envelopes_of_any_other_layout_are_refused_alike(
    desk: Tab, truck: Road, own_pack: Pack
) -> None:
    body = cbor.encode(encode_fields(truck.told))
    texts = [write_text(SLIP, message) for message in odd_envelopes(body)]
    theirs = by_python(texts, own_pack, truck.now_ms, None)
    assert by_page(desk, texts, own_pack, truck.now_ms, None)["seen"] == theirs["seen"]
    # The first, and the one whose unprotected header was replaced by the same empty map.
    assert [bool(one["wrong"]) for one in theirs["seen"]].count(False) == 2


def test_bytes_bitten_anywhere_are_refused_alike(desk: Tab, truck: Road) -> None:
    chance, texts = random.Random(9285), []
    for number in range(300):
        prefix, message = read_text((truck.ticket, truck.slip)[number % 2])
        at = chance.randrange(len(message))
        bitten = message[:at] + chance.randbytes(chance.randrange(3)) + message[at + 1 :]
        texts.append(prefix + base45.encode(bitten))
    theirs = by_python(texts, truck.pack(), truck.now_ms, None)
    assert by_page(desk, texts, truck.pack(), truck.now_ms, None)["seen"] == theirs["seen"]


def test_names_that_are_words_of_the_language_change_nothing(
    desk: Tab, truck: Road, own_pack: Pack
) -> None:
    names = ("constructor", "__proto__", "toString")
    told = [replace(truck.told, product=name, ticket_no=name) for name in names]
    texts = [slip_text(sign_slip(one, DECK)) for one in told]
    asked = (texts, own_pack, truck.now_ms, None)
    assert by_page(desk, *asked) == by_python(*asked)
