"""A silent line while something moves on the deck: nobody may have passed unweighed."""

from dataclasses import replace

from msgspec import structs

from edge_agent.events import CameraSeen, Tick
from edge_agent.tamper.limits import TamperLimits
from tests.edge_agent.story import SITE, WELL, Story
from weighbook.orders import Action, Release

QUIET_MILLI, MOVING_MILLI = 300, 4_000
LOOK_MS = 500


def story() -> Story:
    """Sales open over an empty deck whose quiet pictures are known."""
    begun = Story(site=replace(SITE, tamper=structs.replace(SITE.tamper, unheard_looks=6))).opened()
    for _ in range(10):
        look(begun, QUIET_MILLI)
        begun.wait(LOOK_MS)
    return begun


def look(begun: Story, moved_milli: int | None, camera: str = "deck") -> None:
    begun.play(CameraSeen(begun.moment(), camera, WELL, moved_milli))


def fall_silent(begun: Story, moved_milli: int | None, looks: int, camera: str = "deck") -> Story:
    begun.weight_kg = None
    begun.wait(7_000)
    for _ in range(looks):
        begun.wait(LOOK_MS)
        look(begun, moved_milli, camera)
    begun.play(Tick(begun.moment()))
    return begun


def suspects(begun: Story) -> set[str]:
    return {subject for code, subject in begun.lane.ledger.standing if code == "SCALE_SUSPECT"}


def test_movement_on_a_silent_deck_is_suspect_until_released() -> None:
    begun = fall_silent(story(), MOVING_MILLI, looks=6)
    assert suspects(begun) == {"T_UNHEARD"}
    begun.weight_kg = 0
    begun.wait(15_000)
    assert not begun.is_open
    begun.order(Action.RELEASE, Release(("SCALE_SUSPECT",), "seen in the pictures: a dog"))
    begun.wait(2_000)
    assert begun.is_open


def test_a_silent_and_quiet_deck_opens_by_itself() -> None:
    begun = fall_silent(story(), QUIET_MILLI, looks=20)
    assert suspects(begun) == set()
    begun.weight_kg = 0
    begun.wait(15_000)
    assert begun.is_open


def test_a_few_pictures_with_movement_are_no_proof() -> None:
    assert suspects(fall_silent(story(), MOVING_MILLI, looks=5)) == set()


def test_movement_on_the_road_is_not_on_the_deck() -> None:
    assert suspects(fall_silent(story(), MOVING_MILLI, looks=20, camera="road")) == set()


def test_what_always_moves_on_this_deck_is_quiet_here() -> None:
    begun = Story(site=replace(SITE, tamper=TamperLimits(step_kg=0, grammar=False))).opened()
    for _ in range(40):
        look(begun, 2_000)
        begun.wait(LOOK_MS)
    assert suspects(fall_silent(begun, 2_500, looks=20)) == set()


def test_movement_while_the_line_speaks_is_a_truck() -> None:
    begun = story()
    for _ in range(20):
        look(begun, MOVING_MILLI)
        begun.wait(LOOK_MS)
    assert suspects(begun) == set()
