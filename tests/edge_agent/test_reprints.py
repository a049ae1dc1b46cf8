"""Slips asked for again: counted in the book, marked on the paper, shown from the command line."""

from pathlib import Path

import pytest

from edge_agent.acts import ReprintSlip
from edge_agent.events import ReprintAsked
from edge_agent.mailbox import read_letter
from edge_agent.reprints import MOST_COPIES
from edge_agent.slip_desk import SlipDesk, slip_of
from tests.edge_agent.story import AGENT, KEYS, Story, opened, ticket
from weighbook.envelope import digest
from weighbook.keyset import KeyRing
from weighbook.records import Correction, Kind, Record
from weighbook.slips import open_slip
from weighbook.texts import read_text


def sold() -> tuple[Story, Record]:
    story, shown = opened(), ticket()
    story.tare_and_load(shown).pass_with(shown, 48_000)
    (sale,) = [record for record in story.records if record.kind is Kind.SALE]
    return story, sale


def remarks(story: Story) -> list[str]:
    found = [record.body for record in story.records if isinstance(record.body, Correction)]
    return [body.text for body in found]


def test_a_copy_is_remarked_before_it_is_printed_and_counted() -> None:
    story, sale = sold()
    for copy in (1, 2):
        story.play(ReprintAsked(story.moment(), sale.seq))
        assert remarks(story)[-1] == f"reprint {copy}"
        assert ReprintSlip(sale.seq, copy) in story.acts


def test_copies_are_still_counted_after_a_restart() -> None:
    story, sale = sold()
    story.play(ReprintAsked(story.moment(), sale.seq))
    story.restart().play(ReprintAsked(story.moment(), sale.seq))
    assert remarks(story) == ["reprint 1", "reprint 2"]


@pytest.mark.parametrize("seq", [0, 99_999])
def test_what_is_no_record_of_this_book_is_not_printed(seq: int) -> None:
    story, _ = sold()
    story.play(ReprintAsked(story.moment(), seq))
    assert remarks(story) == []
    assert story.told()[-1] == "REPRINT_REFUSED"


def test_a_slip_is_not_printed_for_ever() -> None:
    story, sale = sold()
    for _ in range(MOST_COPIES + 1):
        story.play(ReprintAsked(story.moment(), sale.seq))
    assert len(remarks(story)) == MOST_COPIES
    assert story.told()[-1] == "REPRINT_REFUSED"


def test_a_copy_says_that_it_is_one_and_carries_the_same_code(tmp_path: Path) -> None:
    printed: list[tuple[list[str], str]] = []
    desk = SlipDesk(tmp_path, AGENT, lambda lines, code: printed.append((list(lines), code)))
    _, sale = sold()
    first = desk.give_again(sale, digest(b"message"), 1)
    second = desk.give_again(sale, digest(b"message"), 2)
    assert [lines[:2] for lines, _ in printed] == [
        ["重印 第 1 份", "DUPLICATE 1"],
        ["重印 第 2 份", "DUPLICATE 2"],
    ]
    codes = {path.read_text(encoding="utf-8").splitlines()[-1] for path in (first, second)}
    assert len(codes) == 1
    slip = open_slip(read_text(codes.pop())[1], KeyRing(KEYS))
    assert (slip.seq, slip.net_kg) == (sale.seq, sale.body.net_kg)  # type: ignore[union-attr]


def test_only_sales_have_slips() -> None:
    story, _ = sold()
    with pytest.raises(ValueError, match="no sale"):
        slip_of(story.records[0], bytes(32))


@pytest.mark.parametrize(
    ("text", "seq"), [(b"12\n", 12), (b" 7 ", 7), (b"", None), (b"-1", None), (b"1" * 40, None)]
)
def test_a_letter_asks_for_one_record_or_for_none(
    tmp_path: Path, text: bytes, seq: int | None
) -> None:
    path = tmp_path / "x.reprint"
    path.write_bytes(text)
    event = read_letter(path)
    assert (event.seq if isinstance(event, ReprintAsked) else None) == seq
