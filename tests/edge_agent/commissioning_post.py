"""An enrolled weighbridge with a camera to commission: a folder of pictures that a test changes.

Its agent is the core alone: what waits in the inbox is taken, and what that writes is appended to
the real book.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from click.testing import CliRunner, Result

from drivers.cameras.album import Album
from drivers.cameras.developing import Box, develop
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.picture_folder import decoded
from drivers.cameras.scene import Scene
from drivers.cameras.tampering import tampered
from edge_agent.acts import Act, KeepOrder, Write
from edge_agent.calibrating import hand_over, signer_of
from edge_agent.calibration_book import Papers, read_papers
from edge_agent.calibration_draft import Answers, drafted
from edge_agent.cli import program
from edge_agent.evidence import Evidence
from edge_agent.mailbox import read_letter
from tests.drivers.cameras_judging.yard import yard
from tests.edge_agent.places import Place, append, enrolled
from tests.edge_agent.story import Story
from weighbook.orders import Action, Release

WIDTH, HEIGHT = 1280, 720
CLOCK = "278,13,155,40"
AREAS = ("--clock-box", CLOCK, "--platform", "320,360,700,290", "--mask", "0,0,640,60")
ANSWERS = Answers(Box(278, 13, 155, 40), Area(250, 500, 797, 903), None, (Area(0, 0, 500, 84),))
QUICK = ("--seconds", "1", "--yes")


def place_seen(folder: Path, how: str = "", seed: int = 1) -> None:
    """From now on the folder shows the yard; `how`: what was done to the view."""
    folder.mkdir(exist_ok=True)
    large = cv2.resize(yard(seed), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    tint = np.array([-8, 0, 12], np.int16)  # under infrared a picture has none
    view = np.asarray(np.clip(large[:, :, None] + tint, 0, 255), np.uint8)
    view = tampered(view, how) if how else view
    noise, scene = np.random.default_rng(3), Scene("deck", WIDTH, HEIGHT)
    for second in range(6):
        grain = noise.integers(-4, 5, (HEIGHT, WIDTH, 1))
        picture = np.asarray(np.clip(view + grain, 0, 255), np.uint8)
        stamped = scene.stamp(picture, f"2026-01-02 03:04:0{second}")
        cv2.imwrite(str(folder / f"{second}.jpg"), stamped)


@dataclass
class Post:
    """`story`: the core that takes what is signed, on the same book."""

    place: Place
    pictures: Path
    story: Story

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.place.site.evidence)

    def papers(self) -> Papers:
        return read_papers(self.place.site)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(program, ["camera", *words, *self.options()])

    def options(self) -> tuple[str, str]:
        return "--config", str(self.place.config_file)

    def calibrate(self, *words: str) -> Result:
        """A scripted commissioning of the deck's camera."""
        return self.run("calibrate", "deck", *QUICK, *words)

    def sign(self, answers: Answers) -> "Post":
        """Commissioned without the command, which has to watch for a while."""
        papers, data = self.papers(), (self.pictures / "0.jpg").read_bytes()
        picture = decoded(data)
        assert picture is not None
        developed = develop(picture, data, None)
        assert developed is not None
        album = Album("picture", 1_000, None, picture, developed, 1_500, ())
        signer = signer_of(papers, "deck", {"by": "wang", "identity": None})
        new = drafted(signer, album, answers, colour=True)
        hand_over(papers, new, developed.jpeg)
        return self

    def taken(self) -> "Post":
        """The agent takes what waits for it."""
        for path in sorted(self.place.site.inbox.glob("*.calibration")):
            event = read_letter(path)
            path.unlink()
            assert event is not None
            self._keep(self.story.play(event))
        return self

    def approve(self) -> "Post":
        """The bureau approves the site."""
        self._keep(self.story.order(Action.RELEASE, Release(("SITE",), "inspected")))
        return self

    def _keep(self, acts: list[Act]) -> None:
        with self.place.book() as book:
            for act in acts:
                if isinstance(act, KeepOrder):
                    book.keep(act)
                if isinstance(act, Write):
                    append(book, act.kind, act.body, act.at)


def post_at(folder: Path) -> Post:
    place, pictures = enrolled(folder), folder / "pictures"
    place_seen(pictures)
    text = place.config_file.read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:9/stream.mjpg", str(pictures))
    place.config_file.write_text(text, encoding="utf-8")
    return Post(place, pictures, Story().opened())
