"""Outages of a county: many at once, and one alone at night."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from collector.outages import Limits, Outage, common_outages, night_of, patterns
from collector.period import ZONE

LIMITS = Limits()
SITES = 12
MINUTE_MS = 60_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


def silent(name: str, begin: str, minutes: int = 30) -> Outage:
    return Outage(name, "silent", "", at(begin), at(begin) + minutes * MINUTE_MS)


def halted(name: str, codes: str, begin: str) -> Outage:
    return Outage(name, "halted", codes, at(begin), at(begin) + MINUTE_MS)


def test_sites_that_fall_silent_together_have_a_common_cause() -> None:
    found = [silent(f"W{n}", f"2026-11-02T14:0{n}") for n in range(4)]
    (group,) = common_outages([*found, silent("W9", "2026-11-02T18:00")], SITES, LIMITS)
    assert [one.weighbridge for one in group.outages] == ["W0", "W1", "W2", "W3"]


def test_one_site_that_fails_again_and_again_is_not_many() -> None:
    assert not common_outages([silent("W1", f"2026-11-02T14:0{n}") for n in range(9)], 3, LIMITS)


def test_in_a_large_county_three_are_not_many() -> None:
    found = [silent(f"W{n}", "2026-11-02T14:00") for n in range(3)]
    assert common_outages(found, SITES, LIMITS)
    assert not common_outages(found, 72, LIMITS)


def test_a_suspension_of_the_whole_county_is_no_outage() -> None:
    assert not common_outages([halted(f"W{n}", "ORDER", "2026-11-02T14:00") for n in range(9)],
                              SITES, LIMITS)  # fmt: skip


def test_three_nights_alone_are_a_pattern() -> None:
    nights = ("2026-11-02T23:30", "2026-11-05T02:00", "2026-11-09T05:59")
    found = [silent("W1", night) for night in nights]
    (one,) = patterns(found, SITES, at("2026-11-10T08:00"), LIMITS)
    assert (one.code, one.weighbridge) == ("F-H05", "W1")
    assert one.nights == ("2026-11-02", "2026-11-04", "2026-11-08")


def test_cameras_alone_at_night_have_a_code_of_their_own() -> None:
    found = [halted("W1", "CAMERA_BLIND,CAMERA_LOST", f"2026-11-0{n}T23:00") for n in (2, 3, 4)]
    (one,) = patterns(found, SITES, at("2026-11-05T08:00"), LIMITS)
    assert one.code == "F-H03"


def test_days_old_nights_and_shared_outages_accuse_nobody() -> None:
    until = at("2026-11-25T08:00")
    by_day = [silent("W1", f"2026-11-{n}T12:00") for n in (20, 21, 22)]
    old = [silent("W1", f"2026-11-0{n}T23:00") for n in (2, 3, 4)]
    shared = [silent(f"W{m}", f"2026-11-{n}T23:00") for n in (20, 21, 22) for m in range(6)]
    for found in (by_day, old, shared):
        assert not list(patterns(found, SITES, until, LIMITS))


def test_two_cuts_in_one_night_are_one_night() -> None:
    found = [silent("W1", begin) for begin in ("2026-11-20T23:00", "2026-11-21T01:00",
                                               "2026-11-21T23:00")]  # fmt: skip
    assert not list(patterns(found, SITES, at("2026-11-25T08:00"), LIMITS))


OUTAGES = st.lists(
    st.builds(
        Outage,
        st.sampled_from([f"W{n}" for n in range(9)]),
        st.sampled_from(["silent", "halted"]),
        st.sampled_from(["", "POWER", "ORDER", "CAMERA_LOST"]),
        st.integers(at("2026-11-01T00:00"), at("2026-11-20T00:00")),
        st.none(),
    ),
    max_size=40,
)


@given(OUTAGES)
def test_no_outage_is_both_shared_and_held_against_its_site(found: list[Outage]) -> None:
    shared = common_outages(found, SITES, LIMITS)
    excused = {(o.weighbridge, night_of(o, LIMITS)) for group in shared for o in group.outages}
    until = at("2026-11-20T00:00")
    alone = [o for o in found if not any(o in group.outages for group in shared)]
    held = {(o.weighbridge, night_of(o, LIMITS)) for o in alone}
    for one in patterns(found, SITES, until, LIMITS):
        assert len(one.nights) >= LIMITS.nights
        assert {(one.weighbridge, night) for night in one.nights} <= held | (held & excused)
