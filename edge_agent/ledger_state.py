"""What a weighbridge knows between events: the state that the fold of its book produces.

Plain frozen data; how each record changes it stands in `record_effects`, and each order in
`order_effects`. The maps are persistent: a new ledger shares all it can with the old one.
"""

from dataclasses import dataclass
from typing import NamedTuple

from immutables import Map

from edge_agent.events import Fault
from edge_agent.interlock import CauseKey, Permit, Suspension
from edge_agent.vehicles import Vehicle
from weighbook.commissioning import Commissioned
from weighbook.keys import PublicKey
from weighbook.keyset import KeySet
from weighbook.orders import Order
from weighbook.records import OrderSeen, ReceiptSeen, Totals

NO_DIGEST = bytes(32)


class TicketState(NamedTuple):
    """A ticket this weighbridge has taken: reserved by a tare, or used by a sale."""

    ticket_no: str
    used: bool
    plate: str
    tare_kg: int
    tare_seq: int
    tare_ms: int
    product: str
    axles: int | None = None


class Standing(NamedTuple):
    """A cause that stands. `released`: the bureau released it. `permit`: what covers it."""

    code: str
    subject: str
    since_ms: int
    measured: str
    limit: str
    released: bool = False
    permit: int | None = None


class Viewing(NamedTuple):
    """A view that was ordered: of which camera, from when, until when."""

    number: int
    camera: str
    from_ms: int
    until_ms: int


class Line(NamedTuple):
    seq: int
    at_ms: int


@dataclass(frozen=True)
class Ledger:
    """`seq` and the rest stand after the newest record; `clean`: the newest run ended by a stop.

    `boot`: in which boot of the machine that one was written.

    `last_ms`: the newest record's time. `newest_ms`: the latest of all, unless trusted time took it
    back. `signed_ms`: the latest time the bureau or the collector has signed. `views`: the newest
    few, also those that are over. `reprints`: how often the slip of a record was printed again.

    `vehicles`: what is known of each truck, by plate. `tests`: the day of the newest weighing in
    test mode, and how many there were on it.

    `evidenced`: the newest faults whose evidence is in the book. `pruned`: the first record whose
    evidence may still be here, and the last of which some may be gone.

    `owed`: the order up to which an enrolment says again what stood before it. `phoned`: orders by
    telephone whose signed ones have not come; `denied`: those whose signed ones said otherwise;
    `bad_codes`: wrong codes since the newest order.
    """

    weighbridge: str
    root: PublicKey
    keyset: KeySet
    orders: Map[bytes, Order] = Map()
    epoch: int = 0
    seq: int = 0
    genesis_ms: int = 0
    newest_ms: int = 0
    last_ms: int = 0
    signed_ms: int = 0
    started: bool = False
    clean: bool = True
    boot: bytes = b""
    totals: Totals = Totals()
    order_number: int = 0
    order_digest: bytes = NO_DIGEST
    receipt: ReceiptSeen | None = None
    reprints: Map[int, int] = Map()
    receipt_at_seq: int = 0
    lease_until_ms: int = 0
    tickets: Map[str, TicketState] = Map()
    sessions: Map[str, str] = Map()
    vehicles: Map[str, Vehicle] = Map()
    tests: tuple[int, int] = (0, 0)
    standing: Map[CauseKey, Standing] = Map()
    permits: Map[int, Permit] = Map()
    suspensions: Map[int, Suspension] = Map()
    views: tuple[Viewing, ...] = ()
    revoked_tickets: Map[str, int] = Map()
    revoked_kids: Map[bytes, int] = Map()
    policy: Map[str, int] = Map()
    calibrations: Map[str, Commissioned] = Map()
    evidenced: tuple[Fault, ...] = ()
    pruned: tuple[int, int] = (0, 0)
    missing_orders: tuple[int, ...] = ()
    owed: int = 0
    phoned: Map[int, OrderSeen] = Map()
    denied: tuple[int, ...] = ()
    bad_codes: int = 0
    digests: Map[int, bytes] = Map()
    bad_orders: Map[bytes, int] = Map()
