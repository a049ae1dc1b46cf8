"""A weighbridge in a story: real keys, real lane, and a shell that keeps its book in a list.

`Story` plays events and does what the shell would: records what is to be written, answers
photographs, keeps orders. Time goes only when a story says so.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import TypeVar

from edge_agent import lane as agent
from edge_agent import ledger as book
from edge_agent.acts import Act, KeepKeySet, KeepOrder, OpenBarrier, Photograph, Tell, Write
from edge_agent.causes import CAMERA_CODES
from edge_agent.events import (
    BookChecked,
    CameraSeen,
    CodeRead,
    Event,
    Moment,
    OrderArrived,
    PicturesTaken,
    PlateGiven,
    ReceiptArrived,
    ScaleRead,
    StopAsked,
    Tick,
    Verdict,
)
from edge_agent.ledger_state import Ledger
from edge_agent.settings import SiteSettings
from edge_agent.tamper.limits import UNCHECKED
from edge_agent.watch import Watch
from weighbook.chain import add_to_totals
from weighbook.keys import PublicKey, SigningKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet, open_keyset
from weighbook.orders import Action, Args, Enrol, Order, open_order, sign_order
from weighbook.receipts import Receipt, sign_receipt
from weighbook.records import Body, CauseChange, Clock, Genesis, Kind, Record, Totals, Weighing
from weighbook.tickets import Ticket, make_ticket_no, sign_ticket, ticket_text

T0 = 1_790_000_000_000
BEGINNING = Moment(T0, 1_000)
HOUR = 3_600_000
DAY = 24 * HOUR
FRAME_MS = 250
LOOK_MS = 500
WELL = tuple(Verdict(code, True, "ok", "ok") for code in sorted(CAMERA_CODES))
BRIDGE, MINE = "WB-01", "E-01"

TICKETS, RECEIPTS = SigningKey.generate(), SigningKey.generate()
OFFICERS = (SigningKey.generate(), SigningKey.generate())
ROOT, AGENT, STRANGER = SigningKey.generate(), SigningKey.generate(), SigningKey.generate()
KEYS = KeySet(
    1,
    (
        KeyEntry(TICKETS.public, ("ticket",), "bureau", 0),
        KeyEntry(RECEIPTS.public, ("receipt",), "collector", 0),
        KeyEntry(OFFICERS[0].public, ("order",), "officer-1", 0),
        KeyEntry(OFFICERS[1].public, ("order",), "officer-2", 0),
        KeyEntry(AGENT.public, ("agent",), BRIDGE, 0),
    ),
)
SITE = SiteSettings(
    weighbridge=BRIDGE,
    enterprise=MINE,
    indicator="D2008",
    certificate="C-1",
    software="test",
    config=bytes(32),
    products=(("RAW", "COAL"), ("LIME", "NONCOAL")),
    cameras=("deck", "road"),
    deck_cameras=("deck",),
    tamper=UNCHECKED,
)
ENROLMENT = sign_order(
    Order(
        *(BRIDGE, 1, bytes(32), BRIDGE, Action.ENROL, 0, None, T0 - HOUR),
        Enrol(BRIDGE, MINE, 1, AGENT.public.cose_key, T0 + 3 * DAY),
    ),
    OFFICERS[:1],
)


def ticket(serial: int = 1, **changes: object) -> Ticket:
    """A good ticket for 40 t of raw coal, valid for a day around the story's beginning."""
    number = make_ticket_no("COAL", "150624", 26, 1, serial)
    plain = Ticket(
        issuer="bureau",
        expires_s=T0 // 1000 + 86_400,
        not_before_s=T0 // 1000 - 86_400,
        issued_s=T0 // 1000 - 86_400,
        ticket_no=number,
        family="COAL",
        enterprise=MINE,
        weighbridge=BRIDGE,
        product="RAW",
        max_net_kg=40_000,
        plate="蒙K12345",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names real fields


def ticket_code(wanted: Ticket, key: SigningKey = TICKETS) -> bytes:
    return ticket_text(sign_ticket(wanted, key)).encode()


def blank_ledger() -> Ledger:
    return Bureau().ledger()


@dataclass(frozen=True)
class Bureau:
    """Who signs for a weighbridge of that name, and the order that enrolled it."""

    root: PublicKey = ROOT.public
    keyset: KeySet = KEYS
    enrolment: bytes = ENROLMENT
    weighbridge: str = BRIDGE
    epoch: int = 1

    def ledger(self) -> Ledger:
        order, opened = open_order(self.enrolment, KeyRing(self.keyset), None)
        return book.blank(self.weighbridge, self.root, self.keyset, {opened.digest: order})


ActT = TypeVar("ActT", bound=Act)


@dataclass
class Story:
    """`records`: the book. `acts`: all that was asked. `fails`: the disk takes no more writes.

    `writes_left`: so many it still takes.
    """

    site: SiteSettings = SITE
    at: Moment = BEGINNING
    records: list[Record] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    orders: list[bytes] = field(default_factory=lambda: [ENROLMENT])
    acts: list[Act] = field(default_factory=list)
    weight_kg: int | None = 0
    cameras: dict[str, tuple[Verdict, ...]] = field(
        default_factory=lambda: {"deck": WELL, "road": WELL}
    )
    bureau: Bureau = Bureau()
    keyset: KeySet = KEYS
    pictures: bool = True
    fails: bool = False
    writes_left: int | None = None

    def __post_init__(self) -> None:
        blank, enrolment = self.bureau.ledger(), sha256(self.bureau.enrolment).digest()
        self.lane = agent.Lane(self.site, blank, blank, Watch(self.at, self.at), self.at)
        genesis = Genesis(enrolment, AGENT.public.cose_key, 1)
        self._commit(Write(Kind.GENESIS, genesis, self.at))
        self.start()

    def twin(self) -> "Story":
        """The same story so far, to go on with apart."""
        other = copy(self)
        for name in ("records", "digests", "orders", "acts", "cameras"):
            setattr(other, name, copy(getattr(self, name)))
        return other

    # -- the shell -------------------------------------------------------------------------------

    def start(self) -> None:
        """A new run on the book as it is."""
        self.lane, acts = agent.start(self.site, self.folded(), self.at)
        self._do(acts)

    def folded(self) -> Ledger:
        """The ledger as the book alone tells it."""
        orders = book.read_orders(self.orders, self.keyset)
        ledger = book.blank(self.bureau.weighbridge, self.bureau.root, self.keyset, orders)
        for record, digest in zip(self.records, self.digests, strict=True):
            ledger = book.fold(ledger, record, digest)
        return ledger

    def play(self, *events: Event) -> list[Act]:
        """The events one after the other; all acts they led to."""
        before = len(self.acts)
        for event in events:
            self.at = event.now
            self.lane, acts = agent.step(self.lane, event)
            self._do(acts)
        return self.acts[before:]

    def _do(self, acts: tuple[Act, ...]) -> None:
        asked = []
        for act in acts:
            self.acts.append(act)
            if isinstance(act, Write):
                if self.fails or self.writes_left == 0:
                    break
                if self.writes_left is not None:
                    self.writes_left -= 1
                self._commit(act)
            if isinstance(act, KeepKeySet):
                self.keyset = open_keyset(act.message, self.bureau.root)
            if isinstance(act, KeepOrder):
                self.orders.append(act.message)
            if isinstance(act, Photograph) and self.pictures:
                asked.append(act.passage_no)
        for number in asked:
            taken = tuple((name, bytes(32)) for name in self.cameras)
            self.play(PicturesTaken(self.at, number, taken))

    def _commit(self, act: Write) -> None:
        seq = len(self.records) + 1
        totals = self.records[-1].totals if self.records else Totals()
        record = Record(
            version=1,
            kind=act.kind,
            weighbridge=self.bureau.weighbridge,
            epoch=self.bureau.epoch,
            seq=seq,
            prev=self.digests[-1] if self.digests else sha256(self.bureau.enrolment).digest(),
            at_ms=act.at.wall_ms,
            clock=Clock(bytes(16), act.at.mono_ms, 0),
            totals=add_to_totals(totals, act.kind, act.body),
            order_number=0,
            receipt=None,
            body=act.body,
        )
        self.records.append(record)
        self.digests.append(sha256(b"record %d" % seq).digest())
        self.lane = agent.recorded(self.lane, record, self.digests[-1])

    # -- what happens ----------------------------------------------------------------------------

    def moment(self, later_ms: int = 0) -> Moment:
        return Moment(self.at.wall_ms + later_ms, self.at.mono_ms + later_ms)

    def wait(self, for_ms: int, step_ms: int = FRAME_MS) -> "Story":
        """Time goes by: frames, cameras and ticks come as they do."""
        for _ in range(-(-for_ms // step_ms)):
            now = self.at = self.moment(step_ms)
            if self.weight_kg is not None:
                self.play(ScaleRead(now, self.weight_kg, True, None, b"%d" % self.weight_kg))
            if now.mono_ms % LOOK_MS < step_ms:
                for name, verdicts in self.cameras.items():
                    self.play(CameraSeen(now, name, verdicts))
                self.play(Tick(now))
        return self

    def skip(self, for_ms: int) -> "Story":
        """A long quiet time, in steps just short enough that nothing falls silent."""
        return self.wait(for_ms, 2_900)

    def lose(self, camera: str = "deck", for_ms: int = 4_000) -> "Story":
        """The camera falls silent."""
        self.cameras.pop(camera, None)
        return self.wait(for_ms)

    def regain(self, camera: str = "deck") -> "Story":
        """Its watcher says again that all is well."""
        self.cameras[camera] = WELL
        return self.wait(LOOK_MS)

    def restart(self, after_ms: int = 1_000) -> "Story":
        """The power goes and comes back: a new run on the same book."""
        self.at = self.moment(after_ms)
        self.start()
        return self

    def rest(self, for_ms: int) -> "Story":
        """An orderly stop, and a start when that time has gone."""
        self.play(StopAsked(self.moment(), "rest"))
        return self.restart(for_ms).opened()

    def opened(self) -> "Story":
        """Until all that stood since the start has been disproved."""
        self.play(BookChecked(self.moment(), True, "ok"))
        return self.wait(12_000)

    def drive_on(self, weight_kg: int) -> "Story":
        self.weight_kg = weight_kg
        return self.wait(5_000)

    def drive_off(self) -> "Story":
        self.weight_kg = 0
        return self.wait(8_000)

    def scan(self, code: bytes | Ticket) -> list[Act]:
        raw = ticket_code(code) if isinstance(code, Ticket) else code
        return self.play(CodeRead(self.moment(), "gate", raw))

    def plate(self, plate: str) -> list[Act]:
        return self.play(PlateGiven(self.moment(), plate, "operator"))

    def plate_because(self, plate: str, reason: str) -> list[Act]:
        return self.play(PlateGiven(self.moment(), plate, "operator", reason))

    def tare_and_load(self, shown: Ticket, tare_kg: int = 15_000) -> "Story":
        """The first pass of a truck with that ticket; it comes back loaded."""
        assert self.pass_with(shown, tare_kg).decision == "accepted"
        return self

    def pass_with(self, code: bytes | Ticket, weight_kg: int) -> Weighing:
        """A truck with that code and weight, on and off again; what was recorded of it."""
        self.scan(code)
        self.drive_on(weight_kg)
        self.drive_off()
        return self.weighings()[-1]

    def order(self, action: Action, args: Args, **changes: object) -> list[Act]:
        """The bureau's next order arrives."""
        return self.play(
            OrderArrived(self.moment(), self.signed(action, args, OFFICERS, **changes))
        )

    def signed(
        self,
        action: Action,
        args: Args,
        keys: tuple[SigningKey, ...] = OFFICERS,
        **changes: object,
    ) -> bytes:
        """The next order, signed by both officers."""
        number = self.lane.ledger.order_number + 1
        now = self.at.wall_ms
        place, held = self.bureau.weighbridge, self.lane.ledger.order_digest
        plain = Order(place, number, held, place, action, now, now + DAY, now, args)
        order = replace(plain, **changes)  # type: ignore[arg-type]  # a test names real fields
        return sign_order(order, keys)

    def receipt(self, seq: int | None = None, **changes: object) -> list[Act]:
        """The collector's receipt for the book up to `seq` (all of it) arrives."""
        upto = len(self.records) if seq is None else seq
        head = self.digests[upto - 1] if upto <= len(self.digests) else bytes(32)
        now = self.at.wall_ms
        plain = Receipt(BRIDGE, 1, upto, head, now, 1, now + 3 * DAY)
        said = replace(plain, **changes)  # type: ignore[arg-type]  # a test names real fields
        return self.play(ReceiptArrived(self.moment(), sign_receipt(said, RECEIPTS)))

    # -- what one looks at -----------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.lane.decision.open

    @property
    def causes(self) -> set[str]:
        return {code for code, _ in self.lane.ledger.standing}

    @property
    def last(self) -> Weighing:
        """The newest weighing of the book."""
        return self.weighings()[-1]

    def changes(self, code: str) -> list[str]:
        """What became of a cause, in order."""
        found = [r.body for r in self.records if isinstance(r.body, CauseChange)]
        return [change.change for change in found if change.code == code]

    def bodies(self, kind: Kind) -> list[Body]:
        return [record.body for record in self.records if record.kind is kind]

    def weighings(self) -> list[Weighing]:
        return [r.body for r in self.records if isinstance(r.body, Weighing)]

    def kinds(self) -> list[Kind]:
        return [r.kind for r in self.records if isinstance(r.body, Weighing)]

    def words(self, code: str) -> str:
        """The newest words told under this code, in both languages."""
        return str(
            [act.phrase for act in self.acts if isinstance(act, Tell) and act.code == code][-1]
        )

    def told(self) -> list[str]:
        return [act.code for act in self.acts if isinstance(act, Tell)]

    def openings(self) -> int:
        return sum(isinstance(act, OpenBarrier) for act in self.acts)

    def of(self, kind: type[ActT]) -> Iterator[ActT]:
        return (act for act in self.acts if isinstance(act, kind))


def opened(**changes: object) -> Story:
    """A weighbridge that sells."""
    site = replace(SITE, **changes)  # type: ignore[arg-type]  # a test names real fields
    return _opened(site).twin()


@cache
def _opened(site: SiteSettings) -> Story:
    return Story(site).opened()
