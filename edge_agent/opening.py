"""Opening a weighbridge's book for a run: papers, chain and fold; nothing is written.

The whole chain is walked (digest, order, totals); the signatures of the newest `CHECKED` records
are verified. What does not hold is a `Fault` in words: the run begins all the same, with sales
closed by BOOK, for the deck must go on recording.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from edge_agent.book import Book, Line
from edge_agent.book_file import BookFailed
from edge_agent.ledger import blank, fold, read_orders
from edge_agent.ledger_state import Ledger
from weighbook.chain import begins, follows
from weighbook.envelope import Typ, open_message
from weighbook.keys import PublicKey
from weighbook.keyset import KeyRing, KeySet, open_keyset
from weighbook.phrase import Refusal

CHECKED = 500  # newest records whose signatures are verified at every start
SHOWN_EVERY = 5_000

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Opened:
    """The ledger as of the newest record; `fault` None: all that was checked holds."""

    ledger: Ledger
    fault: str | None


def open_ledger(
    book: Book,
    progress: Progress = lambda _: None,
    checked: int = CHECKED,
    shown_every: int = SHOWN_EVERY,
) -> Opened:
    """Fold the whole book. `progress` is told the seq of one record in so many.

    Errors: BookFailed where not even the papers can be read.
    """
    keyset, root = newest_keyset(book), root_of(book)
    orders = read_orders(book.orders(), keyset)
    ledger = blank(book.head.weighbridge, root, keyset, orders)
    newest: deque[Line] = deque(maxlen=checked)
    before: Line | None = None
    fault: str | None = None
    try:
        for line in book.lines():
            fault = fault or _break(before, line)
            ledger = fold_line(ledger, line)
            newest.append(line)
            before = line
            if line.record.seq % shown_every == 0:
                progress(line.record.seq)
    except BookFailed as failure:
        fault = fault or str(failure)
    return Opened(ledger, fault or _bad_signature(newest, KeyRing(keyset)))


def fold_line(ledger: Ledger, line: Line) -> Ledger:
    """The fold asserts what an agent writes; a book is written by whoever holds the key.

    Errors: BookFailed.
    """
    try:
        return fold(ledger, line.record, line.digest)
    except AssertionError as error:
        seq, kind = line.record.seq, line.record.kind.name
        raise BookFailed(f"record {seq} is no {kind} that an agent writes") from error


def root_of(book: Book) -> PublicKey:
    """The root's key, pinned at enrolment. Errors: BookFailed."""
    try:
        return PublicKey.read(book.fact("root"))
    except Refusal as refusal:
        raise BookFailed(f"root: {refusal.code}") from refusal


def newest_keyset(book: Book) -> KeySet:
    """The newest key set of the book that its root signed. Errors: BookFailed."""
    root = root_of(book)
    found: list[KeySet] = []
    for message in book.keysets():
        try:
            found.append(open_keyset(message, root))
        except Refusal as refusal:
            raise BookFailed(f"key set: {refusal.code}") from refusal
    if not found:
        raise BookFailed("no key set in the book")
    return max(found, key=lambda keyset: keyset.version)


def _break(before: Line | None, line: Line) -> str | None:
    if before is None:
        found = next(iter(begins(line.record)), None)
    else:
        found = next(follows(before.record, before.digest, line.record), None)
    return None if found is None else f"record {found.seq}: {found.code}"


def _bad_signature(lines: deque[Line], ring: KeyRing) -> str | None:
    for line in lines:
        try:
            open_message(line.message, Typ.RECORD, ring, at_s=None)
        except Refusal as refusal:
            return f"record {line.record.seq}: {refusal.code}"
    return None
