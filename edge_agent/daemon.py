"""The agent itself: devices post, one thread decides, writes and acts. `run` until told to stop.

The loop is: take an event, step the lane, do its acts, say how things stand. Nothing else decides.
Every device has a thread or a process of its own and can hang without holding this one up; a
thread that hangs costs the watchdog its ping, a process its lease.
"""

import hashlib
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from edge_agent import lane as agent
from edge_agent.acts import Tell
from edge_agent.book import Book
from edge_agent.book_file import BookFailed
from edge_agent.camera_reasons import Reasons
from edge_agent.clockwork import boot_id, mono_ms, now
from edge_agent.config import AgentConfig, site_settings
from edge_agent.events import BookChecked, Event, StopAsked, Tick
from edge_agent.evidence import Evidence, free_mib
from edge_agent.first_night import FirstNight
from edge_agent.herald import Herald
from edge_agent.in_force import InForce
from edge_agent.inbox import Inbox
from edge_agent.keeping import keeping
from edge_agent.ledger_state import Ledger
from edge_agent.mailbox import watch_folder
from edge_agent.onvif_watch import OnvifWatch
from edge_agent.opening import Opened, open_ledger
from edge_agent.performer import Hands, perform
from edge_agent.phone_secret import with_phone
from edge_agent.ports import scale_thread, scanner_thread
from edge_agent.power_watch import PowerWatch
from edge_agent.recollection import recollect
from edge_agent.rekeying import current_key
from edge_agent.relays import Relays
from edge_agent.sight import Judging, Sight
from edge_agent.site import Site, hold, load_account
from edge_agent.slip_desk import SlipDesk
from edge_agent.slip_printer import printing
from edge_agent.turn import Lane
from edge_agent.uplink import Account, Uplink
from edge_agent.uploads import uploads
from edge_agent.watchdog import Watchdog, notify_systemd
from edge_agent.workers import Body, Workers
from weighbook import cbor

TICK_S = 0.25
BOOK_EVERY_MS = 5_000
STOP_LIMIT_S = 4.0  # for all threads together: a whole stop takes less than five seconds
MAX_MESSAGES = 50

log = structlog.get_logger(__name__)


@dataclass
class Agent:
    """One weighbridge at work. Build it with `build`; `run` returns after an orderly stop."""

    config: AgentConfig
    inbox: Inbox
    hands: Hands
    herald: Herald
    sight: Sight
    workers: Workers
    opened: Opened
    lane: Lane
    messages: deque[tuple[int, Tell]]
    hearers: tuple[Callable[[Ledger], None], ...] = ()
    watchdog: Watchdog = field(default_factory=Watchdog)
    _stop_reason: str | None = None
    _checked_ms: int = 0

    def run(self) -> None:
        """Work until a stop is asked for (`ask_stop`, SIGTERM), then close sales and leave."""
        self.sight.start()
        self.workers.start()
        try:
            while not self.lane.stopped:
                self.take(self._next())
                self._look_after_book()
                for hear in self.hearers:
                    hear(self.lane.booked)
                self.herald.tell(self.lane, tuple(self.messages))
                self.watchdog.ping(self.workers.ages_ms(), mono_ms())
        finally:
            notify_systemd("STOPPING=1")
            self.herald.leave(self.lane, tuple(self.messages))
            self.workers.end(STOP_LIMIT_S)
            self.sight.stop()
            self.hands.book.close()

    def _next(self) -> Event:
        if self._stop_reason is not None:
            return StopAsked(now(), self._stop_reason)
        return self.inbox.take(TICK_S) or Tick(now())

    def take(self, event: Event) -> None:
        """One event through the lane, and what it led to."""
        self.lane, acts = agent.step(self.lane, event)
        done = perform(self.hands, self.lane, acts)
        self.lane = done.lane
        if done.failure is not None:
            self._fail(done.failure)

    def ask_stop(self, reason: str) -> None:
        """Only a flag: a signal may come while the inbox is locked by the very same thread."""
        self._stop_reason = reason

    def _fail(self, failure: str) -> None:
        """The core hears of it in the same moment; what it asks for now cannot need the book."""
        checked = BookChecked(self.lane.now, ok=False, detail=failure)
        self.lane, acts = agent.step(self.lane, checked)
        self.lane = perform(self.hands, self.lane, acts).lane

    def _look_after_book(self) -> None:
        """Every few seconds: is there room, and did a write that failed take effect after all?"""
        at_ms = mono_ms()
        if at_ms - self._checked_ms < BOOK_EVERY_MS:
            return
        first, self._checked_ms = self._checked_ms == 0, at_ms
        detail = self._book_fault()
        known = self.lane.watch.book_ok
        if first or known is not (detail is None):
            self.take(BookChecked(now(), ok=detail is None, detail=detail or ""))

    def _book_fault(self) -> str | None:
        try:
            room = free_mib(self.config.state)
            if room < self.config.disk.min_free_mib:
                return f"{room} MiB free < {self.config.disk.min_free_mib}"
            if self.lane.watch.book_ok is False:
                for line in self.hands.book.newer_than(self.lane.booked.seq):
                    self.lane = agent.recorded(self.lane, line.record, line.digest)
        except (BookFailed, OSError) as failure:
            return str(failure)
        return self.opened.fault


def build(config: AgentConfig, text: bytes, software: str) -> Agent:
    """An agent on its place, its lane started and what that asks for done. It holds the place.

    Errors: Refusal (configuration, another agent), BookFailed, OSError.
    """
    site = Site(config.state)
    hold(site)
    key = current_key(site)
    book = Book(site.book, key, boot_id())
    registry = cbor.decode(book.fact("registry"), max_bytes=1 << 20)
    settings = site_settings(config, registry, software, hashlib.sha256(text).digest())
    opened = open_ledger(book, lambda seq: log.info("reading the book", seq=seq))
    settings = with_phone(settings, site, opened.ledger, book.fact("enrolment"))
    if opened.fault is not None:
        log.error("the book does not hold", fault=opened.fault)
    inbox, evidence = Inbox(), Evidence(site.evidence)
    messages: deque[tuple[int, Tell]] = deque(maxlen=MAX_MESSAGES)
    relays = Relays(config, inbox.post)
    onvif, power = OnvifWatch(config.camera), PowerWatch(config.power, inbox.post)
    reasons = Reasons(config.camera, power.mains)
    first_night = FirstNight(key, software, config.camera_limits)
    in_force = InForce(settings.cameras, evidence, inbox.post, first_night)
    fixed = in_force.begin(opened.ledger)
    judging = Judging(config.camera_limits, fixed, relays.lamps, onvif, reasons)
    sight = Sight(config.camera, evidence, inbox.post, judging)
    account = load_account(site)
    kept = keeping(config, account, evidence, sight, inbox.post)
    uplink = _uplink(config, account, site, inbox)
    hand, printers = printing(config.printer, inbox.post)
    desk = SlipDesk(site.slips, key, hand)
    herald = Herald(site.folder, book, key, uplink, desk)
    hands = Hands(
        book=book,
        evidence=evidence,
        slips=desk,
        gate=relays.gate,
        photograph=sight.photograph,
        tell=lambda told: _hear(messages, told),
        report=herald.report,
        keepers=kept,
    )
    last_ms, boot = herald.last_seen_ms(), boot_id()
    lane, acts = agent.start(settings, opened.ledger, now(), seen_ms=last_ms, boot=boot)
    lane = replace(perform(hands, lane, acts).lane, memory=recollect(book, evidence, settings))
    bodies = _bodies(config, inbox, sight)
    bodies += (("calibrations", partial(in_force.run, sight)), *kept.bodies, *printers)
    bodies += (*relays.bodies, *onvif.bodies, *reasons.bodies, *power.bodies, ("slips", desk.draw))
    hearers: tuple[Callable[[Ledger], None], ...] = (in_force.tell, kept.pruner.tell)
    if uplink is not None and account is not None:
        sent = uploads(config, account, evidence, uplink, sight)
        bodies += (("uplink", uplink.run), *sent.bodies)
        hearers += sent.hearers
    workers = Workers(bodies, mono_ms)
    return Agent(config, inbox, hands, herald, sight, workers, opened, lane, messages, hearers)


def stop_on_signals(running: Agent) -> None:
    """SIGTERM and SIGINT become an orderly stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: running.ask_stop(signal.Signals(got).name))


def _bodies(config: AgentConfig, inbox: Inbox, sight: Sight) -> tuple[tuple[str, Body], ...]:
    scale = scale_thread(config.scale, lambda event: _weighed(event, sight, inbox))
    found: list[tuple[str, Body]] = [
        ("scale", scale.run),
        ("cameras", sight.look),
        ("pictures", sight.answer),
        ("inbox", lambda stop: watch_folder(Site(config.state).inbox, inbox.post, stop)),
    ]
    for scanner in config.scanner:
        if scanner.port:
            found.append((scanner.name, scanner_thread(scanner, inbox.post).run))
        else:
            found.append((scanner.name, lambda stop, s=scanner: sight.scan(s, stop)))  # type: ignore[misc]  # bound now
    return tuple(found)


def _weighed(event: Event, sight: Sight, inbox: Inbox) -> bool:
    """The cameras hear of the weight as well: what they should see depends on it."""
    sight.weigh(event)
    return inbox.post(event)


def _uplink(
    config: AgentConfig, account: Account | None, site: Site, inbox: Inbox
) -> Uplink | None:
    if account is None:
        return None
    reached = Account(
        config.mqtt.host or account.host,
        config.mqtt.port or account.port,
        account.username,
        account.password,
        account.ca,
    )
    return Uplink(reached, config.weighbridge, site.book, inbox.post)


def _hear(messages: deque[tuple[int, Tell]], told: Tell) -> None:
    messages.append((now().wall_ms, told))
    level = {"info": "info", "warn": "warning", "alarm": "error"}.get(told.level, "info")
    getattr(log, level)(told.phrase.en, code=told.code, zh=told.phrase.zh)
