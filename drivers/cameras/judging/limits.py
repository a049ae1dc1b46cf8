"""The limits of every check and how long each must last: one frozen table, set from config.

`Hysteresis` is plain data. A fault begins with `enter_samples` bad samples in a row that span
`enter_ms` (`patient_…` where something harmless may explain them), ends with `leave_…` good ones,
and at the start `prove_…` disprove it. One sample of the other kind starts the count again.
"""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000_000)]


class Hysteresis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long it takes to believe a fault, and to believe that it is over."""

    enter_samples: Count = 1
    enter_ms: Count = 0
    leave_samples: Count = 1
    leave_ms: Count = 0
    patient_ms: Count | None = None
    prove_samples: Count = 1
    prove_ms: Count = 0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Site settings. `…_milli` of a share: 1000 is the whole, or the usual."""

    lost: Hysteresis = Hysteresis(leave_ms=10_000, prove_ms=10_000)
    lost_after_ms: Count = 2_500
    lost_suspect_ms: Count = 1_000
    back_keyframes: Count = 3

    slow: Hysteresis = Hysteresis(enter_ms=3_000, leave_ms=15_000)
    slow_milli: Count = 600
    swift_milli: Count = 800
    floor_fps_milli: Count = 10_000

    not_hd: Hysteresis = Hysteresis(leave_samples=3)
    min_width: Count = 1280
    min_height: Count = 720

    plain: Hysteresis = Hysteresis(enter_samples=2, leave_samples=5)
    dark_milli: Count = 25_000
    bright_milli: Count = 235_000
    flat_milli: Count = 10_000
    void_flat_milli: Count = 4_000  # nothing a person could see, whatever scene is made out
    void_dark_milli: Count = 10_000
    void_bright_milli: Count = 245_000

    covered: Hysteresis = Hysteresis(enter_samples=3, leave_ms=30_000, patient_ms=120_000)
    scene_gone_milli: Count = 550
    scene_back_milli: Count = 650
    scene_nothing_milli: Count = 300  # day against infrared of one place still scores 400
    scene_related_milli: Count = 400
    after_load_ms: Count = 15_000
    hidden_milli: Count = 1_001  # the share of the scene behind something flat; 1001: not asked

    elsewhere: Hysteresis = Hysteresis(enter_samples=3, leave_ms=30_000, patient_ms=120_000)
    elsewhere_points: Count = 500
    elsewhere_sharp_milli: Count = 700
    elsewhere_grain_milli: Count = 1_700

    blurred: Hysteresis = Hysteresis(
        enter_samples=5, enter_ms=10_000, leave_ms=60_000, patient_ms=300_000
    )
    blurred_milli: Count = 650
    sharp_milli: Count = 750
    dim_milli: Count = 700
    faint_milli: Count = 500  # of the usual contrast: noise is too faint to tell life by

    moved: Hysteresis = Hysteresis(enter_samples=3, leave_ms=60_000)
    drifted: Hysteresis = Hysteresis(enter_samples=3, leave_ms=60_000)
    moved_px_milli: Count = 4_000
    still_px_milli: Count = 2_000
    turned_milli: Count = 1_000
    zoomed_milli: Count = 30
    agreeing_points: Count = 20
    scene_doubtful_milli: Count = 750
    geometry_every: Count = 5
    drift_every_ms: Count = 3_600_000

    clock_stands: Hysteresis = Hysteresis(enter_samples=3, leave_ms=10_000, prove_ms=10_000)
    clock_stuck: Hysteresis = Hysteresis(enter_samples=3, leave_samples=2)
    packet_repeats: Hysteresis = Hysteresis(enter_samples=3, leave_ms=10_000)
    picture_stands: Hysteresis = Hysteresis(enter_ms=60_000, leave_ms=10_000, prove_ms=10_000)
    clock_share_milli: Count = 250
    clock_floor_micro: Count = 2_000
    clock_every_ms: Count = 950
    still_share_milli: Count = 300
    identical_milli: Count = 650
    group_share_milli: Count = 500
    least_samples: Count = 8
    # A still, by itself: so few tiles are stirred, and the rest differ by so little.
    stirred_milli: Count = 13
    quiet_milli: Count = 60
    # Or by what this camera seldom falls below; 0: not asked, for what calms down is no still.
    still_least_milli: Count = 0
    # An encoder refines a still now and then: most of the last samples must be still.
    still_window_ms: Count = 5_000
    still_window_samples: Count = 4
    still_window_milli: Count = 750

    device_clock: Hysteresis = Hysteresis(leave_samples=2)
    stream_clock: Hysteresis = Hysteresis(enter_ms=10_000, leave_samples=2)
    clock_warn_ms: Count = 5_000
    clock_off_ms: Count = 60_000
    drift_ms: Count = 2_000

    replayed: Hysteresis = Hysteresis(leave_ms=60_000)
    replay_bytes: Count = 5_000
    replay_memory_ms: Count = 7 * 86_400_000

    no_reaction: Hysteresis = Hysteresis(enter_samples=3)
    reaction_ms: Count = 5_000
    reaction_levels: Count = 12
    reaction_milli: Count = 50

    challenge: Hysteresis = Hysteresis(enter_samples=2, patient_ms=600_000)
    challenge_wrong: Count = 0

    refused: Hysteresis = Hysteresis()
    gop: Hysteresis = Hysteresis()
    gop_ms: Count = 4_000

    unseen: Hysteresis = Hysteresis()
    unseen_ms: Count = 8_000  # twice the longest group of pictures

    watcher: Hysteresis = Hysteresis()
    late_ms: Count = 1_000
    lease_ms: Count = 3_000

    infrared_milli: Count = 1_500
    switch_mute_ms: Count = 10_000
    switch_rest_ms: Count = 60_000
    roll_every_ms: Count = 1_800_000
    roll_keep_ms: Count = 86_400_000
    baseline_floor_milli: Count = 800
