"""What passes before a camera is no fault: weather, light, traffic, creatures; coded with few bits.

Each nuisance is played to a judge that knows the place, through three codecs; not one check may
stand as a fault, while it lasts or after. The table also says which checks hesitated.
"""

from dataclasses import dataclass, replace
from functools import cache

import pytest

from drivers.cameras.film import Look
from drivers.cameras.judging.facts import Surroundings
from drivers.cameras.judging.memory import Memory
from drivers.cameras.scene import Shown
from tests.site.coded_day import CODECS, Coding, Day
from tests.site.conftest import Table

LEARNING_S, LASTING_S, AFTER_S = 26, 20, 8
EMPTY = Surroundings(hour=10, deck_empty=True)
LOADED = replace(EMPTY, deck_empty=False)
EVERYWHERE = replace(EMPTY, others_dim=True)
TRUCK = Look(Shown("", 42_000))

Act = tuple[int, Look, Surroundings]


def while_it_lasts(passing: str, around: Surroundings = EMPTY) -> tuple[Act, ...]:
    return ((LASTING_S, Look(passing=passing), around),)


NUISANCES: dict[str, tuple[Act, ...]] = {
    "night, by infrared": while_it_lasts("night"),
    "insects and a spider": (
        (LASTING_S, Look(passing="night"), EMPTY),
        (LASTING_S, Look(passing="insects"), EMPTY),
    ),
    "fog over all cameras": while_it_lasts("fog", EVERYWHERE),
    "dust over all cameras": while_it_lasts("dust", EVERYWHERE),
    "snow": while_it_lasts("snow"),
    "rain": while_it_lasts("rain"),
    "headlights that sweep": while_it_lasts("headlights"),
    "wind and vibration": while_it_lasts("shake"),
    "a person walking": while_it_lasts("person"),
    "sun and shadow": while_it_lasts("sun"),
    "a day's ramp of light": ((40, Look(passing="dawn"), EMPTY),),
    "lightning, few bits": while_it_lasts("lightning"),
    "a truck on the deck": ((LASTING_S, TRUCK, LOADED),),
    "a truck fills the view": (
        (40, Look(passing="lorry"), LOADED),
        (10, Look(passing="lorry"), EMPTY),
    ),
    "a dark evening": ((LASTING_S, Look(tampering="dim"), EMPTY),),
}


@dataclass(frozen=True)
class Known:
    """A stream, and a judge that knows what is usual."""

    coding: Coding
    memory: Memory


@cache
def known(codec: str) -> Known:
    coding = Coding(codec)
    day = Day(coding).play(LEARNING_S, Look(), EMPTY)
    assert not day.faults
    return Known(coding, day.memory)


@cache
def played(name: str, codec: str) -> Day:
    start = known(codec)
    day = Day(start.coding, start.memory)
    for seconds, look, around in NUISANCES[name]:
        day.play(seconds, look, around)
    return day.play(AFTER_S, Look(), EMPTY)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("name", NUISANCES)
def test_a_nuisance_is_no_fault(name: str, codec: str) -> None:
    assert played(name, codec).faults == set()


@pytest.mark.parametrize("codec", CODECS)
def test_a_cover_is_found_through_the_same_coding(codec: str) -> None:
    start = known(codec)
    day = Day(start.coding, start.memory).play(8, Look(tampering="cover"), EMPTY)
    assert "covered" in day.faults


def test_the_table_of_nuisances(table: Table) -> None:
    lines = [f"{'nuisance':<26}" + "".join(f"{codec:>8}" for codec in CODECS) + "  hesitated"]
    lines += [line(name) for name in NUISANCES]
    table("nuisances before a camera, in played time: keyframes / false faults", lines)
    assert len(lines) == 1 + len(NUISANCES)


def line(name: str) -> str:
    days = [played(name, codec) for codec in CODECS]
    counts = "".join(f"{day.keyframes:>5}/{len(day.faults):<2}" for day in days)
    doubts = sorted(set().union(*(day.doubts for day in days)))
    return f"{name:<26}{counts}  {', '.join(doubts) or '-'}"
