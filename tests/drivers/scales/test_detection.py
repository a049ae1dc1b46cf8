"""Detection over streams as a line gives them: torn at both ends, a truck driving on meanwhile."""

import pytest

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.detection import Heard, best_of, find_candidates, is_sure, seen_parity
from drivers.scales.detection_doubts import Doubt, find_doubts, why_nothing
from drivers.scales.parity import add_parity
from drivers.scales.protocol import Said, ScaleProtocol
from drivers.scales.truck import Move, is_moving, weight_at

SECONDS = 5


def stream(protocol: ScaleProtocol, *kgs: int) -> bytes:
    """Five seconds in which a truck drives on; or the given weights, over and over."""
    move, pace_ms = Move(48_620, 1_500), 1_000 // protocol.frames_per_s
    times = range(0, 1_000 * SECONDS, pace_ms)
    said = [Said(weight_at(move, t, 20), stable=not is_moving(move, t)) for t in times]
    if kgs:
        said = [Said(kgs[number % len(kgs)]) for number in range(len(times))]
    return b"".join(protocol.encode(one) for one in said)


TEXT = [protocol for protocol in PROTOCOLS.values() if max(stream(protocol)) < 0x80]


def heard(data: bytes, baud: int = 9600) -> Heard:
    arrivals = tuple((100 * n, len(data) // 50) for n in range(50))
    return Heard(baud, data, arrivals, 1_000 * SECONDS)


def names(one: Heard) -> set[str]:
    best = best_of(find_candidates(one))
    return {name for candidate in best for name in (candidate.protocol, *candidate.same)}


def doubts(one: Heard) -> dict[str, Doubt]:
    found = find_doubts(best_of(find_candidates(one)), one)
    return {doubt.code: doubt for doubt in found}


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda p: p.name)
def test_a_torn_stream_is_named(protocol: ScaleProtocol) -> None:
    assert protocol.name in names(heard(stream(protocol)[5:-3]))


@pytest.mark.parametrize("protocol", TEXT, ids=lambda p: p.name)
@pytest.mark.parametrize("parity", ["E", "O"])
def test_seven_bits_seen_through_eight_are_named_with_their_parity(
    protocol: ScaleProtocol, parity: str
) -> None:
    one = heard(add_parity(stream(protocol), parity)[4:-2])
    assert seen_parity(one.data) == parity
    assert protocol.name in names(one)
    assert {candidate.parity for candidate in find_candidates(one)} == {parity}


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda p: p.name)
def test_the_best_is_never_another_weight_without_a_doubt(protocol: ScaleProtocol) -> None:
    one = heard(stream(protocol)[3:])
    best = best_of(find_candidates(one))
    assert len(best) == 1 or find_doubts(best, one)


def test_the_direction_of_equal_sign_frames_is_doubted_until_a_minus_is_seen() -> None:
    reversed_, forward = PROTOCOLS["yaohua-d2new-reversed"], PROTOCOLS["yaohua-eq-forward"]
    assert doubts(heard(stream(reversed_)))["DIRECTION"].leaning == reversed_.name
    assert doubts(heard(stream(forward)))["DIRECTION"].leaning == forward.name
    assert "DIRECTION" not in doubts(heard(stream(forward, 20, -40, 20)))
    assert names(heard(stream(reversed_, 20, -40, 20))) == {reversed_.name}


def test_an_equal_sign_line_at_rest_leans_to_no_side() -> None:
    one = heard(stream(PROTOCOLS["yaohua-eq-forward"], 0))
    assert doubts(one)["DIRECTION"].leaning is None


def test_toledo_codes_0_and_1_are_doubted_tenfold_and_others_are_not() -> None:
    assert "TENFOLD" in doubts(heard(stream(PROTOCOLS["toledo-continuous-multiplied"])))
    assert "TENFOLD" not in doubts(heard(stream(PROTOCOLS["toledo-continuous"])))


def test_frames_in_bursts_are_called_so() -> None:
    data = stream(PROTOCOLS["st-gs"])
    bursts = heard(data)._replace(arrivals=((0, 40), (100, 40), (3_000, 40), (4_900, 40)))
    assert "STABLE_ONLY" in doubts(bursts)
    assert "STABLE_ONLY" not in doubts(heard(data))


def test_two_frames_are_no_proof() -> None:
    assert find_candidates(heard(PROTOCOLS["yaohua-tf0"].encode(Said(15_620)) * 2)) == ()


def test_few_frames_are_likely_and_not_sure() -> None:
    few = find_candidates(heard(PROTOCOLS["st-gs"].encode(Said(15_620)) * 4))
    assert not is_sure(best_of(few)[0])


def test_a_weight_no_deck_can_carry_is_no_evidence() -> None:
    assert find_candidates(heard(b"=99999999" * 40)) == ()


@pytest.mark.parametrize(
    ("data", "baud", "why"),
    [
        (b"", 9600, "SILENT"),
        (bytes((0x00, 0x3D, 0x0C)) * 60, 600, "SCOREBOARD"),
        (b"\x91\x07", 9600, "FEW"),
        (b"hello, this is a modem\r\n" * 20, 9600, "UNKNOWN"),
    ],
)
def test_what_is_no_indicator_is_told_apart(data: bytes, baud: int, why: str) -> None:
    assert find_candidates(heard(data, baud)) == ()
    assert why_nothing((heard(data, baud),)) == why
