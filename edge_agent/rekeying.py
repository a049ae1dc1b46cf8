"""Another key for the same book: made here, enrolled by the bureau, named by a record of the old.

Promises that the book goes on: a record signed by the old key says which key signs from there on,
and only then does the new one take its place. A switch that was cut short is finished at the next
start. A lost key cannot be followed by another; that is an enrolment anew.
"""

from contextlib import closing

from edge_agent.acts import Write
from edge_agent.book import Book, Context
from edge_agent.clockwork import boot_id, now
from edge_agent.config import AgentConfig
from edge_agent.evidence import move_into_place
from edge_agent.opening import newest_keyset, open_ledger
from edge_agent.performer import anchor_of
from edge_agent.site import Site, hold
from weighbook import cbor
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal
from weighbook.records import KeyChange, Kind


def ask_rekeying(config: AgentConfig) -> bytes:
    """A request for the key after this one; makes it if there is none yet."""
    site = Site(config.state)
    if not site.next_key.exists():
        draft = site.next_key.with_suffix(".new")
        draft.unlink(missing_ok=True)
        SigningKey.generate().save(draft)
        move_into_place(draft, site.next_key)
    key = SigningKey.load(site.next_key)
    return cbor.encode({1: config.weighbridge, 2: key.public.cose_key, 3: config.scale.indicator})


def switch_key(config: AgentConfig) -> int:
    """Write the record and change the keys; its number. The agent must stand still.

    Refusals: E_RUNNING, E_NO_KEY, E_KEY_WAITS. Errors: BookFailed, OSError.
    """
    site = Site(config.state)
    hold(site)
    finish_switch(site)
    if not site.next_key.exists():
        raise Refusal(
            "E_NO_KEY",
            Phrase("没有准备好的新密钥。", "No next key was made."),
            Phrase("请先运行 edge-agent enrol next-key。", "Run edge-agent enrol next-key first."),
        )
    fresh, old = SigningKey.load(site.next_key), SigningKey.load(site.key)
    with closing(Book(site.book, old, boot_id())) as book:
        ledger, at = open_ledger(book).ledger, now()
        entry = KeyRing(newest_keyset(book)).find(fresh.public.kid)
        if entry is None or entry.subject != config.weighbridge or "agent" not in entry.roles:
            raise key_waits()
        context = Context(ledger.order_number, anchor_of(ledger), ledger.signed_ms)
        line = book.append(Write(Kind.KEY, KeyChange(fresh.public.cose_key), at), context)
    finish_switch(site)
    return line.record.seq


def current_key(site: Site) -> SigningKey:
    """The key the book is at, a switch that was cut short finished first. Errors: OSError."""
    finish_switch(site)
    return SigningKey.load(site.key)


def finish_switch(site: Site) -> None:
    """If the book names the next key as its own, that takes its place; the old one is kept."""
    if not site.next_key.exists() or not site.book.exists():
        return
    fresh, old = SigningKey.load(site.next_key), SigningKey.load(site.key)
    with closing(Book(site.book, old, boot_id())) as book:
        named = book.newest_key()
    if named == fresh.public.cose_key:
        kept = site.key.with_name(f"key-{old.public.kid.hex()}.pem")
        kept.unlink(missing_ok=True)
        kept.hardlink_to(site.key)
        move_into_place(site.next_key, site.key)


def key_waits() -> Refusal:
    return Refusal(
        "E_KEY_WAITS",
        Phrase(
            "能源局登记新密钥的指令尚未送达。", "The bureau's order with the new key has not come."
        ),
        Phrase(
            "请由能源局 collector weighbridge rekey 登记，指令送达后再试。",
            "Let the bureau run collector weighbridge rekey, and try again when its order is here.",
        ),
    )
