"""Enrolment seen from the weighbridge: a key is born here, and comes back named by the bureau.

`make_request` writes CBOR {1: weighbridge, 2: COSE_Key, 3: indicator}; the private key never leaves
this machine. `accept_bundle` checks the bureau's bundle against that key, makes the book and writes
its genesis. Doing either again changes nothing that is there.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from edge_agent.acts import KeepKeySet, KeepOrder, Write
from edge_agent.book import Book, Context
from edge_agent.book_file import create_book
from edge_agent.clockwork import boot_id, now
from edge_agent.config import AgentConfig
from edge_agent.evidence import write_whole
from edge_agent.site import Site, keep_account
from edge_agent.uplink import Account
from weighbook import cbor
from weighbook.keys import PublicKey, SigningKey
from weighbook.keyset import KeyRing, open_keyset
from weighbook.orders import Enrol, Order, open_order
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Genesis, Kind

LARGEST_BUNDLE_BYTES = 1 << 20


@dataclass(frozen=True)
class Bundle:
    """What the bureau gave, verified: `root` is pinned from here on."""

    root: PublicKey
    keyset: bytes
    keyset_version: int
    message: bytes
    order: Order
    args: Enrol
    registry: dict[str, Any]
    account: Account


def make_request(config: AgentConfig) -> bytes:
    """The request; makes the key if there is none yet. Errors: OSError, Refusal."""
    site = Site(config.state)
    site.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not site.key.exists():
        SigningKey.generate().save(site.key)
    key = SigningKey.load(site.key)
    return cbor.encode({1: config.weighbridge, 2: key.public.cose_key, 3: config.scale.indicator})


def read_bundle(data: bytes, config: AgentConfig, key: PublicKey) -> Bundle:
    """The bundle, if it is for this weighbridge and this key. Errors: Refusal."""
    try:
        fields = cbor.decode(data, max_bytes=LARGEST_BUNDLE_BYTES)
        root, keyset, message = PublicKey.read(fields[1]), fields[2], fields[3]
        registry, mqtt = fields[4], fields[5]
        version = open_keyset(keyset, root).version
        order, _ = open_order(message, KeyRing(open_keyset(keyset, root)), None)
        account = Account(**{name: mqtt[name] for name in Account.__dataclass_fields__})
    except (KeyError, TypeError, AttributeError) as error:
        raise _refused(f"{type(error).__name__} {error}") from error
    if not isinstance(order.args, Enrol) or not isinstance(registry, dict):
        raise _refused("order")
    if order.args.weighbridge != config.weighbridge:
        raise _refused(f"{order.args.weighbridge} ≠ {config.weighbridge}")
    if order.args.key != key.cose_key:
        raise _refused("key")
    return Bundle(root, keyset, version, message, order, order.args, registry, account)


def accept_bundle(config: AgentConfig, data: bytes) -> Bundle:
    """Make the book and its genesis. Errors: Refusal, BookFailed, OSError."""
    site = Site(config.state)
    key = SigningKey.load(site.key)
    bundle = read_bundle(data, config, key.public)
    if site.book.exists():
        _same_book(site, key, bundle)
    digest = sha256(bundle.message).digest()
    facts = {
        "root": bundle.root.cose_key,
        "weighbridge": config.weighbridge.encode(),
        "epoch": str(bundle.args.epoch).encode(),
        "enrolment": digest,
        "registry": cbor.encode(bundle.registry),
    }
    create_book(site.book, facts)
    book = Book(site.book, key, boot_id())
    try:
        book.keep(KeepKeySet(bundle.keyset_version, bundle.keyset))
        book.keep(KeepOrder(bundle.order.number, digest, bundle.message))
        if book.head.seq == 0:
            body = Genesis(digest, key.public.cose_key, bundle.keyset_version)
            context = Context(bundle.order.number, None, bundle.order.at_ms)
            book.append(Write(Kind.GENESIS, body, now()), context)
    finally:
        book.close()
    keep_account(site, bundle.account)
    return bundle


def write_request(config: AgentConfig, to: Path) -> None:
    write_whole(to, make_request(config))


def _same_book(site: Site, key: SigningKey, bundle: Bundle) -> None:
    """A book is never begun over another one."""
    book = Book(site.book, key, boot_id())
    try:
        enrolment = book.fact("enrolment")
    finally:
        book.close()
    if enrolment != sha256(bundle.message).digest():
        raise Refusal(
            "E_BOOK_EXISTS",
            Phrase(f"{site.book} 已有另一次登记的账簿。", f"{site.book} is of another enrolment."),
            Phrase(
                "先导出并移走旧账簿（edge-agent export），再接受新的登记包。",
                "Export and move the old book away (edge-agent export), then accept again.",
            ),
        )


def _refused(detail: str) -> Refusal:
    return Refusal(
        "E_BUNDLE",
        Phrase(
            f"登记包不适用于本磅房：{detail}。",
            f"The bundle is not for this weighbridge: {detail}.",
        ),
        Phrase(
            "请用 edge-agent enrol request 重新申请，并索取新的登记包。",
            "Make a new request with edge-agent enrol request and ask for its bundle.",
        ),
    )
