"""The arithmetic over a stream's packets, and the last seconds kept of it: pure."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.judging.facts import UNAUTHORISED
from drivers.cameras.packet_ring import Kept, PacketRing
from drivers.cameras.rates import Rates, packets_of
from drivers.cameras.slot import NONE, Seen

GOP = 25


def played(frames: int, frame_ms: int = 40, stream_ms: int = 40) -> Rates:
    rates = Rates()
    for number in range(frames):
        rates.take(number * frame_ms, number * stream_ms, is_key=number % GOP == 0)
    return rates


def test_five_seconds_of_packets_are_counted() -> None:
    assert played(50).in_5s == 50
    assert played(500).in_5s == 125


def test_a_group_is_measured_in_the_streams_own_time() -> None:
    assert played(60, frame_ms=1).gop_ms == 1_000
    assert played(10).gop_ms is None


def test_without_a_time_of_its_own_a_group_is_measured_by_arrival() -> None:
    rates = Rates()
    rates.take(0, None, is_key=True)
    rates.take(1_960, 5, is_key=True)
    assert rates.gop_ms == 1_960


def test_a_stream_whose_time_runs_slow_falls_behind() -> None:
    assert played(500).drift_ms == 0
    assert played(500, stream_ms=30).drift_ms == -2_500
    assert played(100).drift_ms is None


def test_what_a_stalled_stream_brought_grows_old() -> None:
    seen = Seen(packet_ms=10_000, in_5s=125)
    assert packets_of(seen, 10_000).packets_in_5s == 125
    assert packets_of(seen, 12_500).packets_in_5s == 62
    assert packets_of(seen, 90_000).packets_in_5s == 0
    assert packets_of(Seen(), 90_000).last_packet_ms is None


def test_the_judge_hears_of_a_wrong_password_and_not_of_a_closed_port() -> None:
    assert packets_of(Seen(state=UNAUTHORISED), 0).refused == UNAUTHORISED
    assert packets_of(Seen(state="refused"), 0).refused is None


PACKETS = st.lists(st.tuples(st.booleans(), st.integers(1, 400), st.integers(0, 900)), max_size=120)


@given(PACKETS)
def test_what_is_kept_is_bounded_begins_with_a_keyframe_and_ends_with_the_newest(
    packets: list[tuple[bool, int, int]],
) -> None:
    ring, at_ms, began = PacketRing(keep_ms=5_000, max_bytes=3_000), 0, False
    for is_key, size, pause_ms in packets:
        at_ms += pause_ms
        began = began or is_key
        ring.take(Kept(at_ms, None, is_key, bytes(size)))
        kept = ring.packets()
        assert ring.size == sum(len(packet.payload) for packet in kept) <= 3_000
        assert not kept or kept[0].is_key
        assert not kept or (at_ms - kept[0].at_ms <= 5_000 and kept[-1].at_ms == at_ms)


def test_the_last_seconds_of_a_steady_stream_are_kept_up_to_a_group() -> None:
    ring = PacketRing(keep_ms=5_000)
    for number in range(1_000):
        ring.take(Kept(number * 40, None, number % GOP == 0, b"packet"))
    kept = ring.packets()
    assert 4_000 <= kept[-1].at_ms - kept[0].at_ms <= 5_000


def test_another_stream_is_not_kept_behind_this_one() -> None:
    ring = PacketRing()
    ring.take(Kept(0, None, True, b"packet"))
    ring.clear()
    ring.take(Kept(40, None, False, b"packet"))
    assert ring.packets() == ()


def test_keyframes_that_stay_away_are_missed_before_the_next_one_comes() -> None:
    seen = Seen(packet_ms=20_000, keyframe_ms=15_500, gop_ms=1_000, in_5s=40)
    assert packets_of(seen, 20_100).gop_ms == 4_500
    assert packets_of(replace(seen, keyframe_ms=19_500), 20_100).gop_ms == 1_000
    assert packets_of(replace(seen, keyframe_ms=NONE), 20_100).gop_ms == 1_000


def test_a_stream_opened_again_at_once_is_not_slow() -> None:
    rates = played(250)
    rates.begin()
    assert (rates.gop_ms, rates.drift_ms) == (None, None)
    for number in range(25):
        rates.take(11_000 + number * 40, number * 40, is_key=number == 0)
    assert rates.in_5s == 125 - 25  # a second is missing
    assert rates.drift_ms is None
