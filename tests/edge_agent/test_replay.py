"""A book folded again: an honest one has no differences, a doctored one says where it was."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from edge_agent.replay import WORDS, replay
from tests.edge_agent.story import HOUR, SITE, Story, blank_ledger, opened, ticket
from weighbook.orders import Action, Permit, Policy, Release
from weighbook.records import CauseChange, Kind, Record, Totals


@cache
def day() -> Story:
    """Two sales, one of them under a permit, a fault, a refusal and a passage."""
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    story.lose("road")
    story.order(Action.PERMIT, Permit(("CAMERA_LOST",), "", 9, 900_000))
    second = ticket(2, plate="蒙K22222")
    story.tare_and_load(second)
    story.pass_with(second, 47_000)
    story.regain("road").pass_with(second, 15_000)
    return story.drive_on(48_000).drive_off()


def codes(records: list[Record], story: Story) -> list[str]:
    ledger = replace(blank_ledger(), orders=story.folded().orders)
    return [found.code for found in replay(records, ledger, SITE)]


def doctored(kind: Kind, **changes: Any) -> list[str]:
    """What replay says when the first record of that kind was written differently."""
    records = list(day().records)
    at = next(n for n, record in enumerate(records) if record.kind is kind)
    records[at] = replace(records[at], body=replace(records[at].body, **changes))
    return [code for code in codes(records, day()) if code != "D_TOTALS"]


def test_an_honest_day_has_no_differences() -> None:
    assert day().kinds() == [
        Kind.TARE,
        Kind.SALE,
        Kind.TARE,
        Kind.SALE,
        Kind.REFUSED,
        Kind.PASSAGE,
    ]
    assert codes(day().records, day()) == []


def test_the_bureaus_policy_counts_in_the_replay() -> None:
    long = ticket(expires_s=2**33)
    story = opened()
    story.order(Action.POLICY, Policy((("tare_age_ms", 48 * HOUR),)))
    story.tare_and_load(long).rest(30 * HOUR)
    assert story.pass_with(long, 48_000).decision == "accepted"
    assert codes(story.records, story) == []


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (Kind.SALE, {"stability": 2}, "D_UNSTABLE"),
        (Kind.TARE, {"stability": 2}, "D_UNSTABLE"),
        (Kind.SALE, {"plate": "蒙K99999"}, "D_PLATE"),
        (Kind.SALE, {"tare_kg": 14_000}, "D_TARE"),
        (Kind.SALE, {"tare_seq": 1}, "D_TARE"),
        (Kind.SALE, {"net_kg": 30_000}, "D_NET"),
        (Kind.SALE, {"gross_kg": None}, "D_NET"),
        (Kind.SALE, {"permits": (2,)}, "D_PERMIT"),
        (Kind.TARE, {"permits": (2,)}, "D_PERMIT"),
        (Kind.SALE, {"ticket_no": ticket(7).ticket_no}, "D_SESSION"),
        (Kind.TARE, {"tare_kg": 14_000}, "D_TARE"),
    ],
)
def test_a_doctored_weighing_is_found(kind: Kind, changes: dict[str, Any], code: str) -> None:
    assert code in doctored(kind, **changes)


def without(wanted: Callable[[Record], bool]) -> list[str]:
    return codes([r for r in day().records if not wanted(r)], day())


def test_a_sale_without_its_tare_is_found() -> None:
    assert "D_SESSION" in without(lambda r: r.kind is Kind.TARE)


def test_a_sale_under_a_permit_that_is_not_there_is_found() -> None:
    assert "D_CLOSED" in without(lambda r: r.kind is Kind.ORDER)


def test_a_clear_that_was_cut_out_is_found() -> None:
    def is_clear_of_the_scale(record: Record) -> bool:
        body = record.body
        return isinstance(body, CauseChange) and (body.code, body.change) == (
            "SCALE_SILENT",
            "cleared",
        )

    assert "D_CLOSED" in without(is_clear_of_the_scale)


def test_a_raise_that_was_cut_out_is_found() -> None:
    assert "D_CAUSE" in without(
        lambda r: isinstance(r.body, CauseChange) and r.body.change == "raised"
    )


def test_a_sale_written_twice_is_found() -> None:
    (first, *_) = [r for r in day().records if r.kind is Kind.SALE]
    at = day().records.index(first)
    records = [*day().records[: at + 1], first, *day().records[at + 1 :]]
    assert "D_SPENT" in codes(records, day())


def test_a_late_sale_is_found() -> None:
    records = [
        replace(r, at_ms=r.at_ms + 30 * HOUR) if r.kind is Kind.SALE else r for r in day().records
    ]
    assert "D_TARE_OLD" in codes(records, day())


def test_wrong_totals_are_found() -> None:
    records = [*day().records]
    records[-1] = replace(records[-1], totals=Totals(1, 1, 1, 1))
    assert codes(records, day()) == ["D_TOTALS"]


def test_a_release_of_nothing_is_no_difference() -> None:
    story = opened()
    story.order(Action.RELEASE, Release(("APPROVAL",), ""))
    assert codes(story.records, story) == []


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_difference_has_words(code: str) -> None:
    assert all(WORDS[code])
