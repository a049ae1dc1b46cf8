"""Asking about mains power: real upsd and real board, by threads, into the agent's own words."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drivers.power.contact_simulator import MUTE, ContactSimulator
from drivers.power.nut_simulator import DENY, STALE, NutSimulator
from edge_agent.cause_words import cause_words
from edge_agent.cli import program
from edge_agent.config import load_config
from edge_agent.events import Event, PowerSeen
from edge_agent.power_config import PowerConfig, power_fault
from edge_agent.power_watch import PowerWatch, sources_of
from edge_agent.power_words import POWER, power_line, power_words
from edge_agent.status import Around, encode_status, read_status, status_of
from edge_agent.supply import BOOT, CONTACT, UPS
from tests.edge_agent.places import Place, configure
from tests.edge_agent.story import SITE, Story
from weighbook.phrase import Refusal

HEARD_S = 10.0


@pytest.fixture
def upsd() -> Iterator[NutSimulator]:
    simulator = NutSimulator()
    yield simulator
    simulator.stop()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[ContactSimulator]:
    simulator = ContactSimulator(tmp_path / "contact.tty")
    yield simulator
    simulator.stop()


class Heard:
    """What was posted."""

    def __init__(self) -> None:
        self.posted: queue.Queue[PowerSeen] = queue.Queue()

    def __call__(self, event: Event) -> bool:
        assert isinstance(event, PowerSeen)
        self.posted.put(event)
        return True

    def until(self, source: str, mains: bool | None) -> PowerSeen:
        """The next word of that source to this effect."""
        end = time.monotonic() + HEARD_S
        while time.monotonic() < end:
            seen = self.posted.get(timeout=HEARD_S)
            if (seen.source, seen.mains) == (source, mains):
                return seen
        raise AssertionError(f"{source} never said {mains}")


@contextmanager
def watched(config: PowerConfig) -> Iterator[tuple[PowerWatch, Heard]]:
    heard, stop = Heard(), threading.Event()
    watch = PowerWatch(config, heard)
    threads = [threading.Thread(target=body, args=(stop,)) for _, body in watch.bodies]
    for thread in threads:
        thread.start()
    try:
        yield watch, heard
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in threads)


def nut(upsd: NutSimulator) -> PowerConfig:
    return PowerConfig(nut_host="127.0.0.1", nut_port=upsd.port)


def test_both_sources_say_how_the_mains_are(
    upsd: NutSimulator, board: ContactSimulator, tmp_path: Path
) -> None:
    port = str(tmp_path / "contact.tty")
    config = PowerConfig(nut_host="127.0.0.1", nut_port=upsd.port, contact_port=port)
    with watched(config) as (watch, heard):
        assert heard.until(UPS, True).charge_percent == 100
        heard.until(CONTACT, True)
        assert watch.mains() is True
        board.set(1, closed=False)
        assert heard.until(CONTACT, False).charge_percent is None
        assert watch.mains() is False


def test_a_ups_on_battery_is_told_within_two_seconds(upsd: NutSimulator) -> None:
    with watched(nut(upsd)) as (_, heard):
        heard.until(UPS, True)
        upsd.mains(on=False)
        upsd.charge(9)
        began = time.monotonic()
        seen = heard.until(UPS, False)
        assert time.monotonic() - began < 2.0
    assert (seen.is_low, seen.charge_percent) == (True, 9)


def test_what_cannot_be_asked_is_told_as_not_known_and_asked_again(upsd: NutSimulator) -> None:
    upsd.trouble(STALE)
    with watched(nut(upsd)) as (watch, heard):
        assert heard.until(UPS, None).detail == "N_STALE"
        assert watch.mains() is None
        upsd.well()
        heard.until(UPS, True)


def test_a_contact_may_be_held_open_by_the_mains(board: ContactSimulator, tmp_path: Path) -> None:
    board.set(2, closed=False)
    config = PowerConfig(
        contact_port=str(tmp_path / "contact.tty"), contact_input=2, mains_when="open"
    )
    source = sources_of(config)[CONTACT]
    assert source.state().mains is True
    board.set(2, closed=True)
    assert source.state().mains is False
    source.close()


def test_without_sources_there_are_no_threads() -> None:
    watch = PowerWatch(PowerConfig(), Heard())
    assert (watch.bodies, watch.mains()) == ((), None)


# -- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('ups = "my ups"', "power.ups"),
        ('contact_port = "gopher://x"', "power.contact_port"),
        ('contact_port = "{scale}"', "another device"),
        ('nut_host = "a b"', "nut_host"),
        ("contact_input = 0", "contact_input"),
        ("silent_ms = 100", "silent_ms"),
        ("battery = true", "battery"),
    ],
)
def test_a_section_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, section: str, words: str
) -> None:
    place = configure(tmp_path)
    with_power(place, section.format(scale=place.config.scale.port))
    with pytest.raises(Refusal, match=words):
        load_config(place.config_file)


def test_the_sources_of_a_section_are_those_with_a_place() -> None:
    assert PowerConfig().supplies == ()
    assert PowerConfig(nut_host="ups", contact_port="/dev/ttyS1").supplies == (UPS, CONTACT)
    assert power_fault(PowerConfig(nut_host="ups"), ["/dev/ttyS0"]) is None


def with_power(place: Place, section: str) -> None:
    text = place.config_file.read_text(encoding="utf-8")
    place.config_file.write_text(f"{text}\n[power]\n{section}\n", encoding="utf-8")


# -- what is shown ---------------------------------------------------------------------------------


def site(*words: tuple[str, bool | None, str]) -> Story:
    """A weighbridge with a UPS and a contact that have said this."""
    story = Story(site=replace(SITE, supplies=(UPS, CONTACT))).opened()
    for source, mains, detail in words:
        story.play(PowerSeen(story.moment(), source, mains, charge_percent=80, detail=detail))
    return story


def shown(story: Story) -> list[Any]:
    status = status_of(story.lane, bytes(32), Around(True, None, (), None, 500))
    return list(status["power"])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((UPS, True, ""), "UPS mains on, battery 80 %"),
        ((UPS, False, ""), "UPS mains off, battery 80 %"),
        ((UPS, None, "N_DENIED"), "UPS the NUT server denies us its answers"),
        ((CONTACT, None, "P_ABSENT"), "mains contact the serial device is not there"),
    ],
)
def test_the_status_has_a_line_about_power(words: tuple[str, bool | None, str], line: str) -> None:
    assert line in power_line(shown(site(words))).en


def test_where_nobody_watches_that_is_said() -> None:
    assert "not watched" in power_line(shown(Story())).en


def test_a_status_from_before_there_was_power_is_read(tmp_path: Path) -> None:
    status = status_of(Story().lane, bytes(32), Around(True, None, (), None, 500))
    status.pop("power")
    (tmp_path / "status.json").write_bytes(encode_status(status))
    assert read_status(tmp_path) is not None


@pytest.mark.parametrize("code", list(POWER))
def test_every_code_has_words_in_a_cause(code: str) -> None:
    what, remedy = cause_words("POWER", UPS, f"{code}: 16000 ms")
    assert what.en.startswith("UPS: ")
    assert power_words(BOOT, code) == POWER[code]
    assert all((what.zh, remedy.zh, remedy.en))


def test_what_has_no_words_of_its_own_has_those_of_the_cause() -> None:
    assert cause_words("POWER", UPS, "gremlins").what.en.startswith("Mains power is lost")


def diagnosed(place: Place) -> tuple[int, dict[str, dict[str, Any]]]:
    words = ["diag", "power", "--json", "--config", str(place.config_file)]
    result = CliRunner().invoke(program, words)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return result.exit_code, {row["check"]: row for row in rows}


def test_a_technician_asks_each_source_himself(
    upsd: NutSimulator, board: ContactSimulator, tmp_path: Path
) -> None:
    place = configure(tmp_path)
    port = tmp_path / "contact.tty"
    with_power(place, f'nut_host = "127.0.0.1"\nnut_port = {upsd.port}\ncontact_port = "{port}"')
    code, rows = diagnosed(place)
    assert (code, rows["power ups"]["ok"], rows["power contact"]["ok"]) == (0, True, True)
    board.behave(MUTE)
    upsd.trouble(DENY)
    code, rows = diagnosed(place)
    assert (code, rows["power ups"]["ok"], rows["power contact"]["ok"]) == (1, False, False)
    assert "upsd.conf" in rows["power ups"]["words"]["en"]
    assert "A/B" in rows["power contact"]["words"]["en"]


def test_a_site_without_sources_is_well_and_told_what_it_misses(tmp_path: Path) -> None:
    code, rows = diagnosed(configure(tmp_path))
    assert (code, rows["power"]["ok"]) == (0, True)
    assert "[power]" in rows["power"]["words"]["en"]


def test_a_running_agent_s_own_word_is_given(tmp_path: Path) -> None:
    place = configure(tmp_path)
    place.site.folder.mkdir(exist_ok=True)
    status = status_of(site((UPS, False, "")).lane, bytes(32), Around(True, None, (), None, 500))
    status["at_ms"] = time.time_ns() // 1_000_000
    (place.site.folder / "status.json").write_bytes(encode_status(status))
    code, rows = diagnosed(place)
    assert (code, rows["power ups"]["ok"]) == (1, False)
    assert "mains off" in rows["power ups"]["measured"]
