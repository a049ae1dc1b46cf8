"""What the book tells of each truck: its newest tares, how often one was used again, overloads.

Pure. Kept by plate, and only for so many trucks; the one not seen for longest is forgotten first.
"""

from statistics import median_low
from typing import NamedTuple

from immutables import Map

MAX_VEHICLES = 5_000
KEPT_TARES = 9
LEAST_TARES = 3  # fewer are no history
USUAL_KG, USUAL_PER_MILLE = 200, 15  # a tare so far from the median is flagged, whichever is more


class Vehicle(NamedTuple):
    """`tares`: the newest, in kg; `tare_seq`, `tare_ms`: of the last one. `uses`: loads sold on it.

    `over_seq`: the first try of a load that was too heavy; `over_tries`: how many there were;
    `over_began_ms`: the stay of the newest one. `seen_seq`: the newest record about it.
    """

    tares: tuple[int, ...] = ()
    tare_seq: int = 0
    tare_ms: int = 0
    uses: int = 0
    over_seq: int | None = None
    over_tries: int = 0
    over_began_ms: int = 0
    seen_seq: int = 0

    @property
    def tare_kg(self) -> int | None:
        return self.tares[-1] if self.tares else None


NEVER_SEEN = Vehicle()


def usual_tare_kg(vehicle: Vehicle) -> int | None:
    """The median of what it weighed empty; None while too little is known."""
    return median_low(vehicle.tares) if len(vehicle.tares) >= LEAST_TARES else None


def is_unusual(vehicle: Vehicle, tare_kg: int) -> bool:
    """Whether that tare is off its history by more than fuel, driver and mud can be."""
    usual_kg = usual_tare_kg(vehicle)
    if usual_kg is None:
        return False
    return abs(tare_kg - usual_kg) > max(USUAL_KG, usual_kg * USUAL_PER_MILLE // 1_000)


def tared(vehicle: Vehicle, tare_kg: int, seq: int, at_ms: int) -> Vehicle:
    """Weighed empty: a new tare, and what was too heavy before is over."""
    tares = (*vehicle.tares, tare_kg)[-KEPT_TARES:]
    return Vehicle(tares, seq, at_ms, seen_seq=seq)


def sold(vehicle: Vehicle, seq: int) -> Vehicle:
    """A load was sold on its tare."""
    return vehicle._replace(
        uses=vehicle.uses + 1, over_seq=None, over_tries=0, over_began_ms=0, seen_seq=seq
    )


def overloaded(vehicle: Vehicle, seq: int, began_ms: int) -> Vehicle:
    """Too heavy once more; several refusals of one stay are one try."""
    again = vehicle.over_seq is not None and vehicle.over_began_ms == began_ms
    return vehicle._replace(
        over_seq=seq if vehicle.over_seq is None else vehicle.over_seq,
        over_tries=vehicle.over_tries + (0 if again else 1),
        over_began_ms=began_ms,
        seen_seq=seq,
    )


def remember(
    vehicles: Map[str, Vehicle], plate: str, vehicle: Vehicle, most: int = MAX_VEHICLES
) -> Map[str, Vehicle]:
    """With this truck as it is now; of too many, without the one not seen for longest."""
    kept = vehicles.set(plate, vehicle)
    if len(kept) <= most:
        return kept
    return kept.delete(min(kept, key=lambda one: kept[one].seen_seq))
