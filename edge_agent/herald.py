"""Says how things stand: `status.json` for this machine, standing and checkpoint for the line.

Called after every event; it writes at most every second unless something changed that people act
on.
"""

from pathlib import Path

import structlog

from edge_agent.acts import Tell
from edge_agent.book import Book
from edge_agent.book_file import BookFailed
from edge_agent.clockwork import mono_ms, now
from edge_agent.evidence import free_mib, write_whole
from edge_agent.outbox import Standing
from edge_agent.slip_desk import SlipDesk
from edge_agent.status import STATUS_FILE, Around, encode_status, read_status, status_of
from edge_agent.turn import Lane, lease_until_ms, newest_receipt
from edge_agent.uplink import Uplink
from weighbook.keys import SigningKey
from weighbook.receipts import Checkpoint, sign_checkpoint

STATUS_EVERY_MS = 1_000
CHECKPOINT_EVERY_MS = 60_000

Messages = tuple[tuple[int, Tell], ...]

log = structlog.get_logger(__name__)


class Herald:
    """Who speaks for one lane."""

    def __init__(
        self, folder: Path, book: Book, key: SigningKey, uplink: Uplink | None, slips: SlipDesk
    ) -> None:
        self._folder = folder
        self._book = book
        self._key = key
        self._uplink = uplink
        self._slips = slips
        self._told_ms = 0
        self._told: tuple[object, ...] = ()
        self._reported_ms = 0

    def last_seen_ms(self) -> int:
        """When the last run was known to live; 0: not known."""
        status = read_status(self._folder)
        return 0 if status is None else min(int(status["at_ms"]), now().wall_ms)

    def tell(self, lane: Lane, messages: Messages) -> None:
        """Status, standing, checkpoint: whichever is due."""
        at_ms = mono_ms()
        if self._uplink is not None:
            self._uplink.update(standing_of(lane))
        if at_ms - self._reported_ms >= CHECKPOINT_EVERY_MS:
            self.report(lane)
        news = (lane.decision, lane.booked.seq, lane.passage is None, len(messages), messages[-1:])
        if at_ms - self._told_ms < STATUS_EVERY_MS and news == self._told:
            return
        self._told_ms, self._told = at_ms, news
        self._write_status(lane, messages)

    def leave(self, lane: Lane, messages: Messages) -> None:
        """The last status, and the newest standing for the line to take along."""
        if self._uplink is not None:
            self._uplink.update(standing_of(lane))
        self.report(lane)
        self._write_status(lane, messages)

    def report(self, lane: Lane) -> None:
        """A checkpoint, now."""
        self._reported_ms = mono_ms()
        if self._uplink is not None:
            self._uplink.announce(sign_checkpoint(self._checkpoint(lane), self._key))

    def _checkpoint(self, lane: Lane) -> Checkpoint:
        ledger = lane.booked
        used = sum(ticket.used for ticket in ledger.tickets.values())
        return Checkpoint(
            weighbridge=ledger.weighbridge,
            epoch=ledger.epoch,
            seq=self._book.head.seq,
            head=self._book.head.digest,
            at_ms=lane.now.wall_ms,
            order_number=ledger.order_number,
            lease_until_ms=lease_until_ms(lane),
            tickets_reserved=len(ledger.tickets) - used,
            tickets_used=used,
            causes=tuple(sorted({code for code, _ in ledger.standing})),
            config=lane.site.config,
            software=lane.site.software,
            open=lane.decision.open and not lane.stopped,
        )

    def _write_status(self, lane: Lane, messages: Messages) -> None:
        around = Around(
            online=self._uplink is not None and self._uplink.is_up(),
            slip=None if self._slips.newest is None else str(self._slips.newest),
            messages=messages,
            oldest_unsent_ms=self._oldest_unsent_ms(lane),
            free_mib=_free_mib(self._folder),
        )
        status = status_of(lane, self._book.head.digest, around)
        try:
            write_whole(self._folder / STATUS_FILE, encode_status(status), durable=False)
        except OSError as error:
            log.warning("the status was not written", error=str(error))

    def _oldest_unsent_ms(self, lane: Lane) -> int | None:
        """None too where the book cannot be read: that, above all, the status must go on to say."""
        receipt = newest_receipt(lane)
        try:
            return self._book.at_ms(1 + (0 if receipt is None else receipt.seq))
        except BookFailed:
            return None


def standing_of(lane: Lane) -> Standing:
    """What the line must know to send what is due."""
    receipt = newest_receipt(lane)
    number = lane.booked.order_number + 1
    if receipt is None:
        return Standing(lane.booked.seq, 0, 0, number)
    return Standing(lane.booked.seq, receipt.seq, receipt.at_ms, number)


def _free_mib(folder: Path) -> int | None:
    try:
        return free_mib(folder)
    except OSError:
        return None
