"""Which causes should stand now: one small detector per cause, listed in `DETECTORS`.

A detector names what it finds wrong with what was measured and the limit. A cause that is found
nowhere goes, unless `STAYS` says that it takes more. What was not disproved since the start stands.
"""

from collections.abc import Callable, Iterator

from edge_agent.cause_words import CAUSES
from edge_agent.interlock import CauseKey, is_in_force
from edge_agent.ledger_state import Standing
from edge_agent.reasons import Reason, with_reason
from edge_agent.shown_time import shown_time
from edge_agent.site_causes import SITE_DETECTORS
from edge_agent.supply import faults, is_stable
from edge_agent.tamper import unheard
from edge_agent.view import Finding as Finding
from edge_agent.view import View as View
from edge_agent.watch import SCALE, camera_of, clock_jump_ms, is_silent

START = "start"  # measured: nothing yet, the agent has only just started
MAX_TEXT = 120
CAMERA_CODES = frozenset(code for code in CAUSES if code.startswith("CAMERA_"))

# A fault of the site that stood longer than the short time leaves an APPROVAL behind. What the
# bureau's own signed word ends (ORDER, LEASE, CLOCK, BOOK, SITE) has its approval in that word.
NEEDS_APPROVAL = CAMERA_CODES | {"SCALE_SILENT", "POWER"}

# A recording, or a deck that answers no truck, is no short fault however quickly it is over.
GRAVE = ("replayed", "no_reaction", "challenge")


def cameras_are_seen(view: View) -> Iterator[Finding]:
    limit = f"{view.site.camera_lease_ms} ms"
    for name in view.site.cameras:
        camera = camera_of(view.watch, name)
        if camera.lost is not None:
            yield Finding("CAMERA_LOST", name, camera.lost, limit)
        elif camera.seen_ms is None:
            yield Finding("CAMERA_LOST", name, _since_start(view), limit)
        elif (age := view.now.mono_ms - camera.seen_ms) > view.site.camera_lease_ms:
            # A look is told of whether or not there is a picture: it is we who did not look.
            yield Finding("CAMERA_LOST", name, with_reason(f"{age} ms", Reason.OWN_PC), limit)
        elif all(verdict.code != "CAMERA_LOST" for verdict in camera.verdicts):
            yield Finding("CAMERA_LOST", name, _since_start(view), limit)


def cameras_are_well(view: View) -> Iterator[Finding]:
    for name in view.site.cameras:
        for verdict in camera_of(view.watch, name).verdicts:
            if not verdict.ok:
                code = verdict.code if verdict.code in CAMERA_CODES else "CAMERA_LOST"
                starts = verdict.unproven and _since_start(view) == START
                measured = START if starts else verdict.measured
                yield Finding(code, name, measured, verdict.limit)


def scale_speaks(view: View) -> Iterator[Finding]:
    scale, limit = view.watch.scale, f"{view.site.silent_ms} ms"
    if scale.lost is not None:
        yield Finding("SCALE_SILENT", SCALE, scale.lost, limit)
    elif scale.valid_ms is None:
        yield Finding("SCALE_SILENT", SCALE, _since_start(view), limit)
    elif (age := view.now.mono_ms - scale.valid_ms) > view.site.silent_ms:
        yield Finding("SCALE_SILENT", SCALE, f"{age} ms", limit)


def deck_was_quiet(view: View) -> Iterator[Finding]:
    """While the line is silent, nothing may move on the deck."""
    scale = view.watch.scale
    if scale.valid_ms is None or not is_silent(scale, view.now, view.site):
        return
    found = unheard.find(view.now.mono_ms - scale.valid_ms, scale.looks, view.site.tamper)
    if found is not None:
        yield Finding("SCALE_SUSPECT", found.code, found.measured, found.limit)


def power_is_there(view: View) -> Iterator[Finding]:
    watch = view.watch
    unclean_ms = watch.started.mono_ms if watch.unclean else None
    for fault in faults(watch.supplies, view.site, view.now, unclean_ms):
        is_start = fault.is_start and _since_start(view) == START
        yield Finding("POWER", fault.subject, START if is_start else fault.measured, fault.limit)


def clock_runs(view: View) -> Iterator[Finding]:
    wall, site = view.now.wall_ms, view.site
    if (back := view.ledger.newest_ms - wall) > site.clock_back_ms:
        yield Finding("CLOCK", "back", f"{back} ms", f"{site.clock_back_ms} ms")
    elif (behind := view.signed_ms - wall) > site.clock_limit_ms:
        yield Finding("CLOCK", "signed", f"{behind} ms", f"{site.clock_limit_ms} ms")
    if abs(jump := clock_jump_ms(view.watch, view.now)) > site.clock_limit_ms:
        yield Finding("CLOCK", "jump", f"{jump} ms", f"{site.clock_limit_ms} ms")


def book_holds(view: View) -> Iterator[Finding]:
    if view.watch.book_ok is None:
        yield Finding("BOOK", "store", START, "ok")
    elif not view.watch.book_ok:
        yield Finding("BOOK", "store", view.watch.book_detail, "ok")
    if view.watch.head_fault is not None:
        yield Finding("BOOK", "head", view.watch.head_fault, "receipt")
    if view.ledger.missing_orders:
        numbers = ", ".join(str(number) for number in view.ledger.missing_orders[:8])
        yield Finding("BOOK", "orders", f"missing {numbers}", "all")
    if view.ledger.denied:
        yield Finding("BOOK", "phone", f"signed otherwise {view.ledger.denied[0]}", "all")


def lease_runs(view: View) -> Iterator[Finding]:
    if view.now.wall_ms > view.lease_until_ms:
        yield Finding("LEASE", "collector", "ended", shown_time(view.lease_until_ms))


def no_suspension(view: View) -> Iterator[Finding]:
    if view.ledger.order_number < view.ledger.owed:
        yield Finding("ORDER", "owed", str(view.ledger.order_number), str(view.ledger.owed))
    for order in view.ledger.suspensions.values():
        if is_in_force(order, view.now.wall_ms):
            until = "—" if order.until_ms is None else shown_time(order.until_ms)
            yield Finding("ORDER", str(order.number), order.reason, until)


DETECTORS: tuple[Callable[[View], Iterator[Finding]], ...] = (
    cameras_are_seen,
    cameras_are_well,
    *SITE_DETECTORS,
    scale_speaks,
    deck_was_quiet,
    power_is_there,
    clock_runs,
    book_holds,
    lease_runs,
    no_suspension,
)


def until_scale_proves_itself(cause: Standing, view: View) -> bool:
    scale = view.watch.scale
    since = scale.good_since_ms
    spoken = since is not None and view.now.mono_ms - since >= view.site.speaks_ms
    return not (spoken and scale.zero_seen)


def until_camera_is_heard(cause: Standing, view: View) -> bool:
    """Only a verdict on this very fault disproves it; a camera lost or just started has none."""
    is_ours = cause.subject in view.site.cameras
    verdicts = camera_of(view.watch, cause.subject).verdicts
    return is_ours and all(verdict.code != cause.code for verdict in verdicts)


def until_power_is_stable(cause: Standing, view: View) -> bool:
    watch, began_ms = view.watch, view.watch.started.mono_ms
    stable = is_stable(cause.subject, watch.supplies, view.site, view.now, began_ms)
    return cause.measured != START and not stable


def until_time_is_trusted(cause: Standing, view: View) -> bool:
    return not view.watch.trusted


def until_released(cause: Standing, view: View) -> bool:
    return not cause.released


def until_released_unless_only_started(cause: Standing, view: View) -> bool:
    return cause.measured != START and not cause.released


STAYS: dict[str, Callable[[Standing, View], bool]] = {
    **dict.fromkeys(sorted(CAMERA_CODES), until_camera_is_heard),
    "SCALE_SILENT": until_scale_proves_itself,
    "POWER": until_power_is_stable,
    "CLOCK": until_time_is_trusted,
    "BOOK": until_released_unless_only_started,
    "APPROVAL": until_released,
    "SCALE_SUSPECT": until_released,
    "SITE": until_released,
}


def find_causes(view: View) -> dict[CauseKey, Finding]:
    """All that is wrong now, by key; of two findings with one key, the first."""
    found: dict[CauseKey, Finding] = {}
    for detect in DETECTORS:
        for finding in detect(view):
            found.setdefault(finding.key, finding._replace(measured=finding.measured[:MAX_TEXT]))
    return found


def stays(cause: Standing, view: View) -> bool:
    """Whether a cause found no more stands all the same."""
    rule = STAYS.get(cause.code)
    return rule is not None and rule(cause, view)


def is_grave(measured: str) -> bool:
    """Whether a camera's fault, by the check that found it, is a cheat rather than a defect."""
    return measured.partition(":")[0] in GRAVE


def was_long(cause: Standing, view: View) -> bool:
    """By the latest clock there is: one set back does not make a fault short, nor is a cheat."""
    watch, now = view.watch, view.now
    believed_ms = now.wall_ms - clock_jump_ms(watch, now)
    lasted_ms = max(now.wall_ms, believed_ms, view.ledger.newest_ms) - cause.since_ms
    is_long = lasted_ms > view.site.short_ms or is_grave(cause.measured)
    return cause.code in NEEDS_APPROVAL and is_long


def _since_start(view: View) -> str:
    waited_ms = view.now.mono_ms - view.watch.started.mono_ms
    return START if waited_ms <= view.site.startup_ms else "none since start"
