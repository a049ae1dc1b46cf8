"""The causes the bureau names are those the decks raise, and it covers what they let it cover."""

import pytest

from collector.causes import CAUSES, UNCOVERABLE, WHYS, check_causes, why
from edge_agent import cause_words, interlock, supply
from edge_agent.reasons import NOTHING_TO_SAY, Reason, with_reason
from weighbook.phrase import Refusal


def test_the_bureau_and_the_decks_know_the_same_causes() -> None:
    assert set(CAUSES) == set(cause_words.CAUSES)
    assert UNCOVERABLE == interlock.UNCOVERABLE


def test_the_bureau_knows_every_reason_a_deck_may_give() -> None:
    power = {supply.MAINS_LOST, supply.BATTERY_LOW, supply.UNCLEAN}
    assert set(WHYS) == {one.value for one in Reason if one not in NOTHING_TO_SAY} | power


@pytest.mark.parametrize("reason", [one for one in Reason if one not in NOTHING_TO_SAY])
def test_why_a_camera_gives_nothing_is_read_from_what_was_measured(reason: Reason) -> None:
    assert why("CAMERA_LOST", with_reason("lost: age 2.600 s", reason)) == WHYS[reason.value]


@pytest.mark.parametrize(
    ("code", "measured", "known"),
    [
        ("POWER", "mains_lost: charge 74 %", "市电中断"),
        ("POWER", "unclean_boot", "非正常停机后启动"),
        ("POWER", "start", None),
        ("POWER", "N_STALE: 16000 ms", None),
        ("CAMERA_LOST", "lost: age 2.600 s", None),
        ("CAMERA_LOST", "x; why: gremlins", None),
        ("CAMERA_LOST", "", None),
    ],
)
def test_what_a_deck_did_not_find_out_is_not_made_up(
    code: str, measured: str, known: str | None
) -> None:
    found = why(code, measured)
    assert (None if found is None else found.zh) == known


@pytest.mark.parametrize("code", CAUSES)
def test_a_permit_covers_what_can_be_covered_and_nothing_else(code: str) -> None:
    check_causes([code], covered=False)
    if code in UNCOVERABLE:
        with pytest.raises(Refusal, match="E_UNCOVERABLE"):
            check_causes([code], covered=True)
    else:
        check_causes([code], covered=True)


@pytest.mark.parametrize("covered", [True, False])
def test_an_unknown_cause_is_refused_with_the_list(covered: bool) -> None:
    with pytest.raises(Refusal, match="E_CAUSE") as refused:
        check_causes(["POWER", "power"], covered=covered)
    assert "CAMERA_LOST" in refused.value.remedy.en
