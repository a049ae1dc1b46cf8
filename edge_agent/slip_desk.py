"""Slips: signed, written as text at once, drawn as a QR picture by a thread of its own.

`slips/<seq>.txt` is what a printer prints and what an inspector's phone reads; the drawing may lag
or fail without holding up the lane. Losing the folder loses nothing: a slip is made again from the
book.
"""

import queue
from collections.abc import Callable, Sequence
from pathlib import Path

import segno
import structlog

from edge_agent.acts import GiveSlip
from edge_agent.book import Head
from edge_agent.evidence import write_whole
from edge_agent.shown_time import shown_time
from edge_agent.workers import Stop
from weighbook.keys import SigningKey
from weighbook.phrase import Phrase
from weighbook.records import Kind, Record, Weighing
from weighbook.slips import CHECK_BYTES, HEAD_BYTES, Slip, sign_slip, slip_text

MAX_UNDRAWN = 64

SLIP = Phrase(
    "磅单 {weighbridge}-{seq}　{time}\n车号 {plate}　产品 {product}\n"
    "净重 {net_kg} 千克　票号 {ticket_no}",
    "Slip {weighbridge}-{seq}  {time}\nplate {plate}  product {product}\n"
    "net {net_kg} kg  ticket {ticket_no}",
)

COPY = Phrase("重印 第 {copy} 份", "DUPLICATE {copy}")

Lines = Sequence[str]

log = structlog.get_logger(__name__)


def keep_it(_lines: Lines, _code: str) -> None:
    """Without a printer the slip's file and picture are all there is."""


class SlipDesk:
    """The folder of slips and the thread that draws them."""

    def __init__(
        self, folder: Path, key: SigningKey, hand: Callable[[Lines, str], None] = keep_it
    ) -> None:
        self.folder = folder
        self._print = hand
        self.newest: Path | None = None
        self._key = key
        self._undrawn: queue.Queue[tuple[str, Path]] = queue.Queue(MAX_UNDRAWN)
        folder.mkdir(parents=True, exist_ok=True)

    def give(self, act: GiveSlip, head: Head, at_ms: int) -> Path:
        """Sign and write the slip of the record at the book's head. Errors: OSError."""
        slip = Slip(
            weighbridge=head.weighbridge,
            epoch=head.epoch,
            seq=head.seq,
            head=head.digest[:HEAD_BYTES],
            totals=head.totals,
            at_ms=at_ms,
            plate=act.plate,
            product=act.product,
            net_kg=act.net_kg,
            ticket_no=act.ticket_no,
            check=act.check,
        )
        path = self._issue(slip, f"{head.epoch}-{head.seq}.txt", 0)
        self.newest = path
        return path

    def give_again(self, record: Record, digest: bytes, copy: int) -> Path:
        """The slip of an earlier sale, marked as a copy. Errors: OSError; ValueError, no sale."""
        slip = slip_of(record, digest)
        return self._issue(slip, f"{record.epoch}-{record.seq}-copy{copy}.txt", copy)

    def _issue(self, slip: Slip, name: str, copy: int) -> Path:
        text, path = slip_text(sign_slip(slip, self._key)), self.folder / name
        heading = str(COPY.fill(copy=copy)).splitlines() if copy else []
        lines = [*heading, *str(words_of(slip)).splitlines()]
        written = "\n".join((*lines, text, ""))
        write_whole(path, written.encode())
        self._print(lines, text)
        try:
            self._undrawn.put_nowait((text, path.with_suffix(".png")))
        except queue.Full:
            log.warning("the slip's picture is left out", slip=path.name)
        return path

    def draw(self, stop: Stop) -> None:
        """Draw what is given until `stop`; the body of a thread."""
        while not stop.is_set():
            try:
                text, path = self._undrawn.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                segno.make(text, error="m").save(str(path), scale=4, border=4)
            except OSError as error:
                log.warning("the slip's picture is not drawn", slip=path.name, error=str(error))


def slip_of(record: Record, digest: bytes) -> Slip:
    """Of a sale as the book has it. Errors: ValueError, it is none."""
    body = record.body
    if record.kind is not Kind.SALE or not isinstance(body, Weighing):
        raise ValueError(f"record {record.seq} is no sale")
    if body.plate is None or body.net_kg is None or body.ticket_no is None:
        raise ValueError(f"record {record.seq} is no whole sale")
    return Slip(
        *(record.weighbridge, record.epoch, record.seq, digest[:HEAD_BYTES], record.totals),
        *(record.at_ms, body.plate, body.product or "", body.net_kg, body.ticket_no),
        (body.ticket_digest or b"")[:CHECK_BYTES],
    )


def words_of(slip: Slip) -> Phrase:
    """What stands on the slip beside the code."""
    return SLIP.fill(
        weighbridge=slip.weighbridge,
        seq=slip.seq,
        time=shown_time(slip.at_ms),
        plate=slip.plate,
        product=slip.product,
        net_kg=f"{slip.net_kg:,}",
        ticket_no=slip.ticket_no,
    )
