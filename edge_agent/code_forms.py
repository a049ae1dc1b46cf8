"""What a scanned text is, told from its form alone: ticket, order, slip, vehicle card, or foreign.

Pure. Nothing here asks who signed: a whole form is not yet a good signature, and is never decided
upon. It tells a torn or strange code from one that the agent would go on to check.
"""

from collections.abc import Callable
from typing import NamedTuple

from edge_agent.plates import read_card
from edge_agent.scans import CARD
from weighbook.envelope import payload_of
from weighbook.orders import order_of
from weighbook.parts import PART, Gathered, gather
from weighbook.phrase import Phrase, Refusal
from weighbook.schema import decode_fields
from weighbook.slips import Slip
from weighbook.texts import ORDER, SLIP, TICKET, read_text
from weighbook.tickets import ticket_of

MAX_SHOWN = 48


class CodeForm(NamedTuple):
    """`whole` None: nothing of this kind is signed. `says`: what is in it, or what is wrong."""

    kind: Phrase
    whole: bool | None
    says: str


KINDS: dict[str, Phrase] = {
    TICKET: Phrase("票证", "ticket"),
    ORDER: Phrase("指令", "order"),
    SLIP: Phrase("磅单", "slip"),
}
CARD_KIND = Phrase("车辆卡", "vehicle card")
PART_KIND = Phrase("分段", "one part of several")
FOREIGN = Phrase("其他", "foreign")
# Old indicators and labels still write Chinese this way.
ENCODINGS = ("utf-8", "gb18030")


def form_of(raw: bytes) -> CodeForm:
    """The kind and form of one code's bytes."""
    text = raw.strip()
    if text.startswith(CARD):
        vehicle = read_card(text)
        if vehicle is None:
            return CodeForm(CARD_KIND, whole=False, says=shown_text(raw))
        axles = "" if vehicle.axles is None else f" {vehicle.axles} 轴 / axles"
        return CodeForm(CARD_KIND, whole=None, says=vehicle.plate + axles)
    if text.startswith(PART.encode()):
        return part_form(text.decode("ascii", "replace"))
    kind = KINDS.get(text[:4].decode("ascii", "replace"))
    if kind is None:
        return CodeForm(FOREIGN, whole=None, says=shown_text(raw))
    try:
        prefix, message = read_text(text)
        return CodeForm(kind, whole=True, says=READERS[prefix](message))
    except Refusal as refusal:
        return CodeForm(kind, whole=False, says=f"{refusal.code}\n{refusal.what}")


def part_form(text: str) -> CodeForm:
    try:
        parts = gather(Gathered(), text)
    except Refusal as refusal:
        return CodeForm(PART_KIND, whole=False, says=f"{refusal.code}\n{refusal.what}")
    return CodeForm(PART_KIND, whole=None, says=f"{parts.pieces[0][0]} / {parts.total}")


def code_text(raw: bytes) -> str:
    """The bytes as text: UTF-8, else GB 18030, else with every other byte as `\\xNN`."""
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "backslashreplace")


def shown_text(raw: bytes) -> str:
    """The beginning of the text, safe on a terminal whatever stands in it."""
    text = code_text(raw[: 4 * MAX_SHOWN])
    safe = "".join(sign if sign.isprintable() else "�" for sign in text)
    return safe if len(safe) <= MAX_SHOWN else f"{safe[:MAX_SHOWN]}…"


def _ticket_says(message: bytes) -> str:
    ticket = ticket_of(payload_of(message))
    plate = "" if ticket.plate is None else f" {ticket.plate}"
    return f"{ticket.ticket_no} {ticket.product} ≤ {ticket.max_net_kg:,} kg{plate}"


def _order_says(message: bytes) -> str:
    order = order_of(payload_of(message))
    return f"{order.target} #{order.number} {order.action}"


def _slip_says(message: bytes) -> str:
    slip = decode_fields(Slip, payload_of(message))
    return f"{slip.weighbridge} #{slip.seq} {slip.plate} {slip.net_kg:,} kg"


READERS: dict[str, Callable[[bytes], str]] = {
    TICKET: _ticket_says,
    ORDER: _order_says,
    SLIP: _slip_says,
}
