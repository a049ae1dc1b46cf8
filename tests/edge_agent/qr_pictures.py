"""QR pictures as they come before a scanner or camera: drawn by segno, then spoilt a little."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import segno
from PIL import Image as Pillow

from drivers.scanners.picture import Image

PALE = 128
GAP = 30


def qr_picture(text: str | bytes, scale: int = 4) -> Image:
    """The code in black on white, with its quiet zone."""
    written = io.BytesIO()
    plain = text.decode() if isinstance(text, bytes) else text
    segno.make(plain, error="m", encoding="utf-8").save(written, kind="png", scale=scale, border=4)
    return np.array(Pillow.open(written).convert("L"))


def on_wall(*codes: Image, size: tuple[int, int] = (720, 1280)) -> Image:
    """The codes side by side in the middle of a grey wall."""
    wall = np.full(size, PALE, np.uint8)
    left = (size[1] - sum(code.shape[1] + GAP for code in codes)) // 2
    for code in codes:
        height, width = code.shape
        top = (size[0] - height) // 2
        wall[top : top + height, left : left + width] = code
        left += width + GAP
    return wall


def turned(image: Image, degrees: float) -> Image:
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.7)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), borderValue=PALE), np.uint8)


def blurred(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.4), np.uint8)


def pale(image: Image) -> Image:
    """Three hundredths of the contrast, as through fog."""
    tremble = np.random.default_rng(7).normal(0, 1.0, image.shape)
    return np.clip(image * 0.03 + 200 + tremble, 0, 255).astype(np.uint8)


def dark(image: Image) -> Image:
    """A lamp burnt out: four hundredths of the light."""
    tremble = np.random.default_rng(7).normal(0, 1.0, image.shape)
    return np.clip(image * 0.04 + tremble, 0, 255).astype(np.uint8)


def inverted(image: Image) -> Image:
    return np.asarray(255 - image, np.uint8)


def mirrored(image: Image) -> Image:
    return np.ascontiguousarray(image[:, ::-1])


def tilted(image: Image) -> Image:
    """Held at an angle: the far edge is shorter."""
    height, width = image.shape
    near = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    far = np.array(
        [[0.1 * width, 0.05 * height], [0.9 * width, 0.05 * height], [width, height], [0, height]],
        np.float32,
    )
    view = cv2.getPerspectiveTransform(near, far)
    return np.asarray(cv2.warpPerspective(image, view, (width, height), borderValue=PALE), np.uint8)


SPOILT: dict[str, Callable[[Image], Image]] = {
    "straight": lambda image: image,
    "turned by 17": lambda image: turned(image, 17),
    "turned by 180": lambda image: turned(image, 180),
    "turned by 285": lambda image: turned(image, 285),
    "blurred": blurred,
    "pale": pale,
    "dark": dark,
    "inverted": inverted,
    "mirrored": mirrored,
    "tilted": tilted,
}


def write_picture(path: str, image: Image) -> None:
    """By its ending; a JPEG as cameras make them."""
    options = [cv2.IMWRITE_JPEG_QUALITY, 80] if path.endswith(".jpg") else []
    assert cv2.imwrite(path, image, options)
