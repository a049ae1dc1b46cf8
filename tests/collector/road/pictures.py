"""Pictures of codes as a phone sees them: small, turned, slanting, blurred, noisy, badly lit."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import segno

Image = np.ndarray[Any, Any]
QUIET = 4  # modules around a code
PIXELS = 8  # of a module of the flat code
FOCAL = 1_200  # pixels
FRAMES = 15  # of each code of a film


@dataclass(frozen=True)
class Shot:
    """`module`: pixels at the middle; `tilt`, `turn`: degrees; `bend`: modules of waves."""

    module: float = 4
    tilt: float = 0
    turn: float | None = None
    blur: float = 0.5
    noise: float = 4
    low: int = 30
    high: int = 220
    shade: float = 0
    bend: float = 0
    mirrored: bool = False
    size: tuple[int, int] = (900, 700)
    seed: int = 0


def code_of(text: str, level: str = "m", version: int | None = None, mask: int = 3) -> Image:
    """A given mask saves segno from weighing all eight, which takes it most of its time."""
    form: dict[str, Any] = {"error": level, "version": version, "mask": mask}
    return flat(segno.make(text, micro=False, boost_error=False, **form))


def flat(code: segno.QRCode) -> Image:
    bits = np.array([list(row) for row in code.matrix], np.uint8)
    sheet = np.pad((1 - bits) * 255, QUIET, constant_values=255)
    return np.kron(sheet, np.ones((PIXELS, PIXELS), np.uint8)).astype(np.uint8)


def photograph(code: Image, shot: Shot) -> Image:
    """A grey picture of a flat code."""
    random = np.random.default_rng(shot.seed)
    sheet = code[:, ::-1] if shot.mirrored else code
    width, height = shot.size
    seen = place(sheet.shape[0], shot, random)
    held = cv2.warpPerspective(sheet, seen, shot.size, flags=cv2.INTER_AREA).astype(np.float32)
    paper = cv2.warpPerspective(np.full_like(sheet, 255), seen, shot.size) > 127
    spots = random.integers(64, 192, (height // 40, width // 40)).astype(np.uint8)
    ground = cv2.resize(spots, shot.size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    scene = np.where(paper, shot.low + (shot.high - shot.low) * held / 255, ground)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = sheet.shape[0] / PIXELS * shot.module
    if shot.bend:
        wave = shot.bend * shot.module, 0.35 * reach
        across, down = (wave[0] * np.sin(side / wave[1]) for side in (rows, columns))
        scene = cv2.remap(scene, columns + across, rows + down, cv2.INTER_LINEAR)
    scene = scene * (1 - shot.shade * np.clip((columns - width / 2) / reach + 0.5, 0, 1))
    scene = cv2.GaussianBlur(scene, (0, 0), shot.blur) + random.normal(0, shot.noise, scene.shape)
    jpeg = cv2.imencode(
        ".jpg", np.clip(scene, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85]
    )[1]
    picture = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture


def place(side: int, shot: Shot, random: np.random.Generator) -> Any:
    """How a flat sheet is seen by a pinhole camera that looks at its middle at a slant."""
    turn = math.radians(random.uniform(0, 360) if shot.turn is None else shot.turn)
    axis, tilt = random.uniform(0, 2 * math.pi), math.radians(shot.tilt)
    far, (x0, y0) = FOCAL / shot.module, random.uniform(-20, 20, 2)
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    seen = []
    for x, y in (corners / side - 0.5) * side / PIXELS:
        angle = math.atan2(y, x) + turn - axis
        along, aside = math.hypot(x, y) * math.cos(angle), math.hypot(x, y) * math.sin(angle)
        depth, aside = far + aside * math.sin(tilt), aside * math.cos(tilt)
        px = along * math.cos(axis) - aside * math.sin(axis)
        py = along * math.sin(axis) + aside * math.cos(axis)
        middle_x, middle_y = shot.size[0] / 2 + x0, shot.size[1] / 2 + y0
        seen.append((middle_x + FOCAL * px / depth, middle_y + FOCAL * py / depth))
    return cv2.getPerspectiveTransform(corners, np.array(seen, np.float32))


def write_film(path: Path, texts: tuple[str, ...]) -> None:
    """One code after the other, as a browser's simulated camera plays them (Motion JPEG)."""
    with path.open("wb") as file:
        for seed, text in enumerate(texts):
            frame = photograph(code_of(text), Shot(module=5, tilt=20, seed=seed, size=(1_280, 720)))
            file.write(cv2.imencode(".jpg", frame)[1].tobytes() * FRAMES)
