"""A deck in a story that obeys a real bureau: its home, its officers, and what it has signed."""

from dataclasses import dataclass, replace

from collector import orders, phone_orders, registry
from collector.enrolment import Request, enrol
from collector.home import Home
from collector.phone_orders import Caller, Given
from edge_agent.events import Moment, OrderArrived, PhoneAnswered, PhoneAsked
from tests.collector.sites import ENTERPRISE, Bureau
from tests.edge_agent import story
from tests.edge_agent.story import SITE, Story
from weighbook import cbor
from weighbook.keys import SigningKey
from weighbook.orders import Action, Args
from weighbook.phone import Ask, make_challenge
from weighbook.phone_keys import PhoneKey

SIGNERS = ("officer-1", "officer-2")


@dataclass
class Deck:
    """`place`: the weighbridge. Time goes where its story goes."""

    bureau: Bureau
    place: str
    story: Story
    following: tuple[bytes, ...]
    nonce: int = 0

    @property
    def home(self) -> Home:
        return self.bureau.home

    @property
    def number(self) -> int:
        """The newest order the deck holds."""
        return self.story.lane.ledger.order_number

    @property
    def signed(self) -> list[bytes]:
        """All orders of this deck, the oldest first."""
        return [stored.message for stored in orders.listed(self.home.db, self.place)]

    def sign(self, action: Action, args: Args, expires_ms: int | None = None) -> int:
        """The bureau's next order; nobody has it yet."""
        self.bureau.wall.now_ms = self.story.at.wall_ms
        by, second = SIGNERS
        return orders.issue(
            self.home, self.place, action, args, by=by, second=second, expires_ms=expires_ms
        )

    def bring(self, message: bytes) -> None:
        self.story.play(OrderArrived(self.story.moment(), message))

    def bring_all(self) -> None:
        """Everything it lacks, in order."""
        first = orders.listed(self.home.db, self.place)[0].number
        for message in self.signed[self.number + 1 - first :]:
            self.bring(message)

    def ask(self, ask: Ask) -> str:
        """The challenge on its screen."""
        self.nonce += 1
        self.story.play(PhoneAsked(self.story.moment(), ask, self.nonce))
        return make_challenge(self.nonce)

    def call(self, ask: Ask) -> Given:
        """The bureau hears the challenge and reads out a code. Errors: Refusal."""
        challenge = self.ask(ask)
        self.bureau.wall.now_ms = self.story.at.wall_ms
        caller = Caller(self.place, self.number, challenge)
        return phone_orders.give(self.home, caller, ask, "by telephone", SIGNERS)

    def answer(self, given: Given) -> None:
        text = f"{given.number} {given.code}"
        self.story.play(PhoneAnswered(self.story.moment(), text))


def register(bureau: Bureau, place: str) -> None:
    row = {
        "weighbridge": place,
        "enterprise": ENTERPRISE,
        "name_zh": "磅",
        "name_en": "Deck",
        "indicator": "D2008",
        "certificate": "C-1",
        "exception": "test",
        "by": "officer-1",
        "epoch": 0,
        "kid": None,
        "cose_key": None,
        "state": "active",
    }
    registry.add(bureau.home.db, registry.WEIGHBRIDGES, row, bureau.wall.now_ms)


def enrolled(bureau: Bureau, place: str) -> Deck:
    """A deck with a new key and an empty book; enrolled anew, if it was before."""
    key, phone = SigningKey.generate(), PhoneKey.generate()
    bundle = enrol(bureau.home, Request(place, key.public, "", phone.public), "officer-1")
    fields = cbor.decode(bundle, max_bytes=1 << 20)
    home = bureau.home
    row = registry.find(home.db, registry.WEIGHBRIDGES, place)
    signs = story.Bureau(home.root, home.keyset(), fields[3], place, row["epoch"])
    secret = phone.secret(home.phone_key().public, place, row["epoch"])
    site = replace(SITE, weighbridge=place, enterprise=ENTERPRISE, phone=secret)
    at = Moment(bureau.wall.now_ms + 5_000, 1_000)
    told = Story(site, at, bureau=signs, keyset=signs.keyset, orders=[signs.enrolment])
    return Deck(bureau, place, told.opened(), tuple(fields[6]))
