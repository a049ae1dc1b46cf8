"""Asks those who know about a site's mains power, a thread for each, and posts every answer.

An answer a second while it goes well; after a failure the pause grows, and the failure is posted as
what it is: not known. Whether that closes sales is the core's to say.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from drivers.backoff import next_delay_ms
from drivers.power.contact import Contact, ContactFailed
from drivers.power.nut import NutUps
from drivers.power.nut_words import NutFailed, UpsState
from drivers.serial_port import PortSettings, open_port
from edge_agent.clockwork import mono_ms, now
from edge_agent.events import Event, PowerSeen
from edge_agent.power_config import PowerConfig
from edge_agent.supply import CONTACT, UPS
from edge_agent.workers import Body, Stop

EVERY_S = 1.0
MOST_PAUSE_MS = 2_000  # with one slow question, well within the shortest silence that is a cause
UNSAID = "N_UNSAID"

log = structlog.get_logger(__name__)


class Source(Protocol):
    """Who is asked. May raise NutFailed, ContactFailed."""

    def state(self) -> UpsState: ...
    def close(self) -> None: ...


class MainsContact:
    """A contact that is held closed, or open, by mains power."""

    def __init__(self, contact: Contact, mains_when: str) -> None:
        self._contact = contact
        self._closed_by_mains = mains_when == "closed"

    def state(self) -> UpsState:
        is_there = self._contact.is_closed() is self._closed_by_mains
        return UpsState(is_there, is_low=False, charge_percent=None)

    def close(self) -> None:
        self._contact.close()


class Word(NamedTuple):
    """The newest answer of a source, and when."""

    mains: bool | None
    at_ms: int


class PowerWatch:
    """All sources of one site. `bodies`: their threads; `mains`: what they say, for anybody."""

    def __init__(self, config: PowerConfig, post: Callable[[Event], bool]) -> None:
        self._post = post
        self._silent_ms = config.silent_ms
        self._sources = sources_of(config)
        self._words: dict[str, Word] = {}

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        return tuple(
            (f"power {name}", partial(self._run, name, source))
            for name, source in self._sources.items()
        )

    def mains(self) -> bool | None:
        """Lost as soon as one says so; None where nobody has said anything lately."""
        at_ms = mono_ms()
        said = [w.mains for w in self._words.values() if at_ms - w.at_ms <= self._silent_ms]
        return False if False in said else True if True in said else None

    def _run(self, name: str, source: Source, stop: Stop) -> None:
        """Asks until the end; the body of a thread."""
        failures, told = 0, ""
        while not stop.is_set():
            seen = asked(name, source)
            self._words[name] = Word(seen.mains, seen.now.mono_ms)
            self._post(seen)
            failures = 0 if seen.mains is not None else failures + 1
            if (says := _in_log(seen)) != told:
                told = says
                log.warning("mains power", source=name, says=says)
            pause_s = EVERY_S if not failures else next_delay_ms(failures - 1, MOST_PAUSE_MS) / 1000
            if stop.wait(pause_s):
                break
        source.close()


def sources_of(config: PowerConfig) -> dict[str, Source]:
    """Whom to ask, by name; nothing is opened yet."""
    found: dict[str, Source] = {}
    if config.nut_host:
        found[UPS] = NutUps(config.nut_host, config.ups, config.nut_port)
    if config.contact_port:
        settings = PortSettings(config.contact_port, config.contact_baud)
        contact = Contact(
            partial(open_port, settings), config.contact_address, config.contact_input
        )
        found[CONTACT] = MainsContact(contact, config.mains_when)
    return found


def asked(name: str, source: Source) -> PowerSeen:
    """One answer, or why there is none."""
    try:
        state = source.state()
    except (NutFailed, ContactFailed) as failed:
        return PowerSeen(now(), name, None, detail=failed.code)
    detail = UNSAID if state.mains is None else ""
    return PowerSeen(now(), name, state.mains, state.is_low, state.charge_percent, detail)


def _in_log(seen: PowerSeen) -> str:
    if seen.mains is None:
        return seen.detail
    return f"{'on' if seen.mains else 'off'}{', battery low' if seen.is_low else ''}"
