"""What a technician fixed, and signed, about one camera; the default fixed nothing."""

from dataclasses import dataclass

from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.references import Reference


@dataclass(frozen=True)
class Calibration:
    """The commissioned stream, its areas and references, and its usual sharpness per mode.

    `masks` hide what is no scene: the burned-in clock and name, trees, a road. Without a
    `platform` trucks are not expected to show; without references the camera learns its own.
    """

    width: int | None = None
    height: int | None = None
    codec: str | None = None
    platform: Area | None = None
    lamp: Area | None = None
    masks: tuple[Area, ...] = ()
    references: tuple[Reference, ...] = ()
    sharp_colour_milli: int | None = None
    sharp_infrared_milli: int | None = None

    def usual_sharp_milli(self, *, colour: bool) -> int | None:
        return self.sharp_colour_milli if colour else self.sharp_infrared_milli
