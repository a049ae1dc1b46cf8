"""Enrolment seen from the weighbridge: a key is born here, and comes back named by the bureau.

`make_request` writes CBOR {1: weighbridge, 2: COSE_Key, 3: indicator, 4: X25519 key for codes by
telephone}; no private key ever leaves this machine. `accept_bundle` checks the bureau's bundle
against that key and makes the book, which appears with its genesis or, if that is cut short, not at
all. Doing either again changes nothing.
"""

from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from edge_agent.acts import KeepKeySet, KeepOrder, Write
from edge_agent.book import Book, Context
from edge_agent.book_file import create_book
from edge_agent.clockwork import boot_id, now
from edge_agent.config import AgentConfig, site_settings
from edge_agent.evidence import move_into_place, write_whole
from edge_agent.site import Site, keep_account, read_account
from edge_agent.uplink import Account
from weighbook import cbor
from weighbook.keys import PublicKey, SigningKey
from weighbook.keyset import KeyRing, open_keyset
from weighbook.orders import MAX_ORDER_BYTES, Enrol, Order, open_order
from weighbook.phone_keys import PhoneKey
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Genesis, Kind

LARGEST_BUNDLE_BYTES = 1 << 20
MAX_FOLLOWING = 100  # orders in a bundle


@dataclass(frozen=True)
class Bundle:
    """What the bureau gave, verified: `root` is pinned from here on.

    `following`: orders after the enrolment's, as they came; each is checked when it is applied.
    """

    root: PublicKey
    keyset: bytes
    keyset_version: int
    message: bytes
    order: Order
    args: Enrol
    registry: dict[str, Any]
    account: Account
    following: tuple[bytes, ...] = ()


def make_request(config: AgentConfig) -> bytes:
    """The request; makes the key if there is none yet. Errors: OSError, Refusal."""
    site = Site(config.state)
    site.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not site.key.exists():
        draft = site.key.with_suffix(".new")
        draft.unlink(missing_ok=True)
        SigningKey.generate().save(draft)
        move_into_place(draft, site.key)
    if not site.phone_key.exists():
        draft = site.phone_key.with_suffix(".new")
        draft.unlink(missing_ok=True)
        PhoneKey.generate().save(draft)
        move_into_place(draft, site.phone_key)
    key, phone = SigningKey.load(site.key), PhoneKey.load(site.phone_key)
    return cbor.encode(
        {
            1: config.weighbridge,
            2: key.public.cose_key,
            3: config.scale.indicator,
            4: phone.public,
        }
    )


def read_bundle(data: bytes, config: AgentConfig, key: PublicKey) -> Bundle:
    """The bundle, if it is for this weighbridge and this key. Errors: Refusal."""
    try:
        fields = cbor.decode(data, max_bytes=LARGEST_BUNDLE_BYTES)
        root, keyset, message = PublicKey.read(fields[1]), fields[2], fields[3]
        registry, account = fields[4], read_account(fields[5])
        following = _following(fields.get(6, []))
        opened = open_keyset(keyset, root)
        order, _ = open_order(message, KeyRing(opened), None)
        site_settings(config, registry, "", bytes(32))  # refuses names that are not complete
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise _refused(f"{type(error).__name__} {error}") from error
    if not isinstance(order.args, Enrol):
        raise _refused("order")
    if order.args.weighbridge != config.weighbridge:
        raise _refused(f"{order.args.weighbridge} ≠ {config.weighbridge}")
    if order.args.key != key.cose_key:
        raise _refused("key")
    papers = (root, keyset, opened.version, message, order, order.args, registry, account)
    return Bundle(*papers, following)


def _following(messages: object) -> tuple[bytes, ...]:
    if not isinstance(messages, list) or len(messages) > MAX_FOLLOWING:
        raise ValueError("orders")
    if not all(isinstance(each, bytes) and len(each) <= MAX_ORDER_BYTES for each in messages):
        raise ValueError("orders")
    return tuple(messages)


def accept_bundle(config: AgentConfig, data: bytes) -> Bundle:
    """Make the book and its genesis. Errors: Refusal, BookFailed, OSError."""
    site = Site(config.state)
    key = _own_key(site)
    bundle = read_bundle(data, config, key.public)
    if site.book.exists():
        _same_book(site, key, bundle)
    else:
        _begin_book(site, key, bundle)
    keep_account(site, bundle.account)
    site.inbox.mkdir(exist_ok=True)
    for number, following in enumerate(bundle.following, bundle.order.number + 1):
        write_whole(site.inbox / f"{number:09d}.order", following)
    return bundle


def _begin_book(site: Site, key: SigningKey, bundle: Bundle) -> None:
    """The whole book under another name first: half a book could neither be used nor begun anew."""
    draft = site.book.with_suffix(".new")
    for leftover in (draft, *(Path(f"{draft}{end}") for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    digest = sha256(bundle.message).digest()
    facts = {
        "root": bundle.root.cose_key,
        "weighbridge": bundle.args.weighbridge.encode(),
        "epoch": str(bundle.args.epoch).encode(),
        "enrolment": digest,
        "registry": cbor.encode(bundle.registry),
    }
    create_book(draft, facts)
    with closing(Book(draft, key, boot_id())) as book:
        book.keep(KeepKeySet(bundle.keyset_version, bundle.keyset))
        book.keep(KeepOrder(bundle.order.number, digest, bundle.message))
        body = Genesis(digest, key.public.cose_key, bundle.keyset_version)
        context = Context(bundle.order.number, None, bundle.order.at_ms)
        book.append(Write(Kind.GENESIS, body, now()), context)
    # Its last connection is closed: all of it stands in this one file.
    move_into_place(draft, site.book)


def write_request(config: AgentConfig, to: Path) -> None:
    write_whole(to, make_request(config))


def _own_key(site: Site) -> SigningKey:
    try:
        return SigningKey.load(site.key)
    except FileNotFoundError:
        raise Refusal(
            "E_NO_KEY",
            Phrase(f"本机还没有密钥 {site.key}。", f"There is no key {site.key} here yet."),
            Phrase(
                "请先用 edge-agent enrol request 申请登记。",
                "First ask for enrolment with edge-agent enrol request.",
            ),
        ) from None


def _same_book(site: Site, key: SigningKey, bundle: Bundle) -> None:
    """A book is never begun over another one."""
    with closing(Book(site.book, key, boot_id())) as book:
        enrolment = book.fact("enrolment")
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
