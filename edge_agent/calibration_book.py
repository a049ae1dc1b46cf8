"""Which calibrations a book knows, without folding all of it: for commands beside a running agent.

Only the records that can matter are read (calibrations, and the orders that approve them), and
each must carry a good signature.
"""

from collections.abc import Iterator
from contextlib import closing
from errno import ENOENT
from typing import NamedTuple

from edge_agent.book import Book
from edge_agent.book_file import BookFailed, blob, connect, failing
from edge_agent.calibration_file import Shelf, shelf_of
from edge_agent.cli_run import book_refused, not_enrolled
from edge_agent.clockwork import boot_id
from edge_agent.evidence import Evidence
from edge_agent.ledger import blank, key_ring, note, read_orders
from edge_agent.ledger_state import Ledger
from edge_agent.opening import newest_keyset, root_of
from edge_agent.site import Site
from weighbook.envelope import Typ, open_message
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.phrase import Refusal
from weighbook.records import Kind, Record, parse_record

READ = (Kind.CALIBRATION, Kind.ORDER)


class Papers(NamedTuple):
    """What a command needs of an enrolled weighbridge. `ledger` tells of its calibrations only."""

    site: Site
    key: SigningKey
    epoch: int
    ledger: Ledger
    evidence: Evidence

    @property
    def shelf(self) -> Shelf:
        return shelf_of(self.ledger, self.evidence)


def read_papers(site: Site) -> Papers:
    """Errors: Refusal E_NOT_ENROLLED, E_BOOK."""
    for path in (site.key, site.book):
        if not path.exists():
            raise not_enrolled(FileNotFoundError(ENOENT, "missing", str(path)))
    key = SigningKey.load(site.key)
    try:
        with closing(Book(site.book, key, boot_id())) as book:
            keyset = newest_keyset(book)
            orders = read_orders(book.orders(), keyset)
            ledger = blank(book.head.weighbridge, root_of(book), keyset, orders)
            epoch = book.head.epoch
        for record in _records(site, key_ring(ledger)):
            ledger = note(ledger, record.kind, record.body, record.at_ms)
    except BookFailed as failure:
        raise book_refused(site.book, str(failure)) from failure
    return Papers(site, key, epoch, ledger, Evidence(site.evidence))


def _records(site: Site, ring: KeyRing) -> Iterator[Record]:
    """In the order of the book. Errors: BookFailed."""
    marks = ",".join("?" * len(READ))
    with failing(), closing(connect(site.book, read_only=True)) as db:
        rows = db.execute(
            f"SELECT seq, message FROM records WHERE kind IN ({marks}) ORDER BY seq",  # noqa: S608 # question marks only
            tuple(int(kind) for kind in READ),
        ).fetchall()
    for seq, value in rows:
        try:
            message = blob(value, f"record {seq}")
            yield parse_record(open_message(message, Typ.RECORD, ring, at_s=None).payload)
        except Refusal as refusal:
            raise BookFailed(f"record {seq}: {refusal.code}") from refusal
