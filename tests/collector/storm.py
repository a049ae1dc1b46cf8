"""A county at work, at random but by a seed: bureau, enterprises, decks, buyers and the clock.

Each call of `step` is one operation upon a real ledger. Decks act on what they know, their records
wait in an outbox and come late, several at once, sometimes twice; some decks cheat. What the ledger
refuses is counted by its code.
"""

import hashlib
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from collector.buyer_receipts import Receipt, keep_receipts
from collector.quotas import enter_quota
from collector.ticket_batches import generate, take_in
from collector.ticket_copies import Copy, recover_copies
from collector.ticket_entries import Stamp, move
from collector.ticket_ledger import Batch, Grant, allocate, expire, issue, pick, set_free, stock_in
from collector.ticket_records import post_records
from collector.ticket_states import MOVES, State, find
from tests.collector.ledgers import KEY, START_MS, empty_ledger, grant, stamp
from tests.collector.sites import weighing
from weighbook.envelope import digest
from weighbook.orders import NO_ORDER, Action, Order, Policy, sign_order
from weighbook.phrase import Refusal
from weighbook.records import Clock, Kind, Record, Totals
from weighbook.tickets import make_ticket_no

HOUR_MS = 3_600_000
DECKS = {"W01": "E01", "W02": "E01", "W03": "E02"}
PLATES = tuple(f"蒙K{number}" for number in range(10_000, 10_012))
WAYBILL_BATCH = {"W01": 9_001, "W03": 9_003}
BUYER = "B01"
NAMED = tuple(sorted(set(MOVES) - {"generate", "stock-in", "issue", "allocate", "reserve", "use"}))


@dataclass
class Deck:
    """What one weighbridge knows: its tickets, its open sessions, its book."""

    name: str
    tickets: dict[str, int] = field(default_factory=dict)  # by when each expires
    used: list[str] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    outbox: deque[Record] = field(default_factory=deque)
    seq: int = 0
    drawn: int = 0


class Storm:
    """`step` does one thing; `refused` counts what was not done, `done` what was."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.db = empty_ledger()
        self.now_ms = START_MS
        self.decks = {name: Deck(name) for name in DECKS}
        self.batches = 0
        self.lists: list[bytes] = []
        self.numbers: list[str] = []
        self.sent: deque[list[Record]] = deque(maxlen=20)
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        for number, (deck, enterprise) in enumerate(DECKS.items(), 1):
            self.register(deck, enterprise, number)
        self.choices: tuple[tuple[Callable[[], object], int], ...] = (
            (self.make, 2), (self.print_batch, 1), (self.take_batch, 1), (self.hand_out, 5),
            (self.sign, 8), (self.tare, 20), (self.sell, 17), (self.cheat, 2), (self.draw, 2),
            (self.deliver, 18), (self.deliver_again, 1), (self.take_out, 12), (self.try_move, 4),
            (self.receive, 2), (self.bring_back, 2), (self.quota, 1), (self.wait, 1),
        )  # fmt: skip

    def register(self, deck: str, enterprise: str, number: int) -> None:
        self.db.execute(
            "INSERT INTO weighbridges (weighbridge, enterprise, name_zh, name_en, indicator,"
            " certificate, epoch, state, valid_from_ms, by) VALUES (?, ?, 'x', 'x', 'x', 'x', 1,"
            " 'active', 0, 'officer-1')",
            (deck, enterprise),
        )
        if deck not in WAYBILL_BATCH:
            return
        policy = Policy((("ewaybill_batch", WAYBILL_BATCH[deck]),))
        order = Order(deck, 1, NO_ORDER, deck, Action.POLICY, 1, None, 1, policy)
        message = sign_order(order, (KEY, KEY))
        self.db.execute(
            "INSERT INTO orders VALUES (?, 1, ?, ?, ?, ?, 'officer-1', 'officer-2', NULL)",
            (deck, str(Action.POLICY), number, message, digest(message)),
        )

    def step(self) -> None:
        work, weights = zip(*self.choices, strict=True)
        (chosen,) = self.dice.choices(work, weights)
        self.now_ms += self.dice.randrange(60_000)
        try:
            chosen()
        except Refusal as refusal:
            self.refused[refusal.code] += 1
        else:
            self.done[chosen.__name__] += 1

    def state_of(self, number: str) -> State:
        row = self.db.execute("SELECT state FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
        return State(row["state"])

    def standing(self, *states: State, most: int = 3) -> list[str]:
        """Some tickets that stand in one of these states, if any do."""
        held = self.db.execute("SELECT DISTINCT state FROM ticket_balances WHERE count > 0")
        known = {row["state"] for row in held}
        there = [state for state in states if state in known]
        if not there:
            return []
        state = self.dice.choice(there)
        count = self.db.execute("SELECT count(*) FROM tickets WHERE state = ?", (state,))
        rows = self.db.execute(
            "SELECT ticket_no FROM tickets WHERE state = ? LIMIT ? OFFSET ?",
            (state, self.dice.randint(1, most), self.dice.randrange(count.fetchone()[0] or 1)),
        )
        return [row["ticket_no"] for row in rows]

    # The bureau.

    def batch(self) -> Batch:
        self.batches += 1
        family = self.dice.choice(("COAL", "COAL", "NONCOAL"))
        return Batch(family, "150624", 26, self.batches)

    def make(self) -> None:
        self.numbers += stock_in(self.db, self.batch(), self.dice.randint(4, 16), self.stamp())

    def print_batch(self) -> None:
        listed = generate(self.db, self.batch(), self.dice.randint(1, 9), self.stamp())
        self.numbers += listed.decode().splitlines()[1:]
        self.lists.append(listed)

    def take_batch(self) -> None:
        listed = self.dice.choice(self.lists or [b""])
        take_in(self.db, listed[: self.dice.choice((None, -1))], self.stamp())

    def hand_out(self) -> None:
        family, count = self.dice.choice(("COAL", "NONCOAL")), self.dice.randint(1, 15)
        numbers = pick(self.db, State.STOCKED, family, None, count)
        issue(self.db, numbers, self.dice.choice(("E01", "E02")), self.stamp())

    def sign(self) -> None:
        deck = self.dice.choice(tuple(self.decks.values()))
        enterprise, count = DECKS[deck.name], self.dice.randint(1, 8)
        numbers = pick(self.db, State.ISSUED, "COAL", enterprise, count)
        granted = self.grant(deck.name, enterprise)
        allocate(self.db, numbers, granted, KEY, self.stamp())
        deck.tickets |= dict.fromkeys(numbers, granted.expires_s * 1_000)

    def grant(self, deck: str, enterprise: str) -> Grant:
        hours = self.dice.choice((6, 24, 72))
        asked = grant(self.now_ms, deck)
        return asked._replace(enterprise=enterprise, expires_s=asked.not_before_s + hours * 3_600)

    def take_out(self) -> None:
        """A lawful move of some tickets that stand alike; what is made is seldom destroyed."""
        name = self.dice.choice(NAMED)
        numbers = self.standing(*(state for state in State if find(name, state)))
        if numbers:
            self.move(name, numbers)

    def try_move(self) -> None:
        """Any move with any tickets."""
        numbers = [self.dice.choice(self.numbers or ["nobody's"]) for _ in range(3)]
        self.move(self.dice.choice(NAMED), numbers)

    def move(self, name: str, numbers: list[str]) -> None:
        asked = self.stamp()
        if self.dice.random() < 0.05:
            asked = asked._replace(by2=None)
        move(self.db, numbers, name, asked)
        if self.dice.random() < 0.4:  # the decks hear of it, or not yet
            for deck in self.decks.values():
                deck.tickets = {n: at for n, at in deck.tickets.items() if n not in numbers}

    def quota(self) -> None:
        kg = self.dice.randint(-2_000_000, 5_000_000)
        month = self.dice.choice(("2026-08", "2026-09", "2026-10"))
        enter_quota(self.db, self.dice.choice(("E01", "E02")), (month, kg), self.stamp(), "plan")

    def receive(self) -> None:
        numbers = self.standing(State.USED, State.USED, State.ALLOCATED, State.RECEIVED)
        rows = [Receipt(2, one, BUYER, "", 33_000, self.now_ms, "") for one in numbers]
        keep_receipts(self.db, rows, self.stamp())

    def bring_back(self) -> None:
        numbers = self.standing(State.USED, State.RECEIVED, State.RECOVERED, State.ALLOCATED)
        data = repr((self.now_ms, numbers)).encode()
        copies = [Copy(line, number) for line, number in enumerate(numbers, 1)]
        recover_copies(self.db, data, copies, self.stamp())

    def wait(self) -> None:
        self.now_ms += self.dice.randint(1, 6) * HOUR_MS
        set_free(self.db, self.now_ms, 24)
        expire(self.db, self.now_ms)

    # The decks.

    def tare(self) -> None:
        deck = self.dice.choice(tuple(self.decks.values()))
        number = self.dice.choice(list(deck.tickets or ("",)))
        if not self.honours(deck, number):
            deck.tickets.pop(number, None)
            return
        plate = self.dice.choice(PLATES)
        deck.sessions = {p: n for p, n in deck.sessions.items() if number != n}
        deck.sessions[plate] = number
        self.write(deck, Kind.TARE, number, plate)

    def honours(self, deck: Deck, number: str) -> bool:
        """Whether the deck takes it: not if it has expired, but for a clock that is wrong."""
        good_ms = deck.tickets.get(number, 0)
        return good_ms > self.now_ms or (good_ms > 0 and self.dice.random() < 0.05)

    def sell(self) -> None:
        deck = self.dice.choice(tuple(self.decks.values()))
        if not deck.sessions:
            return
        plate = self.dice.choice(tuple(deck.sessions))
        number = deck.sessions.pop(plate)
        if number in deck.tickets and self.honours(deck, number):
            del deck.tickets[number]
            deck.used.append(number)
            self.write(deck, Kind.SALE, number, plate)

    def draw(self) -> None:
        """A waybill of the deck's own, used at once."""
        deck = self.decks[self.dice.choice(tuple(DECKS))]
        deck.drawn += 1
        batch = WAYBILL_BATCH.get(deck.name, 9_999)
        number = make_ticket_no("COAL", "150624", 26, batch, deck.drawn)
        for kind in (Kind.TARE, Kind.SALE):
            self.write(deck, kind, number, self.dice.choice(PLATES))

    def cheat(self) -> None:
        """A used ticket again, another deck's, one that nobody made, or other contents."""
        deck = self.dice.choice(tuple(self.decks.values()))
        others = [*deck.used[-9:], *list(self.decks["W01"].tickets)[-9:], "nobody's"]
        forged = bytes(32) if self.dice.random() < 0.3 else None
        self.write(deck, Kind.SALE, self.dice.choice(others), PLATES[0], forged)

    def write(
        self, deck: Deck, kind: Kind, number: str, plate: str, scanned: bytes | None = None
    ) -> None:
        deck.seq += 1
        row = self.db.execute("SELECT digest FROM tickets WHERE ticket_no = ?", (number,))
        known = row.fetchone()
        contents = scanned or (known and known["digest"]) or bytes(32)
        body = weighing(
            ticket_no=number, ticket_digest=contents, net_kg=33_380, plate=plate, product="RAW"
        )
        clock, place = Clock(bytes(16), 0, 0), (deck.name, 1, deck.seq, bytes(32))
        record = Record(1, kind, *place, self.now_ms, clock, Totals(), 1, None, body)
        deck.outbox.append(record)

    def deliver(self) -> None:
        deck = self.dice.choice(tuple(self.decks.values()))
        count = min(len(deck.outbox), self.dice.randint(1, 8))
        payload = [deck.outbox.popleft() for _ in range(count)]
        self.sent.append(payload)
        post_records(self.db, [(record, digest_of(record)) for record in payload])
        self.numbers += [n for n in drawn_numbers(payload) if n not in self.numbers]

    def deliver_again(self) -> None:
        if not self.sent:
            return
        payload = self.dice.choice(tuple(self.sent))
        before = self.entries()
        assert post_records(self.db, [(record, digest_of(record)) for record in payload]) == ()
        assert self.entries() == before

    def entries(self) -> int:
        return int(self.db.execute("SELECT count(*) FROM ticket_entries").fetchone()[0])

    def stamp(self) -> Stamp:
        return stamp(self.now_ms)


def digest_of(record: Record) -> bytes:
    return hashlib.sha256(f"{record.weighbridge}/{record.seq}".encode()).digest()


def drawn_numbers(payload: list[Record]) -> list[str]:
    """Waybills of decks that may draw them: they are in the ledger from now on."""
    own = {deck: f"{batch:04d}" for deck, batch in WAYBILL_BATCH.items()}
    named = [(record.weighbridge, str(vars(record.body)["ticket_no"])) for record in payload]
    return list(dict.fromkeys(n for deck, n in named if n[9:13] == own.get(deck)))
