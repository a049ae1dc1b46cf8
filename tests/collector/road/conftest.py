"""One browser for all tests of the page, and the page of one bureau, whose truck stands there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.road.page import write_page
from tests.collector.road.chromium import Browser, Tab, chromium
from tests.collector.road.pictures import write_film
from tests.collector.road.trucks import Road, make_road


@pytest.fixture(scope="session")
def truck(tmp_path_factory: pytest.TempPathFactory) -> Road:
    """Nobody changes it."""
    return make_road(tmp_path_factory.mktemp("truck"))


@pytest.fixture(scope="session")
def page_file(truck: Road, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "road.html"
    write_page(truck.pack(), path)
    return path


@pytest.fixture(scope="session")
def browser(truck: Road, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its camera sees the truck's slip, then its ticket."""
    folder = tmp_path_factory.mktemp("chromium")
    film = folder / "film.mjpeg"
    write_film(film, (truck.slip, truck.ticket))
    with chromium(folder / "profile", film) as running:
        yield running


@pytest.fixture(scope="session")
def desk(browser: Browser, page_file: Path) -> Tab:
    """A tab for asking the page's functions; nothing is done on its screen."""
    return browser.open(page_file)


@pytest.fixture
def phone(browser: Browser, page_file: Path, truck: Road) -> Iterator[Tab]:
    """A phone of its own with the page open, an hour after the truck was weighed."""
    tab = browser.open(page_file, before=clock_at(truck.now_ms))
    yield tab
    tab.close()


def clock_at(at_ms: int) -> str:
    return f"Date.now = () => {at_ms};"
