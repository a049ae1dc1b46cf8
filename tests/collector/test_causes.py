"""The causes the bureau names are those the decks raise, and it covers what they let it cover."""

import pytest

from collector.causes import CAUSES, UNCOVERABLE, check_causes
from edge_agent import cause_words, interlock
from weighbook.phrase import Refusal


def test_the_bureau_and_the_decks_know_the_same_causes() -> None:
    assert set(CAUSES) == set(cause_words.CAUSES)
    assert UNCOVERABLE == interlock.UNCOVERABLE


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
