"""The thresholds of every check, each a setting of the site (`[tamper]` in the configuration).

Times are milliseconds, weights kilograms, `_percent` of the captured weight. 0 switches the check
that uses it off where its comment says so.
"""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class TamperLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Defaults fit d = 20 kg, 10 frames a second and an indicator that averages over 0.4 s."""

    # a step without motion
    step_kg: Count = 400  # more than a few people; 0: off
    step_ms: Count = 550  # the indicator's own averaging time, a frame and a half
    step_quiet_kg: Count = 40

    # a jump the indicator's own motion flag says nothing of
    unflagged_d: Count = 5  # 0: off

    # the empty deck before and after
    zero_warn_d: Count = 1
    zero_suspect_d: Count = 10

    # a rest that stays on the display when the load has left
    residue_percent: Count = 12
    residue_ms: Count = 30_000  # 0: off

    # a plateau without any life
    lifeless_ms: Count = 5_000  # 0: off
    lifeless_changes: Count = 1

    # a curve seen before
    replay_per_mille: Count = 970  # of the frames of an arrival stand as they did before; 0: off
    replay_levels: Count = 16  # different weights an arrival must show to be compared
    replay_memory: Count = 2_000  # curves remembered

    # ramps and axles
    mirror_percent: Count = 4  # 0: off
    late_axle_percent: Count = 4
    axle_kg: Count = 500  # less is no axle
    axle_ms: Count = 1_500  # a ramp slower than this per axle shows every axle; 0: off

    # the line
    gap_ms: Count = 1_000  # 0: off
    period_percent: Count = 150  # 0: off
    odd_frames: Count = 5  # weights off the division; 0: off
    coarse_values: Count = 24  # different values that must lie on a coarser grid; 0: off
    grammar: bool = True
    unheard_looks: Count = 6  # pictures with movement while the line is silent; 0: off
    moving_milli: Count = 1_500


# For decks that exist on paper only, whose trucks come from one frame to the next.
UNCHECKED = TamperLimits(
    step_kg=0,
    unflagged_d=0,
    zero_suspect_d=5_000,
    residue_ms=0,
    lifeless_ms=0,
    replay_per_mille=0,
    mirror_percent=0,
    late_axle_percent=100,
    axle_ms=0,
    axle_kg=1_000_000,
    gap_ms=0,
    period_percent=0,
    odd_frames=0,
    coarse_values=0,
    grammar=False,
    unheard_looks=0,
)
