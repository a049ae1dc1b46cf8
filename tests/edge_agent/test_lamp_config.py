"""The lamps' settings: what hangs on which relay, and what is refused before any is switched."""

from pathlib import Path

import pytest

from drivers.cameras.judging.measures.scene import Area
from edge_agent.config import load_config
from edge_agent.lamp_config import LampConfig, Line, lamp_area, lamp_fault
from weighbook.phrase import Refusal

SHIPPED = Path(__file__).parents[2] / "config" / "agent.toml"
BARRIER = {("/dev/a", 1): Line("barrier", 9_600)}
LAMP = """
[[lamp]]
name = "lamp-deck"
port = "{port}"
cameras = ["{camera}"]
"""


def lamp(**changes: object) -> LampConfig:
    known = {"name": "lamp", "port": "/dev/a", "cameras": ("deck",)}
    return LampConfig(**known | changes)  # type: ignore[arg-type]  # a table of cases


@pytest.mark.parametrize(
    ("lamps", "named"),
    [
        ((lamp(port="usb:nowhere"),), "lamp lamp: port"),
        ((lamp(cameras=("deck", "road")),), "no camera road"),
        ((lamp(), lamp(name="two", channel=3)), "lamp two: camera deck sees another"),
        ((lamp(channel=1),), "channel 1 is that of barrier"),
        ((lamp(), lamp(name="two", cameras=("gate",))), "channel 2 is that of lamp lamp"),
        ((lamp(baud=19_200),), "two values of baud"),
    ],
)
def test_lamps_no_board_can_have_are_refused_by_name(
    lamps: tuple[LampConfig, ...], named: str
) -> None:
    assert named in (lamp_fault(lamps, ("deck", "gate"), BARRIER) or "")


def test_a_board_may_have_the_barrier_and_a_lamp_for_each_camera() -> None:
    lamps = (lamp(), lamp(name="two", channel=3, cameras=("gate",)))
    assert lamp_fault(lamps, ("deck", "gate"), BARRIER) is None


@pytest.mark.parametrize("box", ["0,0,0,5", "990,0,20,5", "0,999,5,2"])
def test_a_lamp_beside_the_picture_is_refused(box: str) -> None:
    with pytest.raises(ValueError, match="lamp_box"):
        lamp_area(box)


def test_the_box_of_a_lamp_is_an_area_of_the_picture() -> None:
    assert lamp_area("930,120,30,50") == Area(930, 120, 960, 170)
    assert lamp_area("") is None


def loaded(folder: Path, more: str) -> LampConfig:
    path = folder / "agent.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8") + more, encoding="utf-8")
    return load_config(path)[0].lamp[0]


def test_a_lamp_in_the_file_has_the_shipped_defaults(tmp_path: Path) -> None:
    read = loaded(tmp_path, LAMP.format(port="/dev/b", camera="WB-0001-DECK"))
    assert (read.channel, read.every_s, read.settle_ms) == (2, 45, 1_500)


@pytest.mark.parametrize(
    ("port", "camera", "more", "place"),
    [
        ("/dev/b", "NONE", "", "no camera NONE"),
        ("/dev/ttyS0", "WB-0001-DECK", "", "lamp.port /dev/ttyS0"),
        ("/dev/b", "WB-0001-DECK", "every_s = 1", "every_s"),
        ("/dev/b", "WB-0001-DECK", "every = 60", "every"),
    ],
)
def test_a_wrong_lamp_is_refused_with_its_place(
    tmp_path: Path, port: str, camera: str, more: str, place: str
) -> None:
    with pytest.raises(Refusal) as caught:
        loaded(tmp_path, LAMP.format(port=port, camera=camera) + more)
    assert place in caught.value.what.en
    assert place in caught.value.what.zh
