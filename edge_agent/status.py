"""What the agent shows of itself: one plain map, written to `status.json` and read by everybody.

`status_of` is pure. The file is replaced whole, so a reader sees one moment; `at_ms` tells whether
it is still alive: an agent writes it at least every second.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NotRequired, TypedDict

import msgspec

from edge_agent.acts import Tell
from edge_agent.cause_words import cause_phrase, cause_words
from edge_agent.ledger_state import Standing
from edge_agent.phone import call_words
from edge_agent.supply import SupplyShown, supplies_shown
from edge_agent.turn import Lane, lease_until_ms, newest_receipt
from weighbook.phrase import Phrase

STATUS_FILE = "status.json"
ALIVE_MS = 5_000  # an older status is that of an agent that is not running
LARGEST_STATUS_BYTES = 1 << 20


class Around(NamedTuple):
    """What the lane does not know: the line, the newest slip, the last words to the operator."""

    online: bool
    slip: str | None
    messages: tuple[tuple[int, Tell], ...]
    oldest_unsent_ms: int | None
    free_mib: int | None


class Words(TypedDict):
    zh: str
    en: str


class CauseShown(TypedDict):
    """`permit`: the number of what covers it. `words`: all of it in one sentence."""

    code: str
    subject: str
    since_ms: int
    measured: str
    limit: str
    permit: int | None
    what: Words
    remedy: Words
    words: Words


class DeckShown(TypedDict):
    """`stage` as in settling, `progress` as in passage."""

    stage: str
    weight_kg: int | None
    capture_kg: int | None
    progress: str | None
    ticket_shown: bool
    plate: str | None


class HeadShown(TypedDict):
    seq: int
    digest: str


class TotalsShown(TypedDict):
    passages: int
    sales: int
    net_kg: int
    refusals: int


class PhoneShown(TypedDict):
    """A call to the bureau: what is read out, and until when it may be answered (wall time)."""

    challenge: str
    held: int
    until_ms: int
    words: Words


class Status(TypedDict):
    """The whole file; what does not have this shape was not written by an agent like this."""

    at_ms: int
    open: bool
    weighbridge: str
    enterprise: str
    software: str
    epoch: int
    head: HeadShown
    received_seq: int
    unsent: int
    oldest_unsent_ms: int | None
    online: bool
    lease_until_ms: int
    order_number: int
    causes: list[CauseShown]
    permits: list[dict[str, Any]]
    deck: DeckShown
    totals: TotalsShown
    test_left_ms: NotRequired[int]
    sessions: list[dict[str, Any]]
    slip: str | None
    free_mib: int | None
    messages: list[dict[str, Any]]
    phone: NotRequired[PhoneShown | None]
    power: NotRequired[list[SupplyShown]]


def status_of(lane: Lane, head: bytes, around: Around) -> Status:
    """The status of one moment; keys with a unit carry it in their name."""
    ledger, receipt = lane.booked, newest_receipt(lane)
    received = 0 if receipt is None else receipt.seq
    sessions = [t for t in ledger.tickets.values() if not t.used]
    return {
        "at_ms": lane.now.wall_ms,
        "open": lane.decision.open and not lane.stopped,
        "weighbridge": ledger.weighbridge,
        "enterprise": lane.site.enterprise,
        "software": lane.site.software,
        "epoch": ledger.epoch,
        "head": {"seq": ledger.seq, "digest": head.hex()},
        "received_seq": received,
        "unsent": ledger.seq - received,
        "oldest_unsent_ms": around.oldest_unsent_ms,
        "online": around.online,
        "lease_until_ms": lease_until_ms(lane),
        "order_number": ledger.order_number,
        "causes": [_cause(lane, cause) for _, cause in sorted(lane.ledger.standing.items())],
        "permits": [dict(permit._asdict()) for _, permit in sorted(ledger.permits.items())],
        "deck": _deck(lane),
        "totals": {
            "passages": ledger.totals.passages,
            "sales": ledger.totals.sales,
            "net_kg": ledger.totals.net_kg,
            "refusals": ledger.totals.refusals,
        },
        "test_left_ms": max(0, lane.test_until_ms - lane.now.mono_ms),
        "sessions": [{"ticket_no": t.ticket_no, "plate": t.plate} for t in sessions],
        "slip": around.slip,
        "free_mib": around.free_mib,
        "messages": [_message(at_ms, told) for at_ms, told in around.messages],
        "phone": _phone(lane),
        "power": supplies_shown(lane.watch.supplies, lane.site, lane.now),
    }


def _cause(lane: Lane, cause: Standing) -> CauseShown:
    what, remedy = cause_words(cause.code, cause.subject, cause.measured)
    return {
        "code": cause.code,
        "subject": cause.subject,
        "since_ms": cause.since_ms,
        "measured": cause.measured,
        "limit": cause.limit,
        "permit": lane.decision.covered_by.get((cause.code, cause.subject)),
        "what": _words(what),
        "remedy": _words(remedy),
        "words": _words(cause_phrase(*cause[:2], cause.measured, cause.limit)),
    }


def _words(phrase: Phrase) -> Words:
    return {"zh": phrase.zh, "en": phrase.en}


def _deck(lane: Lane) -> DeckShown:
    passage, settling = lane.passage, lane.settling
    capture = settling.capture
    return {
        "stage": settling.stage.value,
        "weight_kg": settling.weight_kg,
        "capture_kg": None if capture is None else capture.weight_kg,
        "progress": None if passage is None else passage.progress.value,
        "ticket_shown": passage is not None and passage.shown is not None,
        "plate": None if passage is None or passage.sighted is None else passage.sighted.plate,
    }


def _phone(lane: Lane) -> PhoneShown | None:
    call, left_ms = lane.phone.call, lane.phone.until_ms - lane.now.mono_ms
    if call is None or left_ms <= 0:
        return None
    return {
        "challenge": call.challenge,
        "held": call.held.number,
        "until_ms": lane.now.wall_ms + left_ms,
        "words": _words(call_words(call)),
    }


def _message(at_ms: int, told: Tell) -> dict[str, Any]:
    return {"at_ms": at_ms, "level": told.level, "code": told.code, **told.phrase._asdict()}


def encode_status(status: Mapping[str, Any]) -> bytes:
    return json.dumps(status, ensure_ascii=False, separators=(",", ":")).encode()


def read_status(state_dir: Path) -> dict[str, Any] | None:
    """The newest status; None if there is none that can be read."""
    try:
        with (state_dir / STATUS_FILE).open("rb") as file:
            data = file.read(LARGEST_STATUS_BYTES + 1)
        return dict(msgspec.json.decode(data, type=Status))
    except (OSError, ValueError, RecursionError):
        # msgspec's own errors are ValueErrors.
        return None


def is_alive(status: Mapping[str, Any], now_ms: int) -> bool:
    """Whether an agent is behind it."""
    return 0 <= now_ms - int(status["at_ms"]) < ALIVE_MS


def standing_causes(status: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Those that keep sales closed first, then the covered ones."""
    causes: list[Mapping[str, Any]] = list(status.get("causes", ()))
    return sorted(causes, key=lambda cause: cause.get("permit") is not None)
