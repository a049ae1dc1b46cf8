"""The words for a camera's checks."""

from drivers.cameras.judging.table import ROWS
from edge_agent.cause_words import cause_phrase
from edge_agent.check_words import CHECKS, check_phrase


def test_every_check_has_words_in_both_languages() -> None:
    assert set(CHECKS) == {row.name for row in ROWS} | {"unproven"}
    assert all(said.zh[0] >= "\u4e00" and said.en.isascii() for said in CHECKS.values())


def test_a_cause_says_which_check_found_it() -> None:
    said = cause_phrase("CAMERA_BLIND", "deck", "covered: scene 0.412", "scene 0.550")
    assert "画面被遮挡" in said.zh
    assert "the scene is covered" in said.en


def test_what_no_check_has_measured_is_left_as_it_is() -> None:
    assert check_phrase("start") is None
    assert check_phrase("3042 ms") is None
