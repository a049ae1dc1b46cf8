"""A picture file, opened with care: bounded bytes, bounded pixels, whatever the file really is.

The header is read first, so that a small file cannot unfold to a picture that fills the memory.
"""

import io
import stat
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as Header

from drivers.scanners.picture import Image

LARGEST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 80_000_000
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
WHITE = 255


class NoPicture(Exception):
    """The file gives no picture: P_ABSENT, P_DENIED, P_NO_FILE, P_LARGE, P_FORMAT."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def load_picture(path: Path) -> Image:
    """The picture in greys; what is transparent in it counts as white. Errors: NoPicture."""
    data = _read(path)
    _check_header(data)
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise NoPicture("P_FORMAT", str(error)) from None
    if pixels is None or not pixels.size:
        raise NoPicture("P_FORMAT")
    return _grey(_eight_bits(pixels))


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NoPicture("P_NO_FILE")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise NoPicture("P_ABSENT") from None
    except (OSError, ValueError) as error:
        # ValueError: a name no file can have.
        raise NoPicture("P_DENIED", str(error)) from None
    if len(data) > LARGEST_BYTES:
        raise NoPicture("P_LARGE", f"> {LARGEST_BYTES >> 20} MiB")
    return data


def _check_header(data: bytes) -> None:
    try:
        with warnings.catch_warnings():
            # Pillow warns of what we refuse, and of what is only odd.
            warnings.simplefilter("ignore")
            with Header.open(io.BytesIO(data), formats=FORMATS) as header:
                width, height = header.size
    except Header.DecompressionBombError:
        raise NoPicture("P_LARGE", f"> {MOST_PIXELS // 1_000_000} MP") from None
    except (OSError, ValueError, SyntaxError) as error:
        raise NoPicture("P_FORMAT", str(error)) from None
    if width * height > MOST_PIXELS:
        raise NoPicture("P_LARGE", f"{width}×{height} > {MOST_PIXELS // 1_000_000} MP")


def _eight_bits(pixels: Any) -> Image:
    if pixels.dtype == np.uint8:
        return np.asarray(pixels)
    if pixels.dtype == np.uint16:
        return np.asarray(pixels >> 8, np.uint8)
    raise NoPicture("P_FORMAT", str(pixels.dtype))


def _grey(pixels: Image) -> Image:
    if pixels.ndim == 2:
        return pixels
    channels = pixels.shape[2]
    if channels == 1:
        return pixels[:, :, 0]
    if channels == 2:
        return _on_white(pixels[:, :, 0], pixels[:, :, 1])
    grey = np.asarray(cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2GRAY))
    return _on_white(grey, pixels[:, :, 3]) if channels == 4 else grey


def _on_white(grey: Image, alpha: Image) -> Image:
    cover = alpha.astype(np.uint16)
    return np.asarray((grey * cover + WHITE * (WHITE - cover)) // WHITE, np.uint8)
