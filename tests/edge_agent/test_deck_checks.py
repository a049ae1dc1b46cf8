"""The tamper checks at the deck: an honest truck sells, a cheated curve closes sales.

The trucks roll on axle by axle; a cheat is what such a curve cannot be.
"""

from dataclasses import replace

from drivers.scales.truck import Move, is_moving, weight_at
from edge_agent.events import BookChecked, CameraSeen, ScaleRead, Tick
from edge_agent.tamper.checks import CHECKS
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.unheard import CODE as UNHEARD
from edge_agent.tamper_words import WORDS
from tests.edge_agent.story import SITE, WELL, Story, ticket
from weighbook.orders import Action, Release
from weighbook.records import Correction, Kind

FRAME_MS, LOOK_MS = 100, 500
STAY_MS, AFTER_MS = 9_000, 9_000
TARE_KG, GROSS_KG = 15_000, 45_000


def watched() -> Story:
    """A weighbridge that checks every curve, sales open, its truck's ticket shown."""
    story = Story(site=replace(SITE, tamper=TamperLimits()))
    story.play(BookChecked(story.moment(), ok=True, detail=""))
    quiet(story, 15_000)
    return story


def say(story: Story, kg: int, *, stable: bool = True) -> None:
    """One frame; now and then the cameras are seen."""
    now = story.moment(FRAME_MS)
    story.play(ScaleRead(now, kg, stable, None, b"%07d" % kg))
    if now.mono_ms % LOOK_MS < FRAME_MS:
        story.play(*(CameraSeen(now, name, WELL) for name in story.cameras), Tick(now))


def quiet(story: Story, for_ms: int) -> None:
    for _ in range(for_ms // FRAME_MS):
        say(story, 0)


def roll(story: Story, kg: int, extra_kg: int = 0, from_ms: int = 6_000) -> None:
    """A truck rolls on, stands, rolls off; from `from_ms` on the display adds to it."""
    move = Move(kg, story.at.mono_ms)
    for passed in range(0, STAY_MS + AFTER_MS, FRAME_MS):
        if passed == STAY_MS:
            move = replace(move, leaves_ms=story.at.mono_ms)
        at_ms = story.at.mono_ms + FRAME_MS
        shown = weight_at(move, at_ms, SITE.division_kg)
        shown += extra_kg if shown and passed >= from_ms else 0
        say(story, shown, stable=not is_moving(move, at_ms))


def roll_to(story: Story, kg: int, rest_kg: int) -> None:
    """A truck comes and goes, and something holds a rest on the display."""
    for passed in range(0, 30_000, FRAME_MS):
        on = min(kg, kg * passed // 3_000 // 20 * 20)
        off = (
            0 if passed < 10_000 else min(kg - rest_kg, kg * (passed - 10_000) // 3_000 // 20 * 20)
        )
        moving = passed < 3_000 or 10_000 <= passed < 13_500
        engine = 20 if on == kg and not off and passed % 700 < FRAME_MS else 0
        say(story, on - off + engine, stable=not moving)


def sell(story: Story, extra_kg: int = 0) -> None:
    """Both passes of a truck; the second may be cheated."""
    for kg, more in ((TARE_KG, 0), (GROSS_KG, extra_kg)):
        story.scan(ticket())
        roll(story, kg, more)


def suspects(story: Story) -> set[str]:
    return {subject for code, subject in story.lane.ledger.standing if code == "SCALE_SUSPECT"}


def test_an_honest_truck_sells_and_raises_nothing() -> None:
    story = watched()
    sell(story)
    assert [kind for kind in story.kinds() if kind in (Kind.TARE, Kind.SALE)] == [
        Kind.TARE,
        Kind.SALE,
    ]
    assert story.weighings()[-1].reasons == ()
    assert suspects(story) == set()
    assert story.is_open


def test_a_step_without_motion_closes_sales_under_its_own_code() -> None:
    story = watched()
    sell(story, extra_kg=-3_000)
    assert suspects(story) >= {"T_STEP"}
    assert not story.is_open
    assert "T_STEP" in story.told()


def test_what_is_found_after_the_sale_is_a_remark_on_its_record() -> None:
    story = watched()
    sell(story, extra_kg=-3_000)
    sale = next(record for record in story.records if record.kind is Kind.SALE)
    remarks = [body for body in story.bodies(Kind.CORRECTION) if isinstance(body, Correction)]
    assert {remark.seq for remark in remarks} == {sale.seq}
    assert any(remark.text.startswith("T_STEP:") for remark in remarks)


def test_a_step_before_the_capture_sells_nothing() -> None:
    story = watched()
    story.scan(ticket())
    roll(story, TARE_KG, -3_000, from_ms=2_500)
    assert suspects(story) >= {"T_STEP"}
    assert "T_STEP" in story.weighings()[-1].reasons
    assert story.weighings()[-1].decision != "accepted"


def test_only_the_bureau_opens_sales_again() -> None:
    story = watched()
    sell(story, extra_kg=-3_000)
    quiet(story, 60_000)
    assert not story.is_open
    story.order(Action.RELEASE, Release(("SCALE_SUSPECT",), "the cable was changed"))
    quiet(story, 2_000)
    assert suspects(story) == set()
    assert story.is_open


def test_an_empty_deck_that_shows_another_zero_than_before_is_suspect() -> None:
    story = watched()
    roll(story, GROSS_KG)
    assert suspects(story) == set()
    roll_to(story, GROSS_KG, rest_kg=300)
    assert suspects(story) == {"T_ZERO"}


def test_an_arrival_that_was_seen_before_is_suspect() -> None:
    story = watched()
    swaying = [GROSS_KG * n // 40 // 20 * 20 + 20 * (n * n % 7) for n in range(1, 41)]
    leaving = [GROSS_KG * n // 40 // 20 * 20 for n in range(39, 0, -1)]
    for _ in range(2):
        assert suspects(story) == set()
        for kg in swaying:
            say(story, kg, stable=False)
        for engine in (0, 0, 0, 20) * 15:
            say(story, GROSS_KG + engine)
        for kg in leaving:
            say(story, kg, stable=False)
        quiet(story, 9_000)
    assert "T_REPLAY" in suspects(story)


def test_every_check_has_its_words_in_both_languages() -> None:
    codes = {check.code for check in CHECKS} | {UNHEARD, "T_NOT_ZEROED"}
    assert set(WORDS) == codes
    assert all(phrase.zh != phrase.en for phrase in WORDS.values())


def test_a_day_with_suspicions_replays_to_the_same_ledger() -> None:
    story = watched()
    sell(story, extra_kg=-3_000)
    assert story.folded() == story.lane.ledger
