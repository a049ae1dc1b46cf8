"""The golden messages: one of each typ, from fixed keys and times. Their bytes never change.

`python -m tests.weighbook.golden` writes `tests/vectors/`; only a new format version may need it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.weighbook.keys import AGENT, COLLECTOR, KEYSET, OFFICERS, RING, ROOT, TICKETS
from tests.weighbook.sample import T0_MS, SampleBook, sample_book, ticket, ticketed
from tests.weighbook.test_calibrations import CALIBRATION
from tests.weighbook.test_orders import order
from tests.weighbook.test_receipts import CHECKPOINT, RECEIPT, SLIP
from weighbook.calibrations import sign_calibration
from weighbook.envelope import Opened, Typ, open_joint, open_message, sign
from weighbook.keyset import root_ring, sign_keyset
from weighbook.orders import Action, sign_order
from weighbook.receipts import sign_checkpoint, sign_receipt
from weighbook.records import CauseChange, Kind
from weighbook.slips import sign_slip
from weighbook.tickets import sign_ticket

VIEW = replace(order(Action.VIEW), expires_ms=T0_MS + 600_000)
VECTORS = Path(__file__).parent.parent / "vectors"


@dataclass(frozen=True)
class Golden:
    """How a message is made, and its typ."""

    typ: Typ
    make: Callable[[], bytes]


def record_of(kind: Kind) -> bytes:
    """The sample's first record of a kind."""
    book = sample_book()
    return next(m for m, r in zip(book.messages, book.records, strict=True) if r.kind is kind)


def record_of_evidence() -> bytes:
    """A camera's fault with what is known of it."""
    book = SampleBook()
    book.begin()
    pieces = (("good", T0_MS, bytes(range(32)), 120_000), ("film", T0_MS, bytes(32), 15_000_000))
    missing = (("bad", "no picture came"),)
    book.write(
        Kind.CAUSE,
        CauseChange("CAMERA_LOST", "deck", "evidence", T0_MS, "2 files", "", None, pieces, missing),
    )
    return book.messages[-1]


def record_of_stored_tare() -> bytes:
    """A sale with every field a weighing may leave out."""
    book = SampleBook()
    book.begin()
    told = {"gross_kg": 49_300, "net_kg": 33_680, "tare_seq": 2, "tare_uses": 3, "retry_of": 7}
    named = {"also_seen": (("蒙K54321", "card"),), "note": "原车故障"}
    book.write(Kind.SALE, ticketed(1, reasons=("F-V03",), **told, **named))
    return book.messages[-1]


MESSAGES = {
    "ticket": Golden(Typ.TICKET, lambda: sign_ticket(ticket(), TICKETS)),
    "record": Golden(Typ.RECORD, lambda: record_of(Kind.GENESIS)),
    "sale": Golden(Typ.RECORD, lambda: record_of(Kind.SALE)),
    "stored tare": Golden(Typ.RECORD, record_of_stored_tare),
    "evidence": Golden(Typ.RECORD, record_of_evidence),
    "pruned": Golden(Typ.RECORD, lambda: record_of(Kind.PRUNED)),
    "receipt": Golden(Typ.RECEIPT, lambda: sign_receipt(RECEIPT, COLLECTOR)),
    "checkpoint": Golden(Typ.CHECKPOINT, lambda: sign_checkpoint(CHECKPOINT, AGENT)),
    "order": Golden(Typ.ORDER, lambda: sign_order(order(Action.SUSPEND), OFFICERS[:1])),
    "joint order": Golden(Typ.ORDER, lambda: sign_order(order(Action.PERMIT), OFFICERS)),
    "view order": Golden(Typ.ORDER, lambda: sign_order(VIEW, OFFICERS[:1])),
    "slip": Golden(Typ.SLIP, lambda: sign_slip(SLIP, AGENT)),
    "keyset": Golden(Typ.KEYSET, lambda: sign_keyset(KEYSET, ROOT)),
    "manifest": Golden(
        Typ.MANIFEST,
        lambda: sign({1: 1, 2: "2026-09", 3: 1, 4: bytes(range(32))}, Typ.MANIFEST, COLLECTOR),
    ),
    "log": Golden(
        Typ.LOG, lambda: sign({1: 1, 2: 7, 3: T0_MS, 4: bytes(range(32))}, Typ.LOG, COLLECTOR)
    ),
    "calibration": Golden(Typ.CALIBRATION, lambda: sign_calibration(CALIBRATION, AGENT)),
}


def file_of(name: str) -> Path:
    """Where a vector is kept."""
    return VECTORS / f"{name.replace(' ', '-')}.json"


def opened(name: str, message: bytes) -> Opened:
    """The message, verified with the fixed keys. Errors: Refusal."""
    typ = MESSAGES[name].typ
    ring = root_ring(ROOT.public) if typ is Typ.KEYSET else RING
    opening = open_joint if name == "joint order" else open_message
    return opening(message, typ, ring, at_s=None)


def as_json(value: Any) -> Any:
    """A payload for reading: bytes as `h'…'`, keys as text."""
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value


def vector(name: str) -> dict[str, Any]:
    """What is kept of a message."""
    message = MESSAGES[name].make()
    found = opened(name, message)
    return {
        "typ": int(MESSAGES[name].typ),
        "signers": list(found.signers),
        "kid": found.kid.hex(),
        "sha256": found.digest.hex(),
        "payload": as_json(found.payload),
        "message": message.hex(),
    }


def write_vectors() -> None:
    """Writes all vectors anew."""
    VECTORS.mkdir(exist_ok=True)
    for name in MESSAGES:
        text = json.dumps(vector(name), ensure_ascii=False, indent=1)
        file_of(name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_vectors()
