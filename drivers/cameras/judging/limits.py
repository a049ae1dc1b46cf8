"""The limits of every check and how long each must last: one frozen table, set from config.

`Hysteresis` is plain data. A fault begins with `enter_samples` bad samples in a row that span
`enter_ms` (`patient_…` where something harmless may explain them), ends with `leave_…` good ones,
and at the start `prove_…` disprove it. One sample of the other kind starts the count again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hysteresis:
    """How long it takes to believe a fault, and to believe that it is over."""

    enter_samples: int = 1
    enter_ms: int = 0
    leave_samples: int = 1
    leave_ms: int = 0
    patient_ms: int | None = None
    prove_samples: int = 1
    prove_ms: int = 0
    by_hand: bool = False  # only a person's word ends it


@dataclass(frozen=True)
class Limits:
    """Site settings. `…_milli` of a share: 1000 is the whole, or the usual."""

    lost: Hysteresis = Hysteresis(leave_ms=10_000, prove_ms=10_000)
    lost_after_ms: int = 2_500
    lost_suspect_ms: int = 1_000
    back_keyframes: int = 3

    slow: Hysteresis = Hysteresis(enter_ms=3_000, leave_ms=15_000)
    slow_milli: int = 600
    swift_milli: int = 800
    floor_fps_milli: int = 10_000

    not_hd: Hysteresis = Hysteresis(leave_samples=3)
    min_width: int = 1280
    min_height: int = 720

    plain: Hysteresis = Hysteresis(enter_samples=2, leave_samples=5)
    dark_milli: int = 25_000
    bright_milli: int = 235_000
    flat_milli: int = 10_000

    covered: Hysteresis = Hysteresis(enter_samples=3, leave_ms=30_000, patient_ms=120_000)
    scene_gone_milli: int = 550
    scene_back_milli: int = 650
    scene_nothing_milli: int = 300  # day against infrared of one place still scores 400
    scene_related_milli: int = 400
    after_load_ms: int = 15_000

    blurred: Hysteresis = Hysteresis(
        enter_samples=5, enter_ms=10_000, leave_ms=60_000, patient_ms=300_000
    )
    blurred_milli: int = 650
    sharp_milli: int = 750
    dim_milli: int = 700

    moved: Hysteresis = Hysteresis(enter_samples=3, leave_ms=60_000)
    drifted: Hysteresis = Hysteresis(enter_samples=3, leave_ms=60_000)
    moved_px_milli: int = 4_000
    still_px_milli: int = 2_000
    turned_milli: int = 1_000
    zoomed_milli: int = 30
    agreeing_points: int = 20
    scene_doubtful_milli: int = 750
    geometry_every: int = 5
    drift_every_ms: int = 3_600_000

    clock_stands: Hysteresis = Hysteresis(enter_samples=3, leave_ms=10_000, prove_ms=10_000)
    clock_stuck: Hysteresis = Hysteresis(enter_samples=3, leave_samples=2)
    packet_repeats: Hysteresis = Hysteresis(enter_samples=3, leave_ms=10_000)
    picture_stands: Hysteresis = Hysteresis(enter_ms=60_000, leave_ms=10_000, prove_ms=10_000)
    clock_share_milli: int = 250
    clock_floor_micro: int = 2_000
    clock_every_ms: int = 950
    still_share_milli: int = 300
    identical_milli: int = 650
    group_share_milli: int = 500
    least_samples: int = 8

    device_clock: Hysteresis = Hysteresis(leave_samples=2)
    stream_clock: Hysteresis = Hysteresis(enter_ms=10_000, leave_samples=2)
    clock_warn_ms: int = 5_000
    clock_off_ms: int = 60_000
    drift_ms: int = 2_000

    replayed: Hysteresis = Hysteresis(by_hand=True)
    replay_bytes: int = 5_000
    replay_memory_ms: int = 7 * 86_400_000

    no_reaction: Hysteresis = Hysteresis(enter_samples=3)
    reaction_ms: int = 5_000
    reaction_levels: int = 12
    reaction_milli: int = 50

    challenge: Hysteresis = Hysteresis(enter_samples=2, patient_ms=600_000)
    challenge_wrong: int = 0

    refused: Hysteresis = Hysteresis()
    gop: Hysteresis = Hysteresis()
    gop_ms: int = 4_000

    watcher: Hysteresis = Hysteresis()
    late_ms: int = 1_000
    lease_ms: int = 3_000

    infrared_milli: int = 1_500
    switch_mute_ms: int = 10_000
    switch_rest_ms: int = 60_000
    roll_every_ms: int = 1_800_000
    roll_keep_ms: int = 86_400_000
    baseline_floor_milli: int = 800
