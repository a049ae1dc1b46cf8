"""Whether a site has mains power, by all who can tell: UPS, contact, how the run began. Pure.

A source that is configured and silent is not known to be well: that is a cause as much as a power
cut. What was lost is back only when it has held for a while without a gap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypedDict

from edge_agent.events import Moment, PowerSeen
from edge_agent.settings import SiteSettings

UPS, CONTACT = "ups", "contact"  # the sources
BATTERY, BOOT = "battery", "boot"  # and what else POWER may be about
MAINS_LOST, BATTERY_LOW, UNCLEAN = "mains_lost", "battery_low", "unclean_boot"


@dataclass(frozen=True)
class Supply:
    """One source. `heard_ms`: its newest word; None never. `good_since_ms`: it says mains since.

    `detail`: why its last try said nothing; empty after one that did.
    """

    mains: bool | None = None
    is_low: bool = False
    charge_percent: int | None = None
    heard_ms: int | None = None
    good_since_ms: int | None = None
    detail: str = ""


class SupplyShown(TypedDict):
    """One source as the status has it. `silent`: what it said is too old to count."""

    source: str
    mains: bool | None
    silent: bool
    low: bool
    charge_percent: int | None
    detail: str


class Fault(NamedTuple):
    """One thing wrong: what about, measured, limit. `is_start`: it was only never heard yet."""

    subject: str
    measured: str
    limit: str
    is_start: bool = False


def after(supply: Supply, event: PowerSeen, silent_ms: int) -> Supply:
    """The source after it was asked once more."""
    at_ms = event.now.mono_ms
    if event.mains is None:
        return replace(supply, detail=event.detail or "unknown")
    runs_on = supply.heard_ms is not None and at_ms - supply.heard_ms <= silent_ms
    since_ms = supply.good_since_ms if runs_on and supply.good_since_ms is not None else at_ms
    return Supply(
        event.mains,
        event.is_low,
        event.charge_percent,
        at_ms,
        since_ms if event.mains else None,
    )


def faults(
    supplies: Mapping[str, Supply], site: SiteSettings, now: Moment, unclean_since_ms: int | None
) -> Iterator[Fault]:
    """All that is wrong now. `unclean_since_ms`: when a run began after an unclean boot."""
    if unclean_since_ms is not None and now.mono_ms - unclean_since_ms < site.stable_power_ms:
        yield Fault(BOOT, UNCLEAN, "stopped")
    for name in site.supplies:
        supply = supplies.get(name, Supply())
        silent = _silence(supply, site, now)
        if silent is not None:
            yield silent._replace(subject=name)
        elif supply.mains is False:
            yield Fault(name, f"{MAINS_LOST}: {_charge(supply)}", "mains")
            if supply.is_low:
                yield Fault(BATTERY, f"{BATTERY_LOW}: {_charge(supply)}", "not low")


def is_stable(
    subject: str, supplies: Mapping[str, Supply], site: SiteSettings, now: Moment, began_ms: int
) -> bool:
    """Whether what POWER was raised about has been well for long enough in this run."""
    source = UPS if subject == BATTERY else subject
    if source not in site.supplies:
        return now.mono_ms - began_ms >= site.stable_power_ms
    supply = supplies.get(source, Supply())
    if supply.good_since_ms is None or _silence(supply, site, now) is not None:
        return False
    return now.mono_ms - supply.good_since_ms >= site.stable_power_ms


def supplies_shown(
    supplies: Mapping[str, Supply], site: SiteSettings, now: Moment
) -> list[SupplyShown]:
    """All sources of the site, as the status has them."""
    known = [(name, supplies.get(name, Supply())) for name in site.supplies]
    return [shown(name, one, silent=_silence(one, site, now) is not None) for name, one in known]


def shown(name: str, supply: Supply, *, silent: bool) -> SupplyShown:
    return {
        "source": name,
        "mains": supply.mains,
        "silent": silent,
        "low": supply.is_low,
        "charge_percent": supply.charge_percent,
        "detail": supply.detail,
    }


def _silence(supply: Supply, site: SiteSettings, now: Moment) -> Fault | None:
    limit = f"{site.supply_silent_ms} ms"
    if supply.heard_ms is None:
        return Fault("", supply.detail or "none since start", limit, is_start=True)
    age_ms = now.mono_ms - supply.heard_ms
    if age_ms <= site.supply_silent_ms:
        return None
    return Fault("", f"{supply.detail or 'silent'}: {age_ms} ms", limit)


def _charge(supply: Supply) -> str:
    return (
        "charge unknown" if supply.charge_percent is None else f"charge {supply.charge_percent} %"
    )
