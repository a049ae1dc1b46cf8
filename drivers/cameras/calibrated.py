"""A camera's calibration as plain data: one line of JSON on its way to the reading process.

What a technician fixed about one camera: its stream, its areas, its reference pictures. Areas are
in 1/1000 of the picture; only the clock's box is in pixels, since it is cut out of the full
picture. Who signed it was checked before (the agent's part); here the pictures must be those named.
"""

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec

from drivers.cameras.developing import Box, to_grey
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.references import Reference, reference_of
from drivers.cameras.picture_folder import decoded
from drivers.cameras.slot import MAX_JPEG_BYTES

MAX_MASKS = 32
MAX_REFERENCES = 8  # about 0.3 MB each in every reading process
MAX_LINE_BYTES = 32 * 1024
MAX_SIDE_PX = 16_384

Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE_PX)]
Pixel = Annotated[int, msgspec.Meta(ge=0, le=MAX_SIDE_PX)]
Milli = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Masks = Annotated[tuple[Area, ...], msgspec.Meta(max_length=MAX_MASKS)]


class ReferenceForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reference picture: the file, its SHA-256, when it was taken, whether it has colour."""

    path: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    sha256: Hex
    at_ms: Millis
    colour: bool


References = Annotated[tuple[ReferenceForm, ...], msgspec.Meta(max_length=MAX_REFERENCES)]


class CalibrationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`clock_box`: x, y, width, height in pixels of the commissioned picture."""

    width: Side
    height: Side
    codec: Annotated[str, msgspec.Meta(min_length=1, max_length=8)]
    clock_box: tuple[Pixel, Pixel, Side, Side] | None = None
    platform: Area | None = None
    lamp: Area | None = None
    masks: Masks = ()
    references: References = ()
    sharp_colour_milli: Milli | None = None
    sharp_infrared_milli: Milli | None = None

    def __post_init__(self) -> None:
        """Errors: ValueError, an area without extent or beside the picture."""
        for area in (self.platform, self.lamp, *self.masks):
            if area is not None and not is_area(area):
                raise ValueError(f"area {','.join(map(str, area))}")
        box = self.box
        if box is not None and not fits_into(box, self.width, self.height):
            raise ValueError(f"clock_box {box.x},{box.y},{box.width},{box.height}")

    @property
    def box(self) -> Box | None:
        """The clock's box as the reader takes it."""
        return None if self.clock_box is None else Box(*self.clock_box)


def is_area(area: Area) -> bool:
    return 0 <= area.left < area.right <= 1000 and 0 <= area.top < area.bottom <= 1000


def fits_into(box: Box, width: int, height: int) -> bool:
    """Whether a box has an extent and lies whole in the picture."""
    return (
        box.x >= 0 and box.y >= 0 and box.width >= 1 and box.height >= 1
        and box.x + box.width <= width and box.y + box.height <= height
    )  # fmt: skip


def area_of(box: Box, width: int, height: int) -> Area:
    """A box of pixels in thousandths, rounded outwards: nothing of it is lost."""
    return Area(
        box.x * 1000 // width,
        box.y * 1000 // height,
        -(-(box.x + box.width) * 1000 // width),
        -(-(box.y + box.height) * 1000 // height),
    )


def line_of(form: CalibrationForm) -> str:
    """One line of JSON, without its end."""
    return msgspec.json.encode(form).decode()


def form_of(line: str) -> CalibrationForm:
    """The form of such a line. Errors: ValueError, saying where."""
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"{len(line)} > {MAX_LINE_BYTES} characters")
    return msgspec.json.decode(line, type=CalibrationForm)


def calibration_of(form: CalibrationForm) -> Calibration:
    """As the judge takes it, with its pictures read and the clock masked. Errors: ValueError."""
    clock = form.box
    own = () if clock is None else (area_of(clock, form.width, form.height),)
    masks = (*form.masks, *own)
    return Calibration(
        width=form.width,
        height=form.height,
        codec=form.codec,
        platform=form.platform,
        lamp=form.lamp,
        masks=masks,
        references=tuple(_reference(one, form, masks) for one in form.references),
        sharp_colour_milli=form.sharp_colour_milli,
        sharp_infrared_milli=form.sharp_infrared_milli,
    )


def _reference(one: ReferenceForm, form: CalibrationForm, masks: tuple[Area, ...]) -> Reference:
    data = read_picture(Path(one.path))
    if hashlib.sha256(data).hexdigest() != one.sha256:
        raise ValueError(f"{one.path}: not the picture that was signed")
    picture = decoded(data)
    if picture is None or picture.shape[:2] != (form.height, form.width):
        raise ValueError(f"{one.path}: no picture of {form.width}x{form.height}")
    grey = to_grey(picture)
    return reference_of(grey, one.at_ms, masks, colour=one.colour, commissioned=True)


def read_picture(path: Path) -> bytes:
    """A file as far as a picture may be large. Errors: ValueError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_JPEG_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    if len(data) > MAX_JPEG_BYTES:
        raise ValueError(f"{path}: more than {MAX_JPEG_BYTES} bytes")
    return data
