"""What goods were made of: shared without a gap, never twice, judged only where a band is set."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.washery import (
    MADE_FROM,
    MOST_PARENTS,
    YIELDS_FILE,
    Band,
    Child,
    Source,
    band_of,
    drawn_kg,
    load_bands,
    share,
)
from weighbook.phrase import Refusal

sources = st.lists(st.integers(0, 60_000), min_size=1, max_size=8).map(
    lambda kgs: tuple(Source(f"T{place}", kg) for place, kg in enumerate(kgs))
)


@given(sources, st.integers(1, 40_000), st.integers(1, 6))
def test_every_load_is_drawn_whole_and_no_source_beyond_what_is_left(
    given_sources: tuple[Source, ...], kg: int, loads: int
) -> None:
    try:
        shared = share(given_sources, kg, loads)
    except Refusal as refusal:
        assert refusal.code in {"E_PARENT_SPENT", "E_PARENTS"}  # noqa: PT017 - either is right
        return
    assert [sum(draw.kg for draw in draws) for draws in shared] == [kg] * loads
    for source in given_sources:
        drawn = [d.kg for draws in shared for d in draws if d.parent == source.ticket_no]
        assert sum(drawn) <= source.left_kg
        assert all(kg > 0 for kg in drawn)


def test_sources_are_used_up_in_the_order_they_are_named() -> None:
    (first, second) = share((Source("A", 50), Source("B", 30)), 40, 2)
    assert first == (("A", 40),)
    assert second == (("A", 10), ("B", 30))


def test_more_than_is_left_is_refused() -> None:
    with pytest.raises(Refusal, match="E_PARENT_SPENT"):
        share((Source("A", 50), Source("B", 29)), 40, 2)


def test_a_load_of_too_many_crumbs_is_refused() -> None:
    crumbs = tuple(Source(f"T{place}", 1) for place in range(MOST_PARENTS + 1))
    with pytest.raises(Refusal, match="E_PARENTS"):
        share(crumbs, MOST_PARENTS + 1, 1)


@pytest.mark.parametrize(
    ("child", "kg"),
    [
        (Child(35_000, 0, None, is_live=True), 35_000),
        (Child(35_000, 0, 33_000, is_live=True), 33_000),
        (Child(35_000, 0, 36_000, is_live=True), 35_000),
        (Child(5_000, 30_000, 33_000, is_live=True), 3_000),
        (Child(5_000, 30_000, 29_000, is_live=True), 0),
        (Child(35_000, 0, None, is_live=False), 0),
    ],
)
def test_a_draw_counts_as_what_its_ticket_weighed_once_it_did(child: Child, kg: int) -> None:
    assert drawn_kg([child]) == kg


def band(enterprise: str, since: date, most: int) -> Band:
    return Band(enterprise, "WASHED", since, "test", 0, most)


@pytest.mark.parametrize(
    ("enterprise", "day", "most"),
    [
        ("E02", date(2025, 12, 31), None),
        ("E02", date(2026, 1, 1), 800),
        ("E02", date(2026, 7, 1), 700),
        ("E03", date(2026, 7, 1), 800),
    ],
)
def test_a_band_is_in_force_from_its_day_and_a_washerys_own_comes_first(
    enterprise: str, day: date, most: int | None
) -> None:
    bands = (band("*", date(2026, 1, 1), 800), band("E02", date(2026, 7, 1), 700))
    found = band_of(bands, enterprise, "WASHED", day)
    assert (found and found.most_permille) == most


def test_the_shipped_bands_are_none_and_their_example_can_be_read(tmp_path: Path) -> None:
    assert load_bands() == ()
    lines = YIELDS_FILE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("# [[band]]")
    example = [line.removeprefix("# ") for line in lines[begin : begin + 7]]
    path = tmp_path / "yields.toml"
    path.write_text("\n".join(example), encoding="utf-8")
    (one,) = load_bands(path)
    assert (one.product, one.most_permille) == ("WASHED", 800)


def test_a_misspelt_band_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "yields.toml"
    path.write_text("[[band]]\nenterprize = 'E02'\n", encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="enterprize"):
        load_bands(path)


def test_nothing_is_made_of_itself() -> None:
    assert not {source for made in MADE_FROM.values() for source in made} & set(MADE_FROM)
