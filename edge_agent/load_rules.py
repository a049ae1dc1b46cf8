"""Rules about the load, the pictures and the site. Each: (facts, site) → an objection or None.

`LOAD_RULES` is the order. A weighing of a bad ticket goes through them too: all is said at once.
"""

from collections.abc import Callable

from edge_agent.facts import Facts, Objection
from edge_agent.settings import HOUR_MS, SiteSettings


def sales_are_open(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.sales_open:
        return None
    causes = ", ".join(sorted({code for code, _ in facts.uncovered}))
    return Objection("E_HALT", {"causes": causes})


def was_not_interrupted(facts: Facts, site: SiteSettings) -> Objection | None:
    return Objection("E_INTERRUPTED") if facts.is_interrupted else None


def stood_still(facts: Facts, site: SiteSettings) -> Objection | None:
    return None if facts.is_stable else Objection("E_UNSTABLE")


def weighs_what_it_did(facts: Facts, site: SiteSettings) -> Objection | None:
    """Between its capture and the decision people may step on or off, but no load."""
    if facts.now_kg is None or abs(facts.now_kg - facts.weight_kg) <= site.shift_kg:
        return None
    return Objection("E_CHANGED", {"was_kg": facts.weight_kg, "now_kg": facts.now_kg})


def scale_was_at_zero(facts: Facts, site: SiteSettings) -> Objection | None:
    """An empty deck that shows less than nothing, or much more, weighs the next truck wrong."""
    zero = facts.zero_kg
    if zero is None or -site.division_kg <= zero <= site.zero_band_kg:
        return None
    return Objection("E_ZERO", {"zero_kg": zero})


def weight_is_in_range(facts: Facts, site: SiteSettings) -> Objection | None:
    top_kg = site.max_kg + 9 * site.division_kg
    if site.min_kg <= facts.weight_kg <= top_kg:
        return None
    return Objection(
        "E_CAPACITY", {"weight_kg": facts.weight_kg, "min_kg": site.min_kg, "max_kg": top_kg}
    )


def pictures_are_there(facts: Facts, site: SiteSettings) -> Objection | None:
    there = facts.pictures | facts.excused
    missing = [camera for camera in site.deck_cameras if camera not in there]
    return Objection("E_PICTURE", {"cameras": ", ".join(missing)}) if missing else None


def tare_is_plausible(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.is_gross or facts.weight_kg <= site.max_tare_kg:
        return None
    return Objection("E_TARE_HEAVY", {"weight_kg": facts.weight_kg, "limit_kg": site.max_tare_kg})


def tare_is_fresh(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.on_stored_tare:
        is_old = facts.now_ms - facts.vehicle.tare_ms > site.stored_tare_ms
        hours = site.stored_tare_ms // HOUR_MS
    else:
        is_old = facts.is_gross and facts.is_lapsed
        hours = site.tare_age_ms // HOUR_MS
    return Objection("E_TARE_OLD", {"hours": hours}) if is_old else None


def stored_tare_is_not_worn_out(facts: Facts, site: SiteSettings) -> Objection | None:
    if not facts.on_stored_tare or facts.vehicle.uses < site.stored_tare_uses:
        return None
    return Objection("E_TARE_USED", {"uses": facts.vehicle.uses})


def net_is_positive(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.net_kg is None or facts.net_kg > 0:
        return None
    return Objection("E_NET", {"gross_kg": facts.weight_kg, "tare_kg": facts.tare_kg})


def quantity_is_covered(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.ticket is None or facts.net_kg is None:
        return None
    limit_kg = facts.ticket.max_net_kg + site.tolerance_kg
    if facts.net_kg <= limit_kg:
        return None
    return Objection("E_QTY", {"net_kg": facts.net_kg, "limit_kg": limit_kg})


def is_not_overloaded(facts: Facts, site: SiteSettings) -> Objection | None:
    """Against the limit for its axles; a truck whose axles are not known has the highest limit."""
    limits = dict(site.axle_limits_kg)
    if not facts.is_gross or not limits:
        return None
    most = max(limits)
    limit_kg = limits.get(min(facts.axles or most, most), min(limits.values()))
    if facts.weight_kg <= limit_kg:
        return None
    return Objection("E_OVERLOAD", {"gross_kg": facts.weight_kg, "limit_kg": limit_kg})


def was_not_tried_too_often(facts: Facts, site: SiteSettings) -> Objection | None:
    """A load that was too heavy so often is taken off, and the truck begins with its tare."""
    tries = facts.vehicle.over_tries
    if not facts.is_gross or tries < site.overload_tries:
        return None
    return Objection("E_OVERLOAD_TRIES", {"tries": tries})


def permit_has_room(facts: Facts, site: SiteSettings) -> Objection | None:
    if facts.room_kg is None or facts.net_kg is None or facts.net_kg <= facts.room_kg:
        return None
    return Objection("E_HALT", {"causes": f"permit: {facts.room_kg} kg"}, "E_PERMIT")


LoadRule = Callable[[Facts, SiteSettings], Objection | None]

LOAD_RULES: tuple[LoadRule, ...] = (
    sales_are_open,
    permit_has_room,
    was_not_interrupted,
    stood_still,
    weighs_what_it_did,
    scale_was_at_zero,
    weight_is_in_range,
    pictures_are_there,
    tare_is_plausible,
    tare_is_fresh,
    stored_tare_is_not_worn_out,
    net_is_positive,
    quantity_is_covered,
    is_not_overloaded,
    was_not_tried_too_often,
)
