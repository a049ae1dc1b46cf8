"""At a start: the newest arrivals from the book's own evidence, for the check against replays.

Bounded, since every curve is weighed again: what is older than `MOST` passages is not recalled.
"""

from collections.abc import Iterator

from edge_agent.book import Book
from edge_agent.book_file import BookFailed
from edge_agent.curve import StoredCurve, decode_curve
from edge_agent.evidence import Evidence
from edge_agent.recapture import memory_of
from edge_agent.settings import SiteSettings
from edge_agent.tamper.shape import NO_MEMORY, Memory
from weighbook.records import Weighing

MOST = 300
RECORDS_PER_PASSAGE = 8  # at most looked through for one


def recollect(book: Book, evidence: Evidence, site: SiteSettings) -> Memory:
    """The arrivals of the newest passages, oldest first.

    A book that does not hold recalls nothing: it keeps sales closed, and must not keep the agent
    from starting, which weighs as evidence and reports.
    """
    after = max(0, book.head.seq - MOST * RECORDS_PER_PASSAGE)
    try:
        bodies = [line.record.body for line in book.lines(after)]
    except BookFailed:
        return NO_MEMORY
    digests = [body.curve for body in bodies if isinstance(body, Weighing) and body.curve]
    return memory_of(_curves(digests[-MOST:], evidence), site)


def _curves(digests: list[bytes], evidence: Evidence) -> Iterator[StoredCurve]:
    """Those that are still there and can be read."""
    for digest in digests:
        path = evidence.find(digest)
        if path is None:
            continue
        try:
            yield decode_curve(path.read_bytes())
        except (OSError, ValueError):
            continue
