"""From what a technician answers and what a camera showed to a calibration to sign. Pure.

People give areas in pixels of the full picture, `x,y,width,height`; they are kept in thousandths,
rounded outwards. Only the clock's box stays in pixels.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from drivers.cameras.calibrated import MAX_MASKS, area_of, fits_into
from drivers.cameras.developing import Box
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.geometry import Shift
from drivers.cameras.judging.measures.scene import Area
from weighbook.calibrations import (
    VERSION,
    CameraCalibration,
    MovedBy,
    ReferencePicture,
    Stream,
)
from weighbook.phrase import Phrase, Refusal

if TYPE_CHECKING:  # it brings the decoder along, and the agent's core process has none
    from drivers.cameras.album import Album

MAX_NAME = 64
MAX_IDENTITY = 128


@dataclass(frozen=True)
class Answers:
    """What the technician decided. The lamp may come from the configuration, in thousandths."""

    clock: Box | None = None
    platform: Area | None = None
    lamp: Area | None = None
    masks: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Signer:
    """Whose calibration it is, and who takes it, when."""

    weighbridge: str
    epoch: int
    camera: str
    by: str
    software: str
    at_ms: int
    identity: str | None = None


class Night(NamedTuple):
    """A picture under infrared: its digest, and what its stream is like."""

    picture: bytes
    width: int
    height: int
    codec: str
    sharp_milli: int | None


def read_box(name: str, text: str, size: tuple[int, int]) -> Box:
    """Pixels `x,y,width,height` that lie whole in the picture. Errors: Refusal E_AREA."""
    try:
        numbers = [int(part) for part in text.replace("，", ",").split(",")]
        box = Box(*numbers) if len(numbers) == 4 else None
    except ValueError:
        box = None
    if box is None:
        raise _no_area(name, text, Phrase("应为四个整数", "four whole numbers are needed"))
    if not fits_into(box, *size):
        beside = Phrase(
            f"超出 {size[0]}×{size[1]} 画面", f"it leaves the picture of {size[0]}x{size[1]}"
        )
        raise _no_area(name, text, beside)
    return box


def read_area(name: str, text: str, size: tuple[int, int]) -> Area:
    """The same in thousandths. Errors: Refusal E_AREA."""
    return area_of(read_box(name, text, size), *size)


def read_masks(texts: tuple[str, ...], size: tuple[int, int]) -> tuple[Area, ...]:
    """Errors: Refusal E_AREA."""
    if len(texts) > MAX_MASKS:
        many = Phrase(f"最多 {MAX_MASKS} 块", f"{MAX_MASKS} at most")
        raise _no_area("mask", str(len(texts)), many)
    return tuple(read_area("mask", text, size) for text in texts)


def shown_area(area: Area | None, size: tuple[int, int]) -> str:
    """An area as people enter it, in pixels."""
    if area is None:
        return ""
    width, height = size
    x, y = area.left * width // 1000, area.top * height // 1000
    right, bottom = area.right * width // 1000, area.bottom * height // 1000
    return f"{x},{y},{right - x},{bottom - y}"


def shown_box(box: Box | None) -> str:
    return "" if box is None else f"{box.x},{box.y},{box.width},{box.height}"


def answers_of(found: CameraCalibration) -> Answers:
    """What was decided before."""
    clock, platform, lamp = found.clock_box, found.platform, found.lamp
    return Answers(
        None if clock is None else Box(*clock),
        None if platform is None else Area(*platform),
        None if lamp is None else Area(*lamp),
        tuple(Area(*mask) for mask in found.masks),
    )


def is_colour(album: "Album", limits: Limits) -> bool:
    return album.developed.is_colour_milli >= limits.infrared_milli


def drafted(signer: Signer, album: "Album", answers: Answers, *, colour: bool) -> CameraCalibration:
    """A new calibration, whose reference is the album's picture."""
    width, height = album.size
    clock = answers.clock
    sharp = album.sharp_milli
    return CameraCalibration(
        version=VERSION,
        weighbridge=signer.weighbridge,
        epoch=signer.epoch,
        camera=signer.camera,
        at_ms=signer.at_ms,
        by=signer.by,
        software=signer.software,
        stream=Stream(width, height, album.codec, album.fps_milli, album.gop_ms),
        clock_box=None if clock is None else (clock.x, clock.y, clock.width, clock.height),
        platform=_four(answers.platform),
        lamp=_four(answers.lamp),
        masks=tuple((one.left, one.top, one.right, one.bottom) for one in answers.masks),
        references=(ReferencePicture(_digest(album), signer.at_ms, colour),),
        sharp_colour_milli=sharp if colour else None,
        sharp_infrared_milli=None if colour else sharp,
        before=None,
        moved=None,
        identity=signer.identity,
    )


def night_of(album: "Album") -> Night:
    return Night(_digest(album), *album.size, album.codec, album.sharp_milli)


def with_night(
    base: CameraCalibration, signer: Signer, night: Night, before: bytes
) -> CameraCalibration:
    """The same with this picture for the night, instead of any it had. `before`: the base's digest.

    Errors: Refusal E_OTHER_STREAM.
    """
    stream = base.stream
    if night[1:4] != (stream.width, stream.height, stream.codec):
        raise _other_stream(stream, night)
    by_day = tuple(one for one in base.references if one.colour)
    taken = ReferencePicture(night.picture, signer.at_ms, colour=False)
    return replace(
        base,
        at_ms=signer.at_ms,
        by=signer.by,
        software=signer.software,
        references=(*by_day, taken),
        sharp_infrared_milli=night.sharp_milli,
        before=before,
        moved=None,
    )


def replacing(
    new: CameraCalibration, before: bytes | None, shift: Shift | None
) -> CameraCalibration:
    """Said of a new one: which it is to replace, and how far the view lies from that one's."""
    moved = None if shift is None else MovedBy(*shift)
    return replace(new, before=before, moved=moved)


def _digest(album: "Album") -> bytes:
    return hashlib.sha256(album.developed.jpeg).digest()


def _four(area: Area | None) -> tuple[int, int, int, int] | None:
    return None if area is None else (area.left, area.top, area.right, area.bottom)


def _no_area(name: str, text: str, why: Phrase) -> Refusal:
    return Refusal(
        "E_AREA",
        Phrase(f"区域 {name} {text} 不成立：{why.zh}。", f"Area {name} {text}: {why.en}."),
        Phrase(
            "请写画面像素：x,y,宽,高，例如 600,400,700,300。",
            "Give pixels of the picture: x,y,width,height, as in 600,400,700,300.",
        ),
    )


def _other_stream(stream: Stream, night: Night) -> Refusal:
    return Refusal(
        "E_OTHER_STREAM",
        Phrase(
            f"画面现为 {night.codec} {night.width}×{night.height}，标定时为 {stream.codec}"
            f" {stream.width}×{stream.height}。",
            f"The stream is {night.codec} {night.width}x{night.height} now; it was commissioned as"
            f" {stream.codec} {stream.width}x{stream.height}.",
        ),
        Phrase(
            "请把码流改回原设置，或重新做一次完整标定。",
            "Set the stream back as it was, or calibrate the camera anew.",
        ),
    )
