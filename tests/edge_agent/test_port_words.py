"""Everybody who meets a port's code reads what happened and what to do, in both languages."""

import re

import pytest

from drivers.port_lost import CODES
from edge_agent.cause_words import CAUSES, cause_phrase, cause_words
from edge_agent.events import DeviceLost
from edge_agent.port_words import PORTS, lost_words
from edge_agent.watch import SCALE
from tests.edge_agent.story import Story, opened

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_code_has_words_and_no_words_are_without_a_code() -> None:
    assert set(PORTS) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_words_are_chinese_and_english_with_a_remedy(code: str) -> None:
    for phrase in PORTS[code]:
        assert CHINESE.search(phrase.zh)
        assert phrase.en
        assert not CHINESE.search(phrase.en)
    assert code in lost_words(code).zh


def test_a_missing_right_is_answered_by_the_group_to_join() -> None:
    assert "usermod -aG dialout" in PORTS["P_DENIED"].remedy.zh
    assert "usermod -aG dialout" in PORTS["P_DENIED"].remedy.en


def test_a_silent_scale_says_what_its_port_knows() -> None:
    absent = cause_phrase("SCALE_SILENT", SCALE, "P_ABSENT", "5000 ms")
    assert PORTS["P_ABSENT"].remedy.zh in absent.zh
    assert PORTS["P_ABSENT"].what.en in absent.en
    plain = cause_words("SCALE_SILENT", SCALE, "6000 ms")
    assert plain.remedy == CAUSES["SCALE_SILENT"].remedy


def lost(story: Story, device: str, code: str) -> str:
    before = len(story.acts)
    story.play(DeviceLost(story.moment(), device, code))
    return "\n".join(str(act) for act in story.acts[before:])


def test_a_lost_scanner_is_told_to_the_operator_with_its_remedy() -> None:
    told = lost(opened(), "window", "P_VANISHED")
    assert PORTS["P_VANISHED"].remedy.zh in told
    assert PORTS["P_VANISHED"].remedy.en in told


def test_a_lost_scale_closes_sales_and_says_why() -> None:
    story = opened()
    told = lost(story, SCALE, "P_BUSY")
    assert not story.is_open
    assert PORTS["P_BUSY"].remedy.zh in told
