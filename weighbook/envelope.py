"""One envelope for everything: COSE_Sign1 (RFC 9052, tag 18), or COSE_Sign (tag 98) where two sign.

Protected header exactly {1: alg, 4: kid, 16: typ}, unprotected header empty, 64 raw signature
bytes. Opening checks, in this order: size, strict decoding, exact header, typ, kid, role, key time,
the key's own algorithm, low s, signature. Whatever goes wrong inside is a Refusal with a code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from weighbook import cbor, cose
from weighbook.cose import ALG, KID, SIGN_TAG, TYP
from weighbook.keys import ES256, SigningKey, is_high_s
from weighbook.phrase import Refusal
from weighbook.refusals import refuse

if TYPE_CHECKING:
    from weighbook.keyset import KeyEntry, KeyRing

MAX_MESSAGE_BYTES = 16 * 1024
LARGEST_BYTES = 32 * 1024 * 1024  # of any message at all: a county's key set
MAX_SIGNERS = 4
MAX_PART_BYTES = 256  # of one signer of a COSE_Sign message


class Typ(IntEnum):
    """What an object is; it stands in the protected header (RFC 9596)."""

    TICKET = 1
    RECORD = 2
    RECEIPT = 3
    CHECKPOINT = 4
    ORDER = 5
    SLIP = 6
    KEYSET = 7
    MANIFEST = 8
    CALIBRATION = 9
    LOG = 10


ROLES: dict[str, frozenset[Typ]] = {
    "ticket": frozenset({Typ.TICKET}),
    "agent": frozenset({Typ.RECORD, Typ.CHECKPOINT, Typ.SLIP, Typ.CALIBRATION}),
    "receipt": frozenset({Typ.RECEIPT, Typ.MANIFEST, Typ.LOG}),
    "order": frozenset({Typ.ORDER}),
    "root": frozenset({Typ.KEYSET}),
}


ROLE_OF = {typ: role for role, typs in ROLES.items() for typ in typs}


class Opened(NamedTuple):
    """A verified message: its payload, who signed, and the digest of the whole of it."""

    payload: dict[int, Any]
    kid: bytes
    subject: str
    digest: bytes
    signers: tuple[str, ...]


def digest(message: bytes) -> bytes:
    """SHA-256 of a whole message, signature included."""
    return hashlib.sha256(message).digest()


def sign(payload: Mapping[int, Any], typ: Typ, key: SigningKey) -> bytes:
    """A COSE_Sign1 message."""
    protected = cose.header(key.public.alg, key.public.kid, typ)
    body = cbor.encode(dict(payload))
    signature = key.sign(cose.to_be_signed(protected, body))
    return cose.sign1(protected, body, signature)


def sign_joint(payload: Mapping[int, Any], typ: Typ, keys: Sequence[SigningKey]) -> bytes:
    """A COSE_Sign message signed by each of `keys`; the typ stands in its outer header."""
    return join(payload, typ, [sign_part(payload, typ, key) for key in keys])


def sign_part(payload: Mapping[int, Any], typ: Typ, key: SigningKey) -> bytes:
    """One signer's part of a COSE_Sign message, who need not be there when the others sign."""
    outer, body = cbor.encode({TYP: int(typ)}), cbor.encode(dict(payload))
    inner = cbor.encode({ALG: key.public.alg, KID: key.public.kid})
    return cbor.encode([inner, {}, key.sign(cose.to_be_signed_jointly(outer, inner, body))])


def join(payload: Mapping[int, Any], typ: Typ, parts: Sequence[bytes]) -> bytes:
    """The message of its signers' parts; whether they hold is found when it is opened."""
    outer, body = cbor.encode({TYP: int(typ)}), cbor.encode(dict(payload))
    signatures = [cbor.decode(part, max_bytes=MAX_PART_BYTES) for part in parts]
    return SIGN_TAG + cbor.encode([outer, {}, body, signatures])


def open_message(
    message: bytes,
    typ: Typ,
    ring: "KeyRing",
    *,
    at_s: int | None,
    max_bytes: int = MAX_MESSAGE_BYTES,
) -> Opened:
    """A COSE_Sign1 message, verified. `at_s`: the time its key must be valid at; None skips that.

    Errors: Refusal.
    """
    parts = cose.sign1_parts(message, max_bytes)
    entry = _signer(parts.labels, typ, ring, at_s)
    _check(entry, parts.signature, cose.to_be_signed(parts.protected, parts.body))
    payload = _payload(parts.body)
    return Opened(payload, entry.key.kid, entry.subject, digest(message), (entry.subject,))


def open_joint(
    message: bytes,
    typ: Typ,
    ring: "KeyRing",
    *,
    at_s: int | None,
    max_bytes: int = MAX_MESSAGE_BYTES,
) -> Opened:
    """A COSE_Sign message: every signature in it must be good. `signers` are their subjects.

    Errors: Refusal.
    """
    outer, body, signatures = cose.four(message, SIGN_TAG, max_bytes)
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= MAX_SIGNERS:
        raise refuse("E_ENVELOPE", "signatures")
    said = cose.labels(outer, frozenset({TYP}))
    entries = []
    for part in signatures:
        if not isinstance(part, list) or len(part) != 3:
            raise refuse("E_ENVELOPE", "signature")
        inner, signature = cose.layer(*part)
        entry = _signer(cose.labels(inner, frozenset({ALG, KID})) | said, typ, ring, at_s)
        _check(entry, signature, cose.to_be_signed_jointly(outer, inner, body))
        entries.append(entry)
    signers = tuple(entry.subject for entry in entries)
    return Opened(_payload(body), entries[0].key.kid, signers[0], digest(message), signers)


def is_joint(message: bytes) -> bool:
    """Whether it looks like a COSE_Sign message (tag 98)."""
    return message[:2] == SIGN_TAG


def payload_of(message: bytes) -> dict[int, Any]:
    """The payload without any check of who signed it: for showing, never for deciding."""
    if is_joint(message):
        return _payload(cose.four(message, SIGN_TAG, LARGEST_BYTES)[1])
    return _payload(cose.sign1_parts(message, LARGEST_BYTES).body)


def kid_of(message: bytes) -> bytes | None:
    """The kid a Sign1 message claims; None when it has none."""
    try:
        kid: bytes = cose.sign1_parts(message, LARGEST_BYTES).labels[KID]
    except Refusal:
        return None
    return kid


def _signer(labels: dict[Any, Any], typ: Typ, ring: "KeyRing", at_s: int | None) -> "KeyEntry":
    if type(labels[TYP]) is not int or labels[TYP] != typ:
        raise refuse("E_TYP", repr(labels[TYP]))
    entry = ring.find(labels[KID])
    if entry is None:
        raise refuse("E_KID", labels[KID].hex())
    if ROLE_OF[typ] not in entry.roles:
        raise refuse("E_ROLE", ",".join(entry.roles))
    if at_s is not None and not entry.valid_at(at_s):
        raise refuse("E_KEY_TIME")
    if labels[ALG] != entry.key.alg:
        raise refuse("E_ALG", repr(labels[ALG]))
    return entry


def _check(entry: "KeyEntry", signature: bytes, signed: bytes) -> None:
    if entry.key.alg == ES256 and is_high_s(signature):
        raise refuse("E_HIGH_S")
    if not entry.key.verify(signature, signed):
        raise refuse("E_SIG")


def _payload(body: bytes) -> dict[int, Any]:
    payload = cbor.decode(body, max_bytes=LARGEST_BYTES)
    if not isinstance(payload, dict):
        raise refuse("E_SCHEMA", "map")
    _require_integer_keys(payload)
    return payload


def _require_integer_keys(value: Any) -> None:
    """A payload's maps are keyed by integers alone, at every depth."""
    if type(value) is dict:
        for key, item in value.items():
            if type(key) is not int:
                raise refuse("E_KEY_TYPE")
            if type(item) is dict or type(item) is list:
                _require_integer_keys(item)
    else:
        for item in value:
            if type(item) is dict or type(item) is list:
                _require_integer_keys(item)
