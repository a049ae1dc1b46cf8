"""Detectors of a site that is no longer the one the bureau approved (SITE). Pure."""

from collections.abc import Callable, Iterator

from edge_agent.view import Finding, View
from edge_agent.watch import SCALE

MAX_NAME = 50


def indicator_is_the_registered_one(view: View) -> Iterator[Finding]:
    """A scale moved or exchanged has another name plate: a new enrolment brings the new one."""
    ours, registered = view.site.indicator, view.site.registered_indicator
    if registered and ours != registered:
        yield Finding("SITE", SCALE, ours[:MAX_NAME], registered[:MAX_NAME])


def calibrations_hold(view: View) -> Iterator[Finding]:
    """A calibration that was altered or is gone is a change of the site, never ignored."""
    for name, fault in sorted(view.watch.uncalibrated.items()):
        yield Finding("SITE", name, fault, "calibration")


def lamps_can_be_lit(view: View) -> Iterator[Finding]:
    """One that fails is told at once; for long without it, nothing proves that pictures live."""
    for name, (since_ms, why) in sorted(view.watch.dark_lamps.items()):
        dark_ms = view.now.mono_ms - since_ms
        if dark_ms > view.site.short_ms:
            yield Finding("SITE", name, f"{why} {dark_ms} ms", f"{view.site.short_ms} ms")


SITE_DETECTORS: tuple[Callable[[View], Iterator[Finding]], ...] = (
    indicator_is_the_registered_one,
    calibrations_hold,
    lamps_can_be_lit,
)
