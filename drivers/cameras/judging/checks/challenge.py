"""The lamp in the view does not show what the relay was told: this is not the place, or not now."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.verdict import Grade, Sample


def challenge(look: Look) -> Sample | None:
    """A load may stand before the lamp; that is no answer, only a reason to wait."""
    if look.round is None or look.round.wrong is None:
        return None
    wrong, limit = look.round.wrong, {"wrong": look.limits.challenge_wrong}
    bad = wrong > look.limits.challenge_wrong
    grade = Grade.BAD if bad else Grade.GOOD
    return Sample(grade, {"wrong": wrong}, limit, patient=look.deck_empty is False)
