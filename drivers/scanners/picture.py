"""Codes in a picture: zxing-cpp first, then an enlarged and stretched second look, then pyzbar.

The two decoders fail on different pictures, so the second is another pair of eyes, not a spare.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

Image = np.ndarray[Any, Any]

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
MAX_SIDE = 4_096  # pixels; larger pictures are made smaller first


class Code(NamedTuple):
    """One code's bytes, and which look found it."""

    text: bytes
    decoder: str


def read_picture(image: Image) -> list[Code]:
    """Every code of a grey or BGR picture, each once; empty if there is none."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    grey = _bounded(grey)
    for name, look in LOOKS:
        if texts := look(grey):
            return [Code(text, name) for text in dict.fromkeys(texts)]
    return []


def read_jpeg(data: bytes) -> list[Code]:
    """The same for an encoded picture; empty if it is no picture."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return []
    return [] if image is None else read_picture(image)


def _bounded(grey: Image) -> Image:
    longest = max(grey.shape[:2])
    if longest <= MAX_SIDE:
        return grey
    scale = MAX_SIDE / longest
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _zxing(grey: Image) -> list[bytes]:
    found = zxingcpp.read_barcodes(grey, formats=QR)
    return [bytes(code.bytes) for code in found if code.valid]


def _stretched(grey: Image) -> list[bytes]:
    """Small and pale codes: twice the size, and the greys spread over the whole range."""
    large = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return _zxing(cv2.createCLAHE(3.0, (8, 8)).apply(large)) if large.size < 1 << 26 else []


def _zbar(grey: Image) -> list[bytes]:
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [bytes(code.data) for code in found]


LOOKS: tuple[tuple[str, Callable[[Image], list[bytes]]], ...] = (
    ("zxing", _zxing),
    ("zxing-stretched", _stretched),
    ("zbar", _zbar),
)
