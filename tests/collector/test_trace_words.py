"""A trace in words: whatever kind of event it is, it has a name in both languages."""

import pytest

from collector import trace_words
from collector.ticket_states import MOVE_NAMES, MOVES, NAMES, State
from collector.trace import SOUND, WEIGHING_KINDS, Event
from collector.trace_words import DECISIONS, EVENTS, LABELS, facts, heading, signature
from weighbook.orders import Action


def event(what: str, signed: str = "", /, **known: object) -> Event:
    return Event(1_782_835_260_000, what, "T", "officer-1", signed, known)


def test_every_move_and_every_kind_of_record_has_a_name() -> None:
    assert set(MOVE_NAMES) == set(MOVES)
    assert set(NAMES) == set(State)
    assert {kind.name.lower() for kind in WEIGHING_KINDS} <= set(EVENTS)


@pytest.mark.parametrize(
    "what",
    [*(f"ledger {move}" for move in MOVES), *(f"order {action}" for action in Action), *EVENTS],
)
def test_a_heading_has_both_languages_and_who(what: str) -> None:
    text = heading(event(what))
    assert text.endswith("officer-1")
    assert not text.isascii()


def test_a_signature_that_does_not_hold_says_why() -> None:
    assert signature("") == ""
    assert signature(SOUND) == "✓ 签名有效 verified"
    assert signature("E_SIG").startswith("✗ E_SIG 签名不对 The signature")
    assert signature("E_SLIP_HEAD").startswith("✗ E_SLIP_HEAD 磅单")
    assert signature("E_NEW") == "✗ E_NEW"


def test_facts_are_told_in_the_units_people_use() -> None:
    told = facts(event("sale", net_kg=33_380, expires_s=1_785_513_600, digest="ab" * 32))
    assert told == (
        "净重 net 33.380 t",
        "有效至 valid until 2026-08-01 00:00:00",
        "摘要 digest abababababab…",
    )


def test_what_is_unknown_or_did_not_happen_is_left_out() -> None:
    assert facts(event("sale", net_kg=None, reasons=[], halted=False, operator="")) == ()


def test_a_move_shows_where_from_and_where_to() -> None:
    moved = event("ledger issue", from_state="STOCKED", to_state="ISSUED", holder_to="bureau")
    assert facts(moved) == (
        "入库 → 企业结存 in stock → free at the enterprise",
        "持有 held by 能源局 bureau",
    )
    assert facts(event("ledger generate", from_state=None, to_state="GENERATED"))[0].startswith(
        "生成 generated"
    )


def test_pictures_are_counted_with_those_that_have_come() -> None:
    found = [{"camera": "deck", "sha256": "", "here": True}, {"camera": "road", "here": False}]
    assert facts(event("sale", pictures=found)) == ("照片 pictures 2(deck、road),已到 here 1",)


def test_a_sale_while_halted_and_its_reasons_are_told() -> None:
    refused = event("refused", halted=True, reasons=["E_USED"], decision="refused")
    assert facts(refused) == (
        "停销期间 while halted",
        "原因 reasons E_USED",
        "结果 decision 拒绝 refused",
    )
    assert "unheard" in facts(event("refused", decision="unheard"))[0]
    assert set(DECISIONS) >= {"accepted", "refused", "recorded"}


def test_every_shown_form_belongs_to_a_label() -> None:
    assert set(trace_words.SHOWN) <= set(LABELS)
