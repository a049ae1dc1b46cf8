"""Tickets of other systems: named where a plug-in knows them, never sold on, kept as scanned."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.acts import KeepScan
from edge_agent.events import CodeRead
from edge_agent.foreign_tickets import LARGEST_CODE_BYTES, Decoders, Foreign, installed
from tests.edge_agent.story import opened

SCANNED = b"https://coal.example/t?no=EM00042"


def by_address(raw: bytes) -> Mapping[str, str] | None:
    """The number at the end of another system's address."""
    if not raw.startswith(b"https://coal.example/"):
        return None
    return {"number": raw.decode("ascii").partition("no=")[2]}


def failing(_raw: bytes) -> Mapping[str, str] | None:
    raise ValueError("broken")


DECODERS = Decoders([("数字煤炭", by_address), ("a-broken-one", failing)])


def test_a_ticket_of_another_system_is_known_by_its_number() -> None:
    assert DECODERS.read(SCANNED) == Foreign("数字煤炭", "EM00042")


@pytest.mark.parametrize("raw", [b"", b"hello", b"https://coal.example/t", b"x" * 9_999])
def test_what_nobody_knows_is_unknown(raw: bytes) -> None:
    assert DECODERS.read(raw) is None


def test_no_plug_in_is_needed() -> None:
    assert installed().read(SCANNED) is None


@given(st.binary(max_size=LARGEST_CODE_BYTES + 9))
def test_whatever_is_scanned_a_broken_plug_in_breaks_nothing(raw: bytes) -> None:
    found = DECODERS.read(raw)
    assert found is None or found.number.isprintable()


def test_it_is_refused_by_name_and_kept_as_it_was_scanned() -> None:
    story = opened()
    story.drive_on(15_000)
    acts = story.play(CodeRead(story.moment(), "gate", SCANNED, ("数字煤炭", "EM00042")))
    assert KeepScan(SCANNED) in acts
    assert story.told()[-1] == "E_FOREIGN_TICKET"
    story.drive_off()
    assert story.weighings()[-1].decision != "accepted"


def test_held_up_again_and_again_it_is_kept_once() -> None:
    story = opened()
    story.drive_on(15_000)
    event = CodeRead(story.moment(), "gate", SCANNED, ("数字煤炭", "EM00042"))
    acts = [act for _ in range(3) for act in story.play(event)]
    assert acts.count(KeepScan(SCANNED)) == 1


def test_a_ticket_of_ours_is_never_taken_for_a_foreign_one() -> None:
    story = opened()
    assert story.pass_with(b"WT1:NONSENSE", 15_000).decision != "accepted"
    assert "E_TICKET_FORMAT" in story.told()
