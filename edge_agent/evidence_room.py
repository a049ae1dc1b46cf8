"""Room for evidence, as the core sees it: what goes is recorded first, what cannot go is told."""

from functools import partial

from edge_agent.acts import Prune
from edge_agent.announcements import DISK_CROWDED
from edge_agent.events import DiskCrowded, PruneProposed
from edge_agent.turn import Lane, Turn, in_turn, tell, write
from weighbook.records import Kind, Pruned


def take_proposal(lane: Lane, event: PruneProposed) -> Turn:
    """Granted by its record, if the receipts in the book reach that far and the book is well."""
    receipt = lane.ledger.receipt
    is_covered = event.last == 0 or (receipt is not None and event.last <= receipt.seq)
    in_doubt = any(code == "BOOK" for code, _ in lane.ledger.standing)
    if lane.adrift or in_doubt or not is_covered:
        return Turn(lane)
    pruned = Pruned(event.first, event.last, event.files, event.size_bytes, event.unnamed)
    return in_turn(
        lane,
        partial(write, kind=Kind.PRUNED, body=pruned),
        lambda now: Turn(now, (Prune(event.last),)),
    )


def take_crowd(lane: Lane, event: DiskCrowded) -> Turn:
    told = DISK_CROWDED.fill(used_mib=event.used_mib, too_much_mib=event.too_much_mib)
    return tell(lane, told, "DISK_CROWDED", "warn")
