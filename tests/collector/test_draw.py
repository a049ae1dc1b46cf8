"""The draw: the same on any machine, fair to everybody, fixed before a name is known."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import draw_store
from collector.draw import Place, Task, below, commitment, draw, lots_of, words
from tests.collector.sites import Bureau, make_bureau
from weighbook.phrase import Refusal

PLACES = [Place(f"W{number:02}", 1) for number in range(8)]
STAFF = [f"P{number}" for number in range(9)]
SEEDS = st.binary(min_size=32, max_size=32)


def seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_the_same_seed_and_names_make_the_same_draw() -> None:
    assert draw(seed(1), PLACES, STAFF, 2) == (
        Task("W06", ("P1", "P8")),
        Task("W01", ("P3", "P4")),
    )


@given(SEEDS, st.randoms())
def test_the_order_of_the_lists_does_not_count(entropy: bytes, shuffled: Any) -> None:
    places, staff = list(PLACES), list(STAFF)
    shuffled.shuffle(places)
    shuffled.shuffle(staff)
    assert draw(entropy, places, staff, 3) == draw(entropy, PLACES, STAFF, 3)


@given(SEEDS, st.integers(1, 8), st.integers(1, 4))
def test_nobody_is_drawn_twice(entropy: bytes, tasks: int, team: int) -> None:
    staff = [f"P{number}" for number in range(tasks * team)]
    found = draw(entropy, PLACES, staff, tasks, team)
    assert len({task.weighbridge for task in found}) == tasks
    assert sorted(person for task in found for person in task.inspectors) == sorted(staff)


def test_lots_weigh_and_nobody_is_left_out() -> None:
    places = [Place("HEAVY", 9), Place("LIGHT", 1)]
    first = Counter(draw(seed(n), places, STAFF, 1)[0].weighbridge for n in range(2_000))
    assert 1_740 < first["HEAVY"] < 1_860  # 0.9 of them, within 4.5 sigma
    assert first["LIGHT"] > 0


def test_every_choice_is_as_likely_as_any_other() -> None:
    numbers = words(seed(7))
    found = Counter(below(7, numbers) for _ in range(7_000))
    assert all(850 < found[choice] < 1_150 for choice in range(7))


@pytest.mark.parametrize(
    ("places", "staff", "tasks", "team"),
    [
        (PLACES, STAFF, 0, 2),
        (PLACES, STAFF, 9, 1),
        (PLACES, STAFF, 5, 2),
        (PLACES, [*STAFF, "P1"], 2, 2),
        ([*PLACES, PLACES[0]], STAFF, 2, 2),
        (PLACES, STAFF, 2, 0),
        ([Place("W1", 0)], STAFF, 1, 1),
    ],
)
def test_a_draw_that_cannot_be_made_is_refused(
    places: list[Place], staff: list[str], tasks: int, team: int
) -> None:
    with pytest.raises(Refusal) as refused:
        draw(seed(1), places, staff, tasks, team)
    assert refused.value.code == "E_DRAW"


def test_what_stands_against_a_place_adds_lots_up_to_ten() -> None:
    assert [lots_of(0, 0, 0), lots_of(2, 1, 0), lots_of(0, 0, 1), lots_of(99, 9, 9)] == [
        1,
        4,
        4,
        10,
    ]


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    bureau = make_bureau(tmp_path)
    for number in range(1, 5):
        bureau.enrol(f"W{number:02}")
    return bureau


def test_a_draw_is_announced_made_once_and_can_be_checked(bureau: Bureau) -> None:
    said = draw_store.announce(bureau.home, "week 40", "officer-1")
    result = draw_store.carry_out(bureau.home, "week 40", "officer-1", STAFF, (2, 2))
    assert commitment(bytes.fromhex(result["seed"])) == said
    assert draw_store.is_fair(result)
    with pytest.raises(Refusal) as refused:
        draw_store.announce(bureau.home, "week 40", "officer-1")
    assert refused.value.code == "E_DRAWN"
    with pytest.raises(Refusal) as refused:
        draw_store.carry_out(bureau.home, "week 40", "officer-1", STAFF, (2, 2))
    assert refused.value.code == "E_DRAWN"


def test_nothing_is_drawn_that_was_not_announced(bureau: Bureau) -> None:
    with pytest.raises(Refusal) as refused:
        draw_store.carry_out(bureau.home, "week 41", "officer-1", STAFF, (2, 2))
    assert refused.value.code == "E_NO_DRAW"


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "00" * 32},
        {"commitment": "00" * 32},
        {"inspectors": [*STAFF, "Q"]},
        {"places": [["W01", 9], ["W02", 1], ["W03", 1], ["W04", 1]]},
        {"tasks": [["W01", ["P0", "P1"]], ["W02", ["P2", "P3"]]]},
    ],
)
def test_a_draw_somebody_altered_is_found(bureau: Bureau, change: dict[str, Any]) -> None:
    draw_store.announce(bureau.home, "week 40", "officer-1", seed(3))
    result = draw_store.carry_out(bureau.home, "week 40", "officer-1", STAFF, (2, 2))
    assert not draw_store.is_fair(result | change)
