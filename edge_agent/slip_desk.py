"""Slips: signed, written as text at once, drawn as a QR picture by a thread of its own.

`slips/<seq>.txt` is what a printer prints and what an inspector's phone reads; the drawing may lag
or fail without holding up the lane. Losing the folder loses nothing: a slip is made again from the
book.
"""

import queue
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
from weighbook.slips import HEAD_BYTES, Slip, sign_slip, slip_text

MAX_UNDRAWN = 64

SLIP = Phrase(
    "磅单 {weighbridge}-{seq}　{time}\n车号 {plate}　产品 {product}\n"
    "净重 {net_kg} 千克　票号 {ticket_no}",
    "Slip {weighbridge}-{seq}  {time}\nplate {plate}  product {product}\n"
    "net {net_kg} kg  ticket {ticket_no}",
)

log = structlog.get_logger(__name__)


class SlipDesk:
    """The folder of slips and the thread that draws them."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self.folder = folder
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
        text = slip_text(sign_slip(slip, self._key))
        path = self.folder / f"{head.epoch}-{head.seq}.txt"
        write_whole(path, f"{words_of(slip)}\n{text}\n".encode())
        self.newest = path
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
