"""Where one check stands: a small state machine over its samples, one for all checks.

    UNPROVEN --prove--> OK <--> SUSPECT --enter--> FAULT --leave--> OK

Never FAULT without the full run of bad samples in a row; one other sample starts the run again.
"""

from typing import NamedTuple

from drivers.cameras.judging.limits import Hysteresis
from drivers.cameras.judging.verdict import Grade, Sample, State, Values

NOT_BAD = (Grade.GOOD, Grade.FAIR)


class Standing(NamedTuple):
    """The state of one check, its two runs, and what was last measured."""

    state: State = State.UNPROVEN
    bad: int = 0
    bad_since_ms: int = 0
    well: int = 0
    well_since_ms: int = 0
    measured: Values | None = None
    limit: Values | None = None


def after(standing: Standing, sample: Sample, at_ms: int, rule: Hysteresis) -> Standing:
    """The standing after one more sample."""
    standing = standing._replace(measured=sample.measured, limit=sample.limit)
    if sample.grade is Grade.IDLE:
        idle = standing.state in (State.UNPROVEN, State.SUSPECT)
        return standing._replace(state=State.OK, bad=0) if idle else standing
    if sample.grade is Grade.BAD:
        return _worse(standing, sample, at_ms, rule)
    return _better(standing, sample, at_ms, rule)


def unsettled(standing: Standing) -> Standing:
    """A gap in the pictures: what was good before it does not count towards coming back."""
    return standing._replace(well=0)


def _worse(standing: Standing, sample: Sample, at_ms: int, rule: Hysteresis) -> Standing:
    again = standing.bad > 0 and not sample.fresh
    bad, since = (standing.bad + 1, standing.bad_since_ms) if again else (1, at_ms)
    standing = standing._replace(bad=bad, bad_since_ms=since, well=0)
    lasting_ms = rule.enter_ms
    if sample.patient and rule.patient_ms is not None:
        lasting_ms = rule.patient_ms
    if bad >= rule.enter_samples and at_ms - since >= lasting_ms:
        return standing._replace(state=State.FAULT)
    return standing._replace(state=State.SUSPECT) if standing.state is State.OK else standing


def _better(standing: Standing, sample: Sample, at_ms: int, rule: Hysteresis) -> Standing:
    proving = standing.state is State.UNPROVEN
    counts = sample.grade in NOT_BAD if proving else sample.grade is Grade.GOOD
    well, since = (0, at_ms) if not counts else (standing.well + 1, standing.well_since_ms)
    if well == 1:
        since = at_ms
    standing = standing._replace(bad=0, well=well, well_since_ms=since)
    if standing.state in (State.OK, State.SUSPECT):
        suspect = sample.grade is Grade.SUSPECT
        return standing._replace(state=State.SUSPECT if suspect else State.OK)
    samples, ms = rule.leave_samples, rule.leave_ms
    if proving:
        samples, ms = rule.prove_samples, rule.prove_ms
    lasted = well >= max(1, samples) and at_ms - since >= ms
    return standing._replace(state=State.OK) if lasted and not sample.holds else standing
