"""Keys that are the same in every run: made from their names. Never for anything but tests."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet

BRIDGE, OTHER_BRIDGE = "WB-07", "WB-08"


def key_of(name: str) -> SigningKey:
    """The Ed25519 key of a name."""
    seed = sha256(name.encode()).digest()
    return SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(seed))


def es256_key_of(name: str) -> SigningKey:
    """The P-256 key of a name; its signatures differ from run to run."""
    number = int.from_bytes(sha256(name.encode()).digest()[:31], "big")
    return SigningKey(ec.derive_private_key(number, ec.SECP256R1()))


ROOT = key_of("root")
TICKETS, COLLECTOR = key_of("tickets"), key_of("collector")
OFFICERS = (key_of("officer-1"), key_of("officer-2"))
AGENT, OTHER_AGENT, CHIP = key_of("agent"), key_of("other agent"), es256_key_of("chip")
STRANGER = key_of("stranger")

KEYSET = KeySet(
    3,
    (
        KeyEntry(TICKETS.public, ("ticket",), "bureau", 0),
        KeyEntry(COLLECTOR.public, ("receipt",), "collector", 0),
        KeyEntry(OFFICERS[0].public, ("order",), "officer-1", 0),
        KeyEntry(OFFICERS[1].public, ("order",), "officer-2", 0),
        KeyEntry(AGENT.public, ("agent",), BRIDGE, 0),
        KeyEntry(OTHER_AGENT.public, ("agent",), OTHER_BRIDGE, 0),
        KeyEntry(CHIP.public, ("agent",), OTHER_BRIDGE, 0),
    ),
)
RING = KeyRing(KEYSET)
