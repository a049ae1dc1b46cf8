"""The calibration on its line of JSON: round trips, bad lines refused, pictures checked."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.calibrated import (
    CalibrationForm,
    ReferenceForm,
    area_of,
    calibration_of,
    form_of,
    line_of,
)
from drivers.cameras.developing import Box, to_grey
from drivers.cameras.judging.measures.scene import Area, field_of, scene_milli
from drivers.cameras.scene import Scene, Shown

WIDTH, HEIGHT = 640, 360


def spans(most: int) -> st.SearchStrategy[tuple[int, int]]:
    """Two different places, in order."""
    places = st.tuples(st.integers(0, most), st.integers(0, most))
    return places.filter(lambda two: two[0] != two[1]).map(lambda two: (min(two), max(two)))


AREAS = st.builds(lambda x, y: Area(x[0], y[0], x[1], y[1]), spans(1000), spans(1000))
BOXES = st.builds(
    lambda x, y: Box(x[0], y[0], x[1] - x[0], y[1] - y[0]), spans(WIDTH), spans(HEIGHT)
)
REFERENCES = st.builds(
    ReferenceForm,
    path=st.text(min_size=1, max_size=40),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    at_ms=st.integers(0, 2**53),
    colour=st.booleans(),
)
FORMS = st.builds(
    CalibrationForm,
    width=st.just(WIDTH),
    height=st.just(HEIGHT),
    codec=st.sampled_from(["h264", "hevc", "mjpeg", "jpeg"]),
    clock_box=st.none() | BOXES.map(lambda box: (box.x, box.y, box.width, box.height)),
    platform=st.none() | AREAS,
    lamp=st.none() | AREAS,
    masks=st.lists(AREAS, max_size=4).map(tuple),
    references=st.lists(REFERENCES, max_size=3).map(tuple),
    sharp_colour_milli=st.none() | st.integers(0, 1_000_000),
    sharp_infrared_milli=st.none() | st.integers(0, 1_000_000),
)


@given(FORMS)
def test_a_form_comes_back_from_its_line(form: CalibrationForm) -> None:
    line = line_of(form)
    assert "\n" not in line
    assert form_of(line) == form


@given(st.text(max_size=200) | FORMS.map(lambda form: line_of(form)[:-1]))
def test_a_line_that_is_no_form_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        form_of(line)


@given(BOXES)
def test_an_area_covers_its_box_and_is_a_thousandth_larger_at_most(box: Box) -> None:
    area = area_of(box, WIDTH, HEIGHT)
    assert area.left * WIDTH <= box.x * 1000 < (area.left + 1) * WIDTH
    right = (box.x + box.width) * 1000
    assert (area.right - 1) * WIDTH < right <= area.right * WIDTH
    assert area.bottom <= 1000


@pytest.mark.parametrize(
    "unfit",
    [
        {"platform": Area(500, 0, 500, 10)},
        {"lamp": Area(0, 0, 1001, 10)},
        {"masks": (Area(0, 20, 10, 10),)},
        {"clock_box": (600, 0, 41, 10)},
    ],
)
def test_an_area_beside_the_picture_is_refused(unfit: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match=r"area|clock_box"):
        CalibrationForm(WIDTH, HEIGHT, "h264", **unfit)  # type: ignore[arg-type]  # by name


def test_an_unknown_name_is_refused() -> None:
    line = line_of(CalibrationForm(WIDTH, HEIGHT, "h264"))
    with pytest.raises(ValueError, match="zoom"):
        form_of(line[:-1] + ',"zoom":1}')


def kept(folder: Path, picture: np.ndarray, name: str = "day.jpg") -> ReferenceForm:
    path = folder / name
    cv2.imwrite(str(path), picture)
    return ReferenceForm(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), 1, colour=True)


def drawn(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return Scene("deck", width, height).draw(0, Shown("2026-01-02 03:04:05"))


def form_with(reference: ReferenceForm) -> CalibrationForm:
    return CalibrationForm(
        WIDTH, HEIGHT, "h264", clock_box=(0, 0, 320, 30), references=(reference,)
    )


def test_the_reference_is_the_scene_it_was_taken_of(tmp_path: Path) -> None:
    calibration = calibration_of(form_with(kept(tmp_path, drawn())))
    (reference,) = calibration.references
    assert reference.commissioned
    assert scene_milli(field_of(to_grey(drawn())), reference.field) > 900


def test_the_clock_belongs_to_no_scene(tmp_path: Path) -> None:
    calibration = calibration_of(form_with(kept(tmp_path, drawn())))
    assert calibration.masks == (Area(0, 0, 500, 84),)
    assert not (calibration.references[0].points.at[:, 1] < 22 * 0.75).any()


def test_another_picture_under_the_same_name_is_refused(tmp_path: Path) -> None:
    reference = kept(tmp_path, drawn())
    kept(tmp_path, drawn()[:, ::-1])
    with pytest.raises(ValueError, match="not the picture that was signed"):
        calibration_of(form_with(reference))


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    reference = kept(tmp_path, drawn(320, 180))
    with pytest.raises(ValueError, match="no picture of 640x360"):
        calibration_of(form_with(reference))


def test_a_picture_that_is_gone_or_endless_is_refused(tmp_path: Path) -> None:
    gone = ReferenceForm(str(tmp_path / "gone.jpg"), "0" * 64, 1, colour=True)
    endless = ReferenceForm("/dev/zero", "0" * 64, 1, colour=True)
    for reference in (gone, endless):
        with pytest.raises(ValueError, match=r"No such file|more than"):
            calibration_of(form_with(reference))
