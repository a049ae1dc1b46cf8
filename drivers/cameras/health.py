"""Whether a camera is alive: pure, over what its slot says and the time.

LOST goes by the age of the last packet, never by a reader's own word. FROZEN means that pictures
come but time in them stands still (nothing changes, or the clock does not) or repeats. Without
pictures FROZEN is not judged and stays what it was; both are passed only with a packet and a living
picture that are fresh.
"""

from dataclasses import dataclass, replace

from drivers.cameras.slot import NONE, Seen

LOST, FROZEN = "CAMERA_LOST", "CAMERA_FROZEN"
MAX_DIGESTS = 2400
AHEAD_MS = 1_000  # a time this far in the future is no time


@dataclass(frozen=True)
class CameraLimits:
    """Site settings; times in milliseconds, differences in 1/1000 grey level."""

    lost_after_ms: int = 2_500
    back_after_ms: int = 10_000
    back_pictures: int = 3
    frozen_after_ms: int = 8_000
    living_after_ms: int = 10_000
    living_milli: int = 3
    clock_milli: int = 200
    replay_run: int = 4


@dataclass(frozen=True)
class Verdict:
    """One check: its cause code, whether it is passed, what was measured and what is allowed."""

    code: str
    ok: bool
    measured: str
    limit: str


@dataclass(frozen=True)
class CameraHealth:
    """What is remembered between two looks. A camera begins unproven: lost and frozen."""

    lost: bool = True
    frozen: bool = True
    packets_since_ms: int | None = None
    pictures_at: int = 0
    picture_ms: int = NONE
    living_since_ms: int | None = None
    living_ms: int | None = None
    repeats: int = 0
    digests: tuple[bytes, ...] = ()


def step(
    health: CameraHealth, seen: Seen, now_ms: int, limits: CameraLimits
) -> tuple[CameraHealth, tuple[Verdict, Verdict]]:
    """The health after one look, and both verdicts."""
    health = _judge_packets(health, seen, now_ms, limits)
    if health.picture_ms != seen.picture_ms and NONE < seen.picture_ms <= seen.packet_ms:
        health = _judge_picture(health, seen, limits)
    health = _judge_life(health, now_ms, limits)
    return health, (_lost(health, seen, now_ms, limits), _frozen(health, now_ms, limits))


def _judge_packets(
    health: CameraHealth, seen: Seen, now_ms: int, limits: CameraLimits
) -> CameraHealth:
    age_ms = now_ms - seen.packet_ms
    if seen.packet_ms == NONE or not -AHEAD_MS <= age_ms <= limits.lost_after_ms:
        unproven = replace(health, living_ms=None, living_since_ms=None, repeats=0)
        return replace(unproven, lost=True, packets_since_ms=None)
    if not health.lost:
        return health
    if health.packets_since_ms is None or seen.pictures < health.pictures_at:
        return replace(health, packets_since_ms=seen.packet_ms, pictures_at=seen.pictures)
    steady = seen.packet_ms - health.packets_since_ms >= limits.back_after_ms
    return replace(
        health, lost=not (steady and seen.pictures - health.pictures_at >= limits.back_pictures)
    )


def _judge_picture(health: CameraHealth, seen: Seen, limits: CameraLimits) -> CameraHealth:
    """Takes one new picture into account: living, still, or seen before."""
    moves = seen.difference_milli >= limits.living_milli
    ticks = seen.clock_difference_milli == NONE or seen.clock_difference_milli >= limits.clock_milli
    known = seen.digest in health.digests
    repeats = health.repeats + 1 if known and moves else 0
    living = moves and ticks and not known
    since = health.living_since_ms if health.living_since_ms is not None else seen.picture_ms
    return replace(
        health,
        picture_ms=seen.picture_ms,
        repeats=repeats,
        living_ms=seen.picture_ms if living else health.living_ms,
        living_since_ms=since if living else health.living_since_ms,
        digests=health.digests if known else (*health.digests, seen.digest)[-MAX_DIGESTS:],
    )


def _judge_life(health: CameraHealth, now_ms: int, limits: CameraLimits) -> CameraHealth:
    still_ms = None if health.living_ms is None else now_ms - health.living_ms
    if health.repeats >= limits.replay_run or (
        not health.lost and (still_ms is None or still_ms > limits.frozen_after_ms)
    ):
        return replace(health, frozen=True, living_since_ms=None)
    if health.frozen and still_ms is not None and health.living_since_ms is not None:
        alive = (health.living_ms or 0) - health.living_since_ms >= limits.living_after_ms
        return replace(health, frozen=not alive)
    return health


def _lost(health: CameraHealth, seen: Seen, now_ms: int, limits: CameraLimits) -> Verdict:
    if seen.packet_ms == NONE:
        measured = "no packet yet"
    else:
        measured = f"last packet {_seconds(now_ms - seen.packet_ms)} s ago"
        if health.lost and health.packets_since_ms is not None:
            measured += f", back for {_seconds(now_ms - health.packets_since_ms)} s"
    limit = f"<= {_seconds(limits.lost_after_ms)} s, back for {_seconds(limits.back_after_ms)} s"
    return Verdict(LOST, not health.lost, measured, limit)


def _frozen(health: CameraHealth, now_ms: int, limits: CameraLimits) -> Verdict:
    if health.repeats >= limits.replay_run:
        measured = f"{health.repeats} pictures in a row seen before"
    elif health.living_ms is None:
        measured = "no living picture yet"
    else:
        measured = f"last change {_seconds(now_ms - health.living_ms)} s ago"
    limit = (
        f"<= {_seconds(limits.frozen_after_ms)} s, living for {_seconds(limits.living_after_ms)} s"
    )
    return Verdict(FROZEN, not health.frozen, measured, limit)


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000 // 100}"
