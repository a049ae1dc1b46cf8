"""An enrolled weighbridge in a folder: a real configuration, key, book and evidence.

The bureau is that of the stories, so a story told elsewhere can be written into its book.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from edge_agent.acts import KeepKeySet, KeepOrder, KeepReceipt, Write
from edge_agent.book import Book, Context, Line
from edge_agent.book_file import create_book
from edge_agent.config import AgentConfig, load_config
from edge_agent.curve import Curve, add_sample, encode_curve
from edge_agent.events import Moment
from edge_agent.evidence import Evidence
from edge_agent.site import Site, keep_account
from edge_agent.uplink import Account
from tests.edge_agent.story import (
    AGENT,
    BEGINNING,
    BRIDGE,
    ENROLMENT,
    KEYS,
    RECEIPTS,
    ROOT,
    T0,
    Story,
)
from weighbook import cbor
from weighbook.keyset import sign_keyset
from weighbook.receipts import Receipt, sign_receipt
from weighbook.records import Anchor, Body, Control, Genesis, Kind, Weighing

CONFIG = """weighbridge = "{weighbridge}"
state_dir = "{folder}/state"

[scale]
port = "{folder}/scale.tty"
protocol = "yaohua-tf0"
indicator = "D2008"

[[camera]]
name = "deck"
source = "http://127.0.0.1:9/stream.mjpg"

[[camera]]
name = "road"
source = "http://127.0.0.1:9/road.mjpg"
deck = false

[disk]
min_free_mib = 16
"""
REGISTRY = {
    "enterprise": ["E-01", "一号煤矿", "Mine one"],
    "certificate": "C-1",
    "products": {"RAW": ["COAL", "原煤", "raw coal"], "LIME": ["NONCOAL", "石灰石", "limestone"]},
}
ACCOUNT = Account("127.0.0.1", 1883, BRIDGE, "secret")
PICTURE = b"\xff\xd8picture"
BOOT = bytes(16)
LEASE_MS = 72 * 3_600_000


def bundle(**changes: object) -> bytes:
    """What the bureau gives back; `changes` by the names of the bundle's parts."""
    parts: dict[str, object] = {
        "root": ROOT.public.cose_key,
        "keyset": sign_keyset(KEYS, ROOT),
        "order": ENROLMENT,
        "registry": REGISTRY,
        "account": dict(ACCOUNT.__dict__),
    }
    return cbor.encode(dict(enumerate((parts | changes).values(), 1)))


@dataclass(frozen=True)
class Place:
    """`config_file` is what commands are pointed at."""

    folder: Path
    config_file: Path
    config: AgentConfig

    @property
    def site(self) -> Site:
        return Site(self.config.state)

    @contextmanager
    def book(self) -> Iterator[Book]:
        book = Book(self.site.book, AGENT, BOOT)
        try:
            yield book
        finally:
            book.close()

    def fill(self, count: int) -> list[Line]:
        """So many control records."""
        with self.book() as book:
            return [append(book, Kind.CONTROL, Control(bytes(8))) for _ in range(count)]

    def receipt(self, seq: int | None = None) -> bytes:
        """The collector's receipt for the book up to `seq` (all of it), kept in the book."""
        with self.book() as book:
            seq = book.head.seq if seq is None else seq
            head = next(book.lines(seq - 1)).digest
            at_ms = T0 + seq
            told = Receipt(BRIDGE, 1, seq, head, at_ms, 1, at_ms + LEASE_MS)
            message = sign_receipt(told, RECEIPTS)
            book.keep(KeepReceipt(seq, sha256(message).digest(), at_ms, message))
        return message

    def tell(self, story: Story) -> None:
        """Everything of the story that the book does not hold yet, with real pictures."""
        evidence = Evidence(self.site.evidence)
        with self.book() as book:
            for act in story.acts:
                if isinstance(act, KeepOrder):
                    book.keep(act)
            for record in story.records[book.head.seq :]:
                body = record.body
                if isinstance(body, Weighing):
                    body = with_evidence(body, evidence)
                append(book, record.kind, body, Moment(record.at_ms, record.clock.mono_ms))


def curve_of(kg: int) -> bytes:
    """The curve of a truck that comes from one frame to the next and stands for eight seconds."""
    curve = Curve()
    for place in range(48):
        curve = add_sample(curve, 250 * place, kg if place >= 16 else 0)
    return encode_curve(curve, 20, 0)


def with_evidence(body: Weighing, evidence: Evidence) -> Weighing:
    """The weighing with a picture, a curve and frames that lie in the store."""
    taken, curve = evidence.keep(PICTURE), evidence.keep(curve_of(body.weight_kg or 0))
    pictures = tuple((camera, taken) for camera, _ in body.pictures)
    return replace(body, pictures=pictures, curve=curve, frames=curve)


def append(
    book: Book, kind: Kind, body: Body, at: Moment | None = None, anchor: Anchor | None = None
) -> Line:
    """One more record, a second after the newest."""
    seq = book.head.seq
    newest_ms = (book.at_ms(seq) if seq else None) or BEGINNING.wall_ms
    moment = at or Moment(newest_ms + 1_000, BEGINNING.mono_ms + 1_000 * seq)
    return book.append(Write(kind, body, moment), Context(1, anchor, 0))


def configure(folder: Path, weighbridge: str = BRIDGE) -> Place:
    """A weighbridge with a configuration and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "agent.toml"
    path.write_text(CONFIG.format(weighbridge=weighbridge, folder=folder), encoding="utf-8")
    return found(folder)


def found(folder: Path) -> Place:
    """The place that is already there."""
    path = folder / "agent.toml"
    return Place(folder, path, load_config(path)[0])


def enrolled(folder: Path, account: Account = ACCOUNT) -> Place:
    """A weighbridge whose book begins where the stories begin."""
    place = configure(folder)
    site, digest = place.site, sha256(ENROLMENT).digest()
    site.folder.mkdir()
    AGENT.save(site.key)
    facts = {
        "root": ROOT.public.cose_key,
        "weighbridge": BRIDGE.encode(),
        "epoch": b"1",
        "enrolment": digest,
        "registry": cbor.encode(REGISTRY),
    }
    create_book(site.book, facts)
    with place.book() as book:
        book.keep(KeepKeySet(KEYS.version, sign_keyset(KEYS, ROOT)))
        book.keep(KeepOrder(1, digest, ENROLMENT))
        genesis = Genesis(digest, AGENT.public.cose_key, KEYS.version)
        append(book, Kind.GENESIS, genesis, BEGINNING)
    keep_account(site, account)
    return place
