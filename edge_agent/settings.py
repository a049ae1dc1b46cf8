"""What the core must know about its site: one frozen record, filled from the configuration.

Times are milliseconds, weights kilograms. Defaults are those of the design; a signed POLICY order
may change the names in `POLICY_NAMES`, and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edge_agent.tamper.limits import TamperLimits

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

# Gross limits on public roads by axles, from 3 axles those of a combination.
# Source: MOT Order 62 of 2016, art. 3.
ROAD_LIMITS_KG = ((2, 18_000), (3, 27_000), (4, 36_000), (5, 43_000), (6, 49_000))


@dataclass(frozen=True)
class SiteSettings:
    """One weighbridge as the core sees it. `products`: (product, family "COAL" | "NONCOAL")."""

    weighbridge: str
    enterprise: str
    indicator: str
    certificate: str
    software: str
    config: bytes
    products: tuple[tuple[str, str], ...]
    cameras: tuple[str, ...]  # every camera whose loss closes sales
    deck_cameras: tuple[str, ...]  # those of whose pictures a sale needs one each
    operator: str | None = None
    registered_indicator: str = ""  # as the bureau's bundle names it; empty: it names none
    phone: bytes | None = field(default=None, repr=False)  # the secret of codes by telephone
    lamps: tuple[str, ...] = ()
    supplies: tuple[str, ...] = ()  # who tells of mains power: names of supply

    division_kg: int = 20
    max_kg: int = 100_000
    min_kg: int = 400  # 20 e
    present_kg: int = 1_000
    rearm_kg: int = 400  # 20 e
    zero_band_kg: int = 60  # 3 d: farther from zero than this, an empty deck must be set to zero
    evidence_kg: int = 3_000  # a passage this heavy is recorded, sold or not

    stable_ms: int = 3_000
    stable_frames: int = 8
    frame_gap_ms: int = 1_000
    slope_milli_d_per_s: int = 500
    settle_limit_ms: int = 30_000
    rearm_ms: int = 3_000

    held_ms: int = 120_000  # a code read over an empty deck waits this long for its truck
    picture_wait_ms: int = 10_000
    plate_wait_ms: int = 20_000

    silent_ms: int = 5_000
    speaks_ms: int = 10_000
    camera_lease_ms: int = 3_000
    startup_ms: int = MINUTE_MS  # a cause not disproved by then is a fault, not a start
    clock_limit_ms: int = 120_000
    clock_back_ms: int = 2_000
    supply_silent_ms: int = 15_000
    stable_power_ms: int = 5 * MINUTE_MS
    short_ms: int = 30 * MINUTE_MS
    lease_ms: int = 72 * HOUR_MS

    ewaybill_batch: int = 0  # tickets of this batch are the weighbridge's own; 0: none are
    ewaybill_county: int = 0  # the county's code in their numbers
    tolerance_kg: int = 0
    shift_kg: int = 200  # people getting on or off between capture and decision
    max_tare_kg: int = 25_000
    tare_age_ms: int = 24 * HOUR_MS
    stored_tare_uses: int = 0  # loads one tare may serve; 0: every load has a tare of its own
    stored_tare_ms: int = 30 * 24 * HOUR_MS
    overload_tries: int = 8
    rebinds: int = 1  # 0: no truck takes over a ticket that names another
    tests_per_day: int = 20
    axle_limits_kg: tuple[tuple[int, int], ...] = ROAD_LIMITS_KG  # empty: off-road site, no limit

    tamper: TamperLimits = TamperLimits()


POLICY_NAMES = frozenset(
    {
        "evidence_kg",
        "ewaybill_batch",
        "ewaybill_county",
        "lease_ms",
        "max_tare_kg",
        "overload_tries",
        "picture_wait_ms",
        "rebinds",
        "short_ms",
        "stored_tare_ms",
        "stored_tare_uses",
        "tare_age_ms",
        "tests_per_day",
        "tolerance_kg",
    }
)


def deck_fault(deck: Mapping[str, int]) -> str | None:
    """No load that is to be recorded may go unnoticed, and none be taken for an empty deck."""
    ascending = (
        ("zero_band_kg", "rearm_kg", deck["rearm_kg"] - 1),
        ("rearm_kg", "present_kg", deck["present_kg"] - 1),
        ("present_kg", "evidence_kg", SiteSettings.evidence_kg),
        ("stable_ms", "settle_limit_ms", deck["settle_limit_ms"] - 1),
    )
    for name, bound, most in ascending:
        if deck[name] > most:
            return f"{name} {deck[name]} > {most} ({bound})"
    return None


def policy_fits(values: Mapping[str, int]) -> bool:
    """Whether a POLICY order says only what the core understands."""
    return bool(values) and all(
        name in POLICY_NAMES and value >= 0 for name, value in values.items()
    )


def with_policy(site: SiteSettings, policy: Mapping[str, int]) -> SiteSettings:
    """The site under the bureau's policy. Unknown names were refused when the order came."""
    known = {name: value for name, value in policy.items() if name in POLICY_NAMES}
    return replace(site, **known) if known else site  # type: ignore[arg-type]  # all are int fields
