"""The cameras are judged by what the book says is in force, from the start and while it runs."""

from pathlib import Path

import pytest

from drivers.cameras.calibrated import CalibrationForm
from edge_agent.calibration_draft import Answers
from edge_agent.events import CalibrationChecked, Event
from edge_agent.in_force import InForce
from tests.edge_agent.commissioning_post import ANSWERS, Post, post_at


class Judges:
    """Remembers what it was told to judge by."""

    def __init__(self) -> None:
        self.forms: list[tuple[str, CalibrationForm]] = []

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
        return InForce(("deck", "road"), self.post.evidence, self._post)

    def _post(self, event: Event) -> bool:
        self.posted.append(event)
        return True

    def follow(self, post: Post) -> list[tuple[str, CalibrationForm]]:
        """What is newly in force after the book changed."""
        before = len(self.judges.forms)
        self.in_force.tell(post.papers().ledger)
        self.in_force.follow(self.judges)
        return self.judges.forms[before:]

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
