"""Mains power: what is found of it, what closes sales, and what it takes to open them again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent import lane as agent
from edge_agent.events import Moment, PowerSeen, StopAsked
from edge_agent.settings import MINUTE_MS
from edge_agent.supply import BATTERY, BOOT, CONTACT, UPS, Supply, after, faults, is_stable
from tests.edge_agent.story import SITE, T0, Story
from weighbook.orders import Action, Permit
from weighbook.records import CauseChange, Dark, Kind

STABLE_MS, SILENT_MS = SITE.stable_power_ms, SITE.supply_silent_ms
WATCHED = replace(SITE, supplies=(UPS,))
STEP_MS = 1_000


def at(mono_ms: int) -> Moment:
    return Moment(T0 + mono_ms, mono_ms)


def seen(mono_ms: int, mains: bool | None, source: str = UPS, **more: object) -> PowerSeen:
    return PowerSeen(at(mono_ms), source, mains, **more)  # type: ignore[arg-type]  # real fields


def told(*events: PowerSeen) -> dict[str, Supply]:
    supplies: dict[str, Supply] = {}
    for event in events:
        supplies[event.source] = after(supplies.get(event.source, Supply()), event, SILENT_MS)
    return supplies


CASES = [
    ("mains on", [seen(0, True)], 1_000, {}),
    ("never heard", [], 1_000, {UPS: "none since start"}),
    ("only refused", [seen(0, None, detail="N_DENIED")], 1_000, {UPS: "N_DENIED"}),
    ("mains off", [seen(0, False, charge_percent=74)], 1_000, {UPS: "mains_lost: charge 74 %"}),
    ("off, charge not told", [seen(0, False)], 0, {UPS: "mains_lost: charge unknown"}),
    ("off and low", [seen(0, False, is_low=True, charge_percent=9)], 0,
     {UPS: "mains_lost: charge 9 %", BATTERY: "battery_low: charge 9 %"}),
    ("low while it charges", [seen(0, True, is_low=True)], 0, {}),
    ("silent, not for long", [seen(0, True), seen(SILENT_MS, None, detail="N_STALE")],
     SILENT_MS, {}),
    ("silent for too long", [seen(0, True), seen(SILENT_MS, None, detail="N_STALE")],
     SILENT_MS + 1, {UPS: f"N_STALE: {SILENT_MS + 1} ms"}),
    ("no word at all for too long", [seen(0, True)], SILENT_MS + 1,
     {UPS: f"silent: {SILENT_MS + 1} ms"}),
    ("off, and then silent", [seen(0, False), seen(1, None, detail="N_UNREACHABLE")],
     SILENT_MS + 1, {UPS: f"N_UNREACHABLE: {SILENT_MS + 1} ms"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "now_ms", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_found(events: list[PowerSeen], now_ms: int, found: dict[str, str]) -> None:
    wrong = faults(told(*events), WATCHED, at(now_ms), None)
    assert {one.subject: one.measured for one in wrong} == found


def test_two_sources_are_judged_each_for_itself() -> None:
    site = replace(SITE, supplies=(UPS, CONTACT))
    supplies = told(seen(0, True), seen(0, False, CONTACT))
    assert [one.subject for one in faults(supplies, site, at(0), None)] == [CONTACT]


def test_without_a_source_nothing_is_found() -> None:
    assert not list(faults({}, SITE, at(SILENT_MS * 9), None))


def test_an_unclean_boot_is_found_for_the_stable_time() -> None:
    assert [one.subject for one in faults({}, SITE, at(STABLE_MS - 1), 0)] == [BOOT]
    assert not list(faults({}, SITE, at(STABLE_MS), 0))


def test_what_was_lost_is_stable_after_five_minutes_without_a_gap() -> None:
    well = told(seen(0, False), *(seen(ms, True) for ms in range(1_000, STABLE_MS, 1_000)))
    assert not is_stable(UPS, well, WATCHED, at(STABLE_MS), 0)
    assert is_stable(UPS, well, WATCHED, at(STABLE_MS + 1_000), 0)
    gap = told(seen(0, True), seen(SILENT_MS + 1, True))
    assert gap[UPS].good_since_ms == SILENT_MS + 1


def test_a_flicker_begins_the_stable_time_anew() -> None:
    flicker = told(seen(0, True), seen(1_000, False), seen(2_000, True))
    assert flicker[UPS].good_since_ms == 2_000


def test_the_battery_s_word_is_that_of_its_ups() -> None:
    well = told(*(seen(ms, True) for ms in range(0, STABLE_MS + 1, 1_000)))
    assert is_stable(BATTERY, well, WATCHED, at(STABLE_MS), 0)
    assert not is_stable(BATTERY, told(seen(0, False)), WATCHED, at(STABLE_MS), 0)


@given(st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from([True, False, None]))))
def test_mains_that_are_not_said_to_be_there_are_never_stable(
    steps: list[tuple[int, bool | None]],
) -> None:
    now_ms, supply, site = 0, Supply(), replace(WATCHED, stable_power_ms=MINUTE_MS)
    good_ms: int | None = None
    for gap_ms, mains in steps:
        now_ms += gap_ms
        good_ms = None if mains is not True else now_ms if good_ms is None else good_ms
        supply = after(supply, seen(now_ms, mains), SILENT_MS)
        if is_stable(UPS, {UPS: supply}, site, at(now_ms), 0):
            assert supply.mains
            assert supply.good_since_ms is not None
            assert now_ms - supply.good_since_ms >= MINUTE_MS


# -- a weighbridge with a UPS ----------------------------------------------------------------------


class Site(Story):
    """A story whose UPS says every second how it stands; `ups` None: it says nothing."""

    ups: bool | None = True

    def live(self, for_ms: int) -> "Site":
        for _ in range(for_ms // STEP_MS):
            self.wait(STEP_MS, STEP_MS)
            if self.ups is not None:
                self.play(PowerSeen(self.moment(), UPS, self.ups))
        return self


def opened() -> Site:
    site = Site(site=WATCHED)
    site.opened()
    return site.live(2_000)


def test_a_site_that_has_not_heard_its_ups_does_not_sell() -> None:
    site = Site(site=WATCHED)
    assert site.opened().causes == {"POWER"}
    assert site.lane.ledger.standing["POWER", UPS].measured == "start"


def test_its_first_good_word_opens_sales_without_a_wait() -> None:
    assert opened().is_open


def test_power_lost_closes_sales_with_the_very_word() -> None:
    site = opened()
    site.play(PowerSeen(site.moment(), UPS, False, charge_percent=99))
    assert site.causes == {"POWER"}
    assert "市电中断" in site.words("POWER")
    assert "restore power" in site.words("POWER")


def test_sales_open_again_after_five_stable_minutes_and_not_before() -> None:
    site = opened()
    site.ups = False
    site.live(60_000).ups = True
    assert not site.live(STABLE_MS - 5_000).is_open
    assert site.live(10_000).is_open
    assert site.changes("POWER")[-2:] == ["raised", "cleared"]


def test_a_ups_that_falls_silent_closes_sales_and_says_why() -> None:
    site = opened()
    site.ups = None
    site.play(PowerSeen(site.moment(), UPS, None, detail="N_STALE"))
    assert site.live(SILENT_MS - 2_000).is_open
    assert site.live(4_000).causes == {"POWER"}
    assert "NUT 与不间断电源失去联系" in site.words("POWER")


def test_a_low_battery_is_told_and_reported_once() -> None:
    site = opened()
    for percent in (30, 12, 11):
        low = percent < 20
        site.play(PowerSeen(site.moment(), UPS, False, is_low=low, charge_percent=percent))
    assert site.changes("POWER").count("raised") == 3  # at the start, mains lost, battery low
    assert "nearly empty" in site.words("POWER")


def test_a_long_power_cut_waits_for_the_bureau() -> None:
    site = Site(site=replace(WATCHED, short_ms=60_000, stable_power_ms=20_000))
    site.opened()
    site.live(2_000).ups = False
    site.live(65_000).ups = True
    assert site.live(30_000).causes == {"APPROVAL"}


def test_a_permit_can_cover_a_power_cut() -> None:
    site = opened()
    site.ups = False
    site.live(5_000)
    site.order(Action.PERMIT, Permit(("POWER",), "an officer on site", 50, 2_000_000))
    assert site.is_open


def test_a_source_nobody_has_configured_is_not_listened_to() -> None:
    site = opened()
    site.play(PowerSeen(site.moment(), CONTACT, False))
    assert site.is_open


# -- how the run began -----------------------------------------------------------------------------


def after_boot(boot: bytes, *, clean: bool) -> Story:
    """Sales were open; the machine was started again."""
    story = Story().opened()
    if clean:
        story.play(StopAsked(story.moment(), "SIGTERM"))
    story.at = story.moment(60_000)
    story.lane, acts = agent.start(SITE, story.folded(), story.at, boot=boot)
    story._do(acts)
    return story.opened()


def test_an_unclean_boot_keeps_sales_closed_for_five_minutes() -> None:
    story = after_boot(b"another boot....", clean=False)
    assert story.causes == {"POWER"}
    assert story.lane.ledger.standing["POWER", BOOT].measured == "unclean_boot"
    assert not story.skip(STABLE_MS - 20_000).is_open
    assert story.skip(20_000).is_open


def test_its_dark_interval_is_recorded_before_the_cause() -> None:
    story = after_boot(b"another boot....", clean=False)
    kinds = [(r.kind, getattr(r.body, "code", "")) for r in story.records]
    assert kinds.index((Kind.CAUSE, "POWER")) > kinds.index((Kind.DARK, ""))
    (dark,) = story.bodies(Kind.DARK)
    assert isinstance(dark, Dark)
    assert dark.to_ms - dark.from_ms >= 60_000


@pytest.mark.parametrize(
    ("boot", "clean"), [(bytes(16), False), (b"another boot....", True), (b"", False)]
)
def test_the_same_boot_or_an_orderly_stop_is_no_power_cut(boot: bytes, clean: bool) -> None:
    assert after_boot(boot, clean=clean).is_open


def test_another_start_does_not_shorten_the_stable_time() -> None:
    story = after_boot(b"another boot....", clean=False)
    story.skip(60_000).rest(1_000)
    assert story.causes == {"POWER"}
    assert story.skip(STABLE_MS).is_open


def test_the_power_cut_that_ended_the_last_run_stands_until_power_is_stable() -> None:
    site = opened()
    site.ups = False
    site.live(5_000).restart(10_000)
    assert ("POWER", UPS) in site.lane.ledger.standing
    site.ups = True
    site.opened()
    assert not site.live(STABLE_MS - 20_000).is_open
    assert site.live(30_000).is_open


def test_what_stands_says_since_when_and_what_was_measured() -> None:
    site = opened()
    site.play(PowerSeen(site.moment(), UPS, False, charge_percent=88))
    change = site.records[-1].body
    assert isinstance(change, CauseChange)
    assert (change.subject, change.measured) == (UPS, "mains_lost: charge 88 %")
    assert (change.limit, change.since_ms) == ("mains", site.at.wall_ms)
