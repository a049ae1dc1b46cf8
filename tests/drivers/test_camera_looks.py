"""What the simulated RTSP camera shows: its control lines, its stills, its weather."""

import pytest

from drivers.cameras.film import CLOCK_STANDS, REPEATED, TORN_BYTES, Film, Form, Look
from drivers.cameras.looks import looked
from drivers.cameras.passing import PASSINGS, passed
from drivers.cameras.scene import Scene, Shown
from drivers.cameras.tampering import TAMPERINGS, tampered

SMALL = Form(size=(320, 180), gop=4)
BARE = Scene("deck", 320, 180).view(Shown(""))


@pytest.mark.parametrize("line", [*TAMPERINGS, *PASSINGS, "low", "torn", "freeze", "loop"])
def test_a_line_changes_the_look_and_leaves_the_rest(line: str) -> None:
    look = looked(Look(gop=7), line, "")
    assert look is not None
    assert look != Look(gop=7)
    assert look.gop == 7


@pytest.mark.parametrize(
    ("word", "rest"),
    [
        ("fog", "thick"),
        ("freeze", "hard"),
        ("loop", "twice"),
        ("gop", "0"),
        ("truck", ""),
        ("", ""),
    ],
)
def test_what_is_no_look_is_none(word: str, rest: str) -> None:
    assert looked(Look(), word, rest) is None


@pytest.mark.parametrize("what", PASSINGS)
def test_what_passes_changes_the_picture_the_same_way_for_the_same_frame(what: str) -> None:
    once = passed(BARE, what, 5)
    assert once.shape == BARE.shape
    assert (once != BARE).any()
    assert (once == passed(BARE, what, 5)).all()


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_leaves_the_size(how: str) -> None:
    assert tampered(BARE, how).shape == BARE.shape


def units(look: Look, number: int = 8) -> list[bytes]:
    film = Film("deck", SMALL)
    film.unit(0, "08:00:00", Look())
    return [film.unit(1 + one, f"08:00:0{one}", look).payload for one in range(number)]


def test_the_newest_keyframe_is_sent_over_and_over() -> None:
    assert len(set(units(Look(frozen=REPEATED)))) == 1


def test_of_a_torn_keyframe_only_the_beginning_is_sent() -> None:
    film = Film("deck", SMALL)
    keys = [u for n in range(8) if (u := film.unit(n, "", Look(is_torn=True))).is_key]
    assert [len(key.payload) for key in keys] == [TORN_BYTES, TORN_BYTES]


def test_a_clock_stands_over_a_picture_that_lives() -> None:
    film = Film("deck", SMALL)
    film.unit(0, "08:00:00", Look())
    film.unit(1, "08:00:01", Look(frozen=CLOCK_STANDS))
    before = film._view
    film.unit(2, "08:00:02", Look(frozen=CLOCK_STANDS))
    assert film._clock == "08:00:00"
    assert before is not None
    assert film._view is not None
    assert (film._view != before).any()


def test_a_group_is_as_long_as_it_is_told() -> None:
    film = Film("deck", SMALL)
    shown = [film.unit(n, "", Look(gop=6)).is_key for n in range(12)]
    assert [n for n, is_key in enumerate(shown) if is_key] == [0, 6]
