"""The pictures a camera is compared with: per lighting mode, rolling, the commissioned ones kept.

One daytime picture would cry wolf every evening; a rolling bank alone would follow a camera that
is pushed a little every day. So both are kept, and the commissioned ones never roll out.
"""

from dataclasses import dataclass, replace

from drivers.cameras.judging.facts import Picture
from drivers.cameras.judging.measures.geometry import Points, points_of
from drivers.cameras.judging.measures.scene import Area, Field, field_of, scene_milli

MAX_ROLLING = 24  # about 0.3 MB each
GOOD_ENOUGH_MILLI = 800
NOTHING_NEW_MILLI = 900


@dataclass(frozen=True, eq=False)
class Reference:
    """One picture, as far as it is needed again."""

    at_ms: int
    colour: bool
    field: Field
    points: Points
    commissioned: bool = False


@dataclass(frozen=True)
class Bank:
    """All references, the one that matched last in front."""

    references: tuple[Reference, ...] = ()
    rolled_ms: int | None = None

    def of_mode(self, *, colour: bool) -> tuple[Reference, ...]:
        """This mode's; while it has none, those of the other."""
        own = tuple(one for one in self.references if one.colour is colour)
        return own or self.references


def reference_of(
    grey: Picture, at_ms: int, masks: tuple[Area, ...], *, colour: bool, commissioned: bool = False
) -> Reference:
    return Reference(at_ms, colour, field_of(grey), points_of(grey, masks), commissioned)


def best_score(
    bank: Bank, now: Field, masks: tuple[Area, ...], *, colour: bool
) -> tuple[Bank, int | None]:
    """The best agreement with any reference of the mode; None without one."""
    best: tuple[int, Reference] | None = None
    for reference in bank.of_mode(colour=colour):
        score = scene_milli(now, reference.field, masks)
        if best is None or score > best[0]:
            best = score, reference
        if score >= GOOD_ENOUGH_MILLI:
            break
    if best is None:
        return bank, None
    others = tuple(one for one in bank.references if one is not best[1])
    return replace(bank, references=(best[1], *others)), best[0]


def rolled(bank: Bank, new: Reference, keep_ms: int) -> Bank:
    """With one reference more, and without those that are too old or too many."""
    kept = [
        one
        for one in (*bank.references, new)
        if one.commissioned or new.at_ms - one.at_ms <= keep_ms
    ]
    rolling = sorted((one for one in kept if not one.commissioned), key=lambda one: one.at_ms)
    dropped = {id(one) for one in rolling[:-MAX_ROLLING]}
    return Bank(tuple(one for one in kept if id(one) not in dropped), new.at_ms)
