"""A recorded book folded once more: would the same decisions be taken on what it says itself?

Pure. It needs no devices and no tickets: every record is held against the ledger as it stood
before, and each weight against its curve where that is there. A difference is a value; none means
that the book agrees with the rules of this software.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from edge_agent.curve import decode_curve
from edge_agent.interlock import decide
from edge_agent.ledger import fold
from edge_agent.ledger_state import Ledger, TicketState
from edge_agent.recapture import weight_differs
from edge_agent.settings import SiteSettings, with_policy
from edge_agent.settling import STABLE
from edge_agent.vehicles import NEVER_SEEN
from weighbook.phrase import Phrase
from weighbook.records import CauseChange, Kind, Record, Weighing


class Difference(NamedTuple):
    seq: int
    code: str
    words: Phrase


WORDS: dict[str, Phrase] = {
    "D_CLOSED": Phrase("停销期间有销售或预占", "a sale or tare while sales were closed"),
    "D_SPENT": Phrase("票证已用过", "the ticket had been used before"),
    "D_SESSION": Phrase("没有对应的空车记录", "there is no tare for it"),
    "D_PLATE": Phrase("车号与空车记录不符", "the plate is not that of the tare"),
    "D_TARE": Phrase("皮重与空车记录不符", "the tare is not the one recorded"),
    "D_TARE_OLD": Phrase("空车记录过旧", "the tare was too old"),
    "D_NET": Phrase("净重不等于毛重减皮重", "net is not gross less tare"),
    "D_UNSTABLE": Phrase("重量未稳定", "the weight was not stable"),
    "D_PERMIT": Phrase("所列临时许可与当时不符", "the permits named are not those in force"),
    "D_CAUSE": Phrase("停销原因的变化与当时不符", "the cause did not stand, or stood already"),
    "D_CURVE": Phrase("曲线算出的重量与记录不符", "the stored curve gives another weight"),
    "D_EVIDENCE": Phrase("曲线与记录的哈希不符", "the stored curve is not the one recorded"),
    "D_TOTALS": Phrase("累计数不符", "the running totals differ"),
}


Find = Callable[[bytes], bytes | None]


def nothing_kept(_digest: bytes) -> bytes | None:
    """A book without its evidence."""
    return None


def replay(
    records: Iterable[Record], ledger: Ledger, site: SiteSettings, find: Find = nothing_kept
) -> Iterator[Difference]:
    """Every place where the book and the rules differ, in the order of the book.

    `find`: the evidence of a digest; what is not there is not compared.
    """
    for record in records:
        for code in _differs_from_curve(record, with_policy(site, ledger.policy), find):
            yield Difference(record.seq, code, WORDS[code])
        for check in CHECKS.get(record.kind, ()):
            for code in check(ledger, record, with_policy(site, ledger.policy)):
                yield Difference(record.seq, code, WORDS[code])
        ledger = fold(ledger, record)
        if ledger.totals != record.totals:
            yield Difference(record.seq, "D_TOTALS", WORDS["D_TOTALS"])


def _differs_from_curve(record: Record, site: SiteSettings, find: Find) -> Iterator[str]:
    """The weight of a stable weighing, recomputed from its curve."""
    body = record.body
    if not isinstance(body, Weighing) or body.curve is None or body.weight_kg is None:
        return
    data = find(body.curve)
    if data is None or body.stability != STABLE:
        return
    try:
        stored = decode_curve(data)
    except ValueError:
        yield "D_EVIDENCE"
        return
    site = replace(site, division_kg=stored.division_kg)
    if sha256(data).digest() != body.curve:
        yield "D_EVIDENCE"
    elif weight_differs(stored, body.weight_kg, site):
        yield "D_CURVE"


def _was_open(ledger: Ledger, record: Record, site: SiteSettings) -> Iterator[str]:
    body = record.body
    decision = decide(
        ledger.standing.values(),
        ledger.permits.values(),
        ledger.suspensions.values(),
        record.at_ms,
    )
    if not decision.open:
        yield "D_CLOSED"
    elif isinstance(body, Weighing):
        yield from () if body.permits == decision.permits else ("D_PERMIT",)


def _stood_still(ledger: Ledger, record: Record, site: SiteSettings) -> Iterator[str]:
    body = record.body
    if isinstance(body, Weighing) and body.stability != 1:
        yield "D_UNSTABLE"


def _was_unspent(ledger: Ledger, record: Record, site: SiteSettings) -> Iterator[str]:
    state = _state(ledger, record)
    if state is not None and state.used:
        yield "D_SPENT"


def _matches_its_tare(ledger: Ledger, record: Record, site: SiteSettings) -> Iterator[str]:
    body, state = record.body, _state(ledger, record)
    if not isinstance(body, Weighing):
        return
    if state is None and body.tare_uses is not None:
        yield from _matches_stored_tare(ledger, record, body, site)
        return
    if state is None or state.used:
        yield "D_SESSION"
        return
    if state.plate != body.plate:
        yield "D_PLATE"
    if (state.tare_kg, state.tare_seq) != (body.tare_kg, body.tare_seq):
        yield "D_TARE"
    if record.at_ms - state.tare_ms > site.tare_age_ms:
        yield "D_TARE_OLD"
    if body.gross_kg is None or body.net_kg != body.gross_kg - state.tare_kg:
        yield "D_NET"


def _matches_stored_tare(
    ledger: Ledger, record: Record, body: Weighing, site: SiteSettings
) -> Iterator[str]:
    truck = ledger.vehicles.get(body.plate or "", NEVER_SEEN)
    if (truck.tare_kg, truck.tare_seq) != (body.tare_kg, body.tare_seq):
        yield "D_TARE"
    is_worn_out = truck.uses >= site.stored_tare_uses
    if is_worn_out or record.at_ms - truck.tare_ms > site.stored_tare_ms:
        yield "D_TARE_OLD"
    if body.gross_kg is None or body.net_kg != body.gross_kg - (body.tare_kg or 0):
        yield "D_NET"


def _was_a_change(ledger: Ledger, record: Record, site: SiteSettings) -> Iterator[str]:
    """Only what stands can be cleared or covered. (A raise may repeat, to say more;
    evidence may come when all is over.)"""
    body = record.body
    if not isinstance(body, CauseChange) or body.change in ("raised", "evidence"):
        return
    if (body.code, body.subject) not in ledger.standing:
        yield "D_CAUSE"


def _state(ledger: Ledger, record: Record) -> TicketState | None:
    body = record.body
    if not isinstance(body, Weighing) or body.ticket_no is None:
        return None
    return ledger.tickets.get(body.ticket_no)


Check = Callable[[Ledger, Record, SiteSettings], Iterator[str]]

CHECKS: dict[Kind, tuple[Check, ...]] = {
    Kind.TARE: (_was_open, _stood_still, _was_unspent),
    Kind.SALE: (_was_open, _stood_still, _was_unspent, _matches_its_tare),
    Kind.CAUSE: (_was_a_change,),
}
