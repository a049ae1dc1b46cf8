"""A ticket or a slip as an inspector meets it: genuine or not, whose, for what, still good? Pure.

Both codes together say more than either: the slip carries eight bytes of the ticket it was sold
on. Everything is judged as of the pack; what is younger than it is not known.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from collector.road.pack import Pack, ring_of
from weighbook.envelope import digest
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal
from weighbook.slips import CHECK_BYTES, Slip, open_slip
from weighbook.texts import ORDER, SLIP, TICKET, read_text
from weighbook.tickets import Ticket, open_ticket

TRAVEL_HOURS = 24
HOUR_MS = 3_600_000
OLD_PACK_MS = 7 * 24 * HOUR_MS

WORDS: Mapping[str, Phrase] = {
    "E_FORGED": Phrase("签名不成立，不是能源局或登记磅房签发", "not signed by one we know"),
    "E_REVOKED": Phrase("票证已作废、挂失或冻结", "the ticket is void, lost or frozen"),
    "E_EXPIRED": Phrase("已过有效期", "past its time"),
    "E_NOT_YET": Phrase("尚未生效", "not valid yet"),
    "E_SUSPENDED": Phrase("企业已停票停销", "its enterprise is suspended"),
    "E_OTHER_TICKET": Phrase("磅单与票号不同", "slip and ticket have different numbers"),
    "E_OTHER_CONTENT": Phrase("同号票证内容不同（套票）", "same number, other contents"),
    "E_PLATE": Phrase("车号与实车不符", "another plate than the truck's"),
    "E_UNREAD": Phrase("不是本系统的票证或磅单", "no ticket or slip of this system"),
}  # fmt: skip


class Seen(NamedTuple):
    """One code: `kind` "ticket", "slip" or ""; what it says, and what is wrong with it."""

    kind: str
    facts: dict[str, Any]
    wrong: tuple[str, ...]
    ticket: Ticket | None = None
    slip: Slip | None = None
    check: bytes = b""


class Checked(NamedTuple):
    """All codes of one truck. `is_old`: the pack is older than a week."""

    seen: tuple[Seen, ...]
    wrong: tuple[str, ...]
    made_ms: int
    is_old: bool

    @property
    def ok(self) -> bool:
        return not self.wrong and bool(self.seen)


def check(
    texts: Sequence[str], pack: Pack, at_ms: int, *, plate: str | None = None,
    travel_hours: int = TRAVEL_HOURS,
) -> Checked:  # fmt: skip
    """Judge the scanned texts of one truck; `plate` as the inspector sees it."""
    ring = ring_of(pack)
    seen = tuple(look(text, pack, ring, at_ms, travel_hours) for text in texts)
    wrong = [code for one in seen for code in one.wrong]
    tickets = [one for one in seen if one.ticket is not None]
    slips = [one for one in seen if one.slip is not None]
    wrong += [code for slip in slips for ticket in tickets for code in compare(slip, ticket)]
    named = [paper.plate for one in seen if (paper := one.slip or one.ticket) and paper.plate]
    if plate is not None and set(named) - {plate}:
        wrong.append("E_PLATE")
    made_ms = int(pack["made_ms"])
    return Checked(seen, tuple(dict.fromkeys(wrong)), made_ms, at_ms - made_ms > OLD_PACK_MS)


def look(text: str, pack: Pack, ring: KeyRing, at_ms: int, travel_hours: int) -> Seen:
    """One code. A signature is good if its key was valid when it signed."""
    try:
        prefix, message = read_text(text)
    except Refusal:
        return Seen("", {}, ("E_UNREAD",))
    if prefix == ORDER:
        return Seen("", {}, ("E_UNREAD",))
    try:
        if prefix == TICKET:
            return look_at_ticket(message, pack, ring, at_ms)
        return look_at_slip(message, pack, ring, at_ms, travel_hours)
    except Refusal:
        return Seen({TICKET: "ticket", SLIP: "slip"}[prefix], {}, ("E_FORGED",))


def look_at_ticket(message: bytes, pack: Pack, ring: KeyRing, at_ms: int) -> Seen:
    ticket = open_ticket(message, ring, None)
    open_ticket(message, ring, ticket.issued_s)
    wrong = []
    if ticket.ticket_no in pack["closed"]:
        wrong.append("E_REVOKED")
    if at_ms > ticket.expires_s * 1_000:
        wrong.append("E_EXPIRED")
    if at_ms < ticket.not_before_s * 1_000:
        wrong.append("E_NOT_YET")
    if state_of(pack, ticket.enterprise) not in ("active", ""):
        wrong.append("E_SUSPENDED")
    facts = {
        "ticket_no": ticket.ticket_no,
        "enterprise": name_of(pack, "enterprises", ticket.enterprise),
        "weighbridge": name_of(pack, "weighbridges", ticket.weighbridge),
        "product": name_of(pack, "products", ticket.product),
        "max_net_kg": ticket.max_net_kg,
        "plate": ticket.plate,
        "expires_ms": ticket.expires_s * 1_000,
    }
    return Seen("ticket", facts, tuple(wrong), ticket, None, digest(message)[:CHECK_BYTES])


def look_at_slip(message: bytes, pack: Pack, ring: KeyRing, at_ms: int, travel_hours: int) -> Seen:
    slip = open_slip(message, ring, None)
    open_slip(message, ring, slip.at_ms // 1_000)
    wrong = []
    if slip.ticket_no in pack["closed"]:
        wrong.append("E_REVOKED")
    if at_ms - slip.at_ms > travel_hours * HOUR_MS:
        wrong.append("E_EXPIRED")
    if slip.at_ms - at_ms > HOUR_MS:
        wrong.append("E_NOT_YET")
    facts = {
        "ticket_no": slip.ticket_no,
        "weighbridge": name_of(pack, "weighbridges", slip.weighbridge),
        "enterprise": owner_of(pack, slip.weighbridge),
        "plate": slip.plate,
        "product": name_of(pack, "products", slip.product),
        "net_kg": slip.net_kg,
        "at_ms": slip.at_ms,
        "record": f"{slip.epoch}/{slip.seq}",
    }
    return Seen("slip", facts, tuple(wrong), None, slip, slip.check)


def compare(slip: Seen, ticket: Seen) -> tuple[str, ...]:
    """A slip beside a ticket that is shown for the same load."""
    assert slip.slip is not None
    assert ticket.ticket is not None
    if slip.slip.ticket_no != ticket.ticket.ticket_no:
        return ("E_OTHER_TICKET",)
    return () if slip.check == ticket.check else ("E_OTHER_CONTENT",)


def name_of(pack: Pack, kind: str, code: str) -> str:
    known = pack[kind].get(code)
    return code if known is None else f"{code} {known[0]} {known[1]}"


def owner_of(pack: Pack, weighbridge: str) -> str | None:
    known = pack["weighbridges"].get(weighbridge)
    return None if known is None else name_of(pack, "enterprises", str(known[2]))


def state_of(pack: Pack, enterprise: str) -> str:
    known = pack["enterprises"].get(enterprise)
    return "" if known is None else str(known[2])
