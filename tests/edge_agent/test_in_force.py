"""The cameras are judged by what the book says is in force, from the start and while it runs."""

from pathlib import Path

import pytest

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.judging.limits import Limits
from edge_agent.calibration_draft import Answers
from edge_agent.events import CalibrationArrived, CalibrationChecked, Event
from edge_agent.first_night import AGAIN_MS, SETTLED_MS, Dusk, FirstNight
from edge_agent.in_force import InForce
from tests.edge_agent.commissioning_post import ANSWERS, Post, place_seen, post_at
from tests.edge_agent.story import AGENT


class Judges:
    """Remembers what it was told to judge by. `seen`: what every camera shows."""

    def __init__(self) -> None:
        self.forms: list[tuple[str, CalibrationForm]] = []
        self.seen = Dusk(None, deck_empty=True, now_ms=0)

    def dusk(self, camera: str) -> Dusk:
        del camera
        return self.seen

    def calibrate(self, camera: str, form: CalibrationForm) -> None:
        self.forms.append((camera, form))


class Site:
    """The deck's camera is commissioned, the road's is not."""

    def __init__(self, folder: Path) -> None:
        self.post = post_at(folder).sign(ANSWERS).taken()
        self.posted: list[Event] = []
        self.judges = Judges()
        self.in_force = self.started()

    def started(self) -> InForce:
        night = FirstNight(AGENT, "test", Limits())
        return InForce(("deck", "road"), self.post.evidence, self._post, night)

    def _post(self, event: Event) -> bool:
        self.posted.append(event)
        return True

    def follow(self, post: Post) -> list[tuple[str, CalibrationForm]]:
        """What is newly in force after the book changed."""
        before = len(self.judges.forms)
        self.in_force.tell(post.papers().ledger)
        self.in_force.follow(self.judges)
        return self.judges.forms[before:]

    def shows(self, at_ms: int, how: str = "infrared", seed: int = 1, *, empty: bool = True) -> int:
        """The cameras show this at that time; how many calibrations were signed by then."""
        place_seen(self.post.pictures, how, seed)
        jpeg = (self.post.pictures / "0.jpg").read_bytes()
        self.judges.seen = Dusk(jpeg, empty, at_ms)
        self.in_force.complete(self.judges)
        return len(self.signed())

    def signed(self) -> list[bytes]:
        return [one.message for one in self.posted if isinstance(one, CalibrationArrived)]

    def faults(self) -> list[str | None]:
        return [event.fault for event in self.posted if isinstance(event, CalibrationChecked)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


def test_what_is_in_force_is_there_from_the_start(site: Site) -> None:
    forms = site.in_force.begin(site.post.papers().ledger)
    assert forms.keys() == {"deck"}
    assert forms["deck"].clock_box == (278, 13, 155, 40)
    assert site.faults() == [None]


def test_what_is_in_force_already_is_not_put_into_service_again(site: Site) -> None:
    site.in_force.begin(site.post.papers().ledger)
    assert site.follow(site.post) == []


def test_a_new_one_comes_into_force_when_the_bureau_approves_and_not_before(site: Site) -> None:
    site.in_force.begin(site.post.papers().ledger)
    assert site.follow(site.post.sign(Answers()).taken()) == []
    ((camera, form),) = site.follow(site.post.approve())
    assert (camera, form.clock_box) == ("deck", None)
    assert site.follow(site.post) == []


def test_one_that_cannot_be_loaded_is_reported_and_not_put_into_service(site: Site) -> None:
    ledger = site.post.papers().ledger
    path = site.post.evidence.find(ledger.calibrations["deck"].in_force.digest)
    assert path is not None
    path.unlink()
    assert site.in_force.begin(ledger) == {}
    (fault,) = site.faults()
    assert fault is not None
    assert "missing" in fault


def test_the_first_of_a_camera_is_followed_without_a_restart(site: Site) -> None:
    assert [name for name, _ in site.follow(site.post)] == ["deck"]


def test_before_it_was_told_of_a_book_it_follows_nothing(site: Site) -> None:
    site.started().follow(site.judges)
    assert site.judges.forms == []


@pytest.fixture
def by_day(site: Site) -> Site:
    """In force, and without a night."""
    site.in_force.begin(site.post.papers().ledger)
    return site


def test_the_first_settled_night_completes_a_calibration_by_itself(by_day: Site) -> None:
    assert by_day.shows(0) == 0
    assert by_day.shows(SETTLED_MS - 1) == 0
    assert by_day.shows(SETTLED_MS) == 1
    by_day.post.story.play(CalibrationArrived(by_day.post.story.moment(), by_day.signed()[0]))
    known = by_day.post.story.lane.ledger.calibrations["deck"]
    assert known.in_force.has_night
    assert known.awaits is None


@pytest.mark.parametrize(
    ("how", "seed"), [("", 1), ("black", 1), ("infrared", 2)], ids=["day", "black", "elsewhere"]
)
def test_what_is_no_night_of_the_same_view_is_not_taken(by_day: Site, how: str, seed: int) -> None:
    assert by_day.shows(0, how, seed) == 0
    assert by_day.shows(SETTLED_MS, how, seed) == 0


def test_a_truck_on_the_deck_begins_the_wait_again(by_day: Site) -> None:
    by_day.shows(0)
    by_day.shows(SETTLED_MS - 1, empty=False)
    assert by_day.shows(SETTLED_MS) == 0
    assert by_day.shows(2 * SETTLED_MS) == 1


def test_it_is_not_tried_again_at_once(by_day: Site) -> None:
    by_day.shows(0)
    assert by_day.shows(SETTLED_MS) == 1
    assert by_day.shows(SETTLED_MS + 1_000) == 1
    assert by_day.shows(SETTLED_MS + AGAIN_MS) == 2
