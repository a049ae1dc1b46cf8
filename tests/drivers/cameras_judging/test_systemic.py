"""One fault or eight: the PC, the switch, or a camera; and words for what was measured."""

import pytest

from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.systemic import Scope, others_dim, scope
from drivers.cameras.judging.verdict import in_words

LIMITS = Limits()
TOGETHER = {"deck": 10_000, "road": 10_400, "shed": 10_500}
ALL = frozenset(TOGETHER)


@pytest.mark.parametrize(
    ("stops", "lost", "late_ms", "gateway", "said"),
    [
        (TOGETHER, ALL, 0, False, Scope.NETWORK),
        (TOGETHER, ALL, 0, None, Scope.NETWORK),
        (TOGETHER, ALL, 0, True, Scope.CAMERA),
        (TOGETHER, frozenset({"deck", "road"}), 0, False, Scope.CAMERA),
        (TOGETHER | {"shed": 10_501}, ALL, 0, False, Scope.CAMERA),
        (TOGETHER | {"shed": None}, ALL, 0, False, Scope.CAMERA),
        ({"deck": 1}, frozenset({"deck"}), 0, False, Scope.CAMERA),
        (TOGETHER, ALL, 1_001, False, Scope.AGENT),
        (TOGETHER, frozenset({"deck"}), 1_001, True, Scope.AGENT),
    ],
)
def test_whose_fault_a_loss_is(
    stops: dict[str, int | None], lost: frozenset[str], late_ms: int, gateway: bool | None,
    said: Scope,
) -> None:  # fmt: skip
    assert scope(stops, lost, late_ms, LIMITS, gateway_answers=gateway) is said


@pytest.mark.parametrize(
    ("contrasts", "dim"),
    [
        ({"deck": 300}, False),
        ({"deck": 300, "road": None}, False),
        ({"deck": 300, "road": 600}, True),
        ({"deck": 300, "road": 600, "shed": 900}, False),
        ({"deck": 300, "road": 600, "shed": 650, "gate": 900}, True),
    ],
)
def test_most_other_cameras_must_be_dim_too(contrasts: dict[str, int | None], dim: bool) -> None:
    assert others_dim(contrasts, "deck", LIMITS) is dim


def test_what_was_measured_can_be_read() -> None:
    assert in_words({"age_ms": 2_750, "scene_milli": 412, "clock_micro": 1_200, "width": 704}) == (
        "age 2.750 s, scene 0.412, clock 0.001200, width 704"
    )
    assert in_words({"drift_ms": -2_500}) == "drift -2.500 s"
