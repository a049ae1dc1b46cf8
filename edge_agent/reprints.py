"""A slip asked for once more: counted, remarked in the book, and marked on the paper. Pure.

The code on a copy is that of the first slip: it stands for the same record. How often is in the
book as a remark on the record, so that the bureau sees it (F-T07).
"""

from functools import partial

from edge_agent.acts import ReprintSlip
from edge_agent.announcements import REPRINT_REFUSED, REPRINTED
from edge_agent.events import ReprintAsked
from edge_agent.record_effects import REPRINT
from edge_agent.turn import Lane, Turn, in_turn, tell, write
from weighbook.records import Correction, Kind

MOST_COPIES = 9


def take_reprint(lane: Lane, event: ReprintAsked) -> Turn:
    """Remark first, then print; neither for what is no record of this book."""
    copy = lane.ledger.reprints.get(event.seq, 0) + 1
    if lane.adrift or not 0 < event.seq <= lane.ledger.seq or copy > MOST_COPIES:
        return tell(lane, REPRINT_REFUSED.fill(seq=event.seq), "REPRINT_REFUSED", "warn")
    remark = Correction(event.seq, f"{REPRINT} {copy}")
    return in_turn(
        lane,
        partial(write, kind=Kind.CORRECTION, body=remark),
        lambda now: Turn(now, (ReprintSlip(event.seq, copy),)),
        partial(tell, phrase=REPRINTED.fill(seq=event.seq, copy=copy), code="REPRINTED"),
    )
