"""One envelope for everything: COSE_Sign1 (RFC 9052, tag 18), or COSE_Sign (tag 98) where two sign.

Protected header exactly {1: alg, 4: kid, 16: typ}, unprotected header empty, 64 raw signature
bytes. Opening checks, in this order: size, strict decoding, exact header, typ, kid, role, key time,
the key's own algorithm, low s, signature. Whatever goes wrong inside is a Refusal with a code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cbor2

from weighbook import cbor
from weighbook.keys import ED25519, EDDSA, ES256, SIGNATURE_BYTES, SigningKey, is_high_s
from weighbook.refusals import refuse

if TYPE_CHECKING:
    from weighbook.keyset import KeyEntry, KeyRing

MAX_MESSAGE_BYTES = 16 * 1024
MAX_SIGNERS = 4
SIGN1_TAG, SIGN_TAG = 18, 98
SIGN1_HEADER = frozenset({1, 4, 16})
SIGN1_START, EMPTY_MAP, SIGNATURE_START = b"\xd2\x84", b"\xa0", b"\x58\x40"


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


ROLES: dict[str, frozenset[Typ]] = {
    "ticket": frozenset({Typ.TICKET}),
    "agent": frozenset({Typ.RECORD, Typ.CHECKPOINT, Typ.SLIP}),
    "receipt": frozenset({Typ.RECEIPT, Typ.MANIFEST}),
    "order": frozenset({Typ.ORDER}),
    "root": frozenset({Typ.KEYSET}),
}


@dataclass(frozen=True)
class Opened:
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
    protected = _header(key, typ)
    body = cbor.encode(payload)
    signature = key.sign(_to_be_signed(protected, body))
    return cbor.encode(cbor2.CBORTag(SIGN1_TAG, [protected, {}, body, signature]))


def sign_joint(payload: Mapping[int, Any], typ: Typ, keys: Sequence[SigningKey]) -> bytes:
    """A COSE_Sign message signed by each of `keys`."""
    outer = cbor.encode({16: int(typ)})
    body = cbor.encode(payload)
    signatures = []
    for key in keys:
        inner = cbor.encode({1: key.public.alg, 4: key.public.kid})
        signatures.append([inner, {}, key.sign(_to_be_signed_jointly(outer, inner, body))])
    return cbor.encode(cbor2.CBORTag(SIGN_TAG, [outer, {}, body, signatures]))


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
    protected, body, signature = _sign1_parts(message, max_bytes)
    header = _decoded_header(protected, SIGN1_HEADER)
    entry = _signer(header, typ, ring, at_s)
    _check(entry, signature, _to_be_signed(protected, body))
    payload = _payload(body, max_bytes)
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
    outer, body, signatures = _parts(message, SIGN_TAG, max_bytes)
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= MAX_SIGNERS:
        raise refuse("E_ENVELOPE", "signatures")
    said = _decoded_header(outer, frozenset({16}))
    entries = []
    for part in signatures:
        inner, unprotected, signature = _three(part)
        header = _decoded_header(inner, frozenset({1, 4})) | said
        if unprotected != {}:
            raise refuse("E_HEADER", "unprotected")
        entry = _signer(header, typ, ring, at_s)
        _check(entry, signature, _to_be_signed_jointly(outer, inner, body))
        entries.append(entry)
    payload = _payload(body, max_bytes)
    signers = tuple(entry.subject for entry in entries)
    return Opened(payload, entries[0].key.kid, signers[0], digest(message), signers)


def is_joint(message: bytes) -> bool:
    """Whether it looks like a COSE_Sign message (tag 98)."""
    return message[:2] == b"\xd8\x62"


def payload_of(message: bytes) -> dict[int, Any]:
    """The payload without any check of who signed it: for showing, never for deciding."""
    tag = SIGN_TAG if is_joint(message) else SIGN1_TAG
    _, body, _ = _parts(message, tag, MAX_MESSAGE_BYTES)
    return _payload(body, MAX_MESSAGE_BYTES)


def kid_of(message: bytes) -> bytes | None:
    """The kid a Sign1 message claims; None when it has none."""
    try:
        protected, _, _ = _parts(message, SIGN1_TAG, MAX_MESSAGE_BYTES)
        header = cbor.decode(protected, max_bytes=64)
    except Exception:  # noqa: BLE001 - only shown and counted; anything odd means no kid
        return None
    kid = header.get(4) if isinstance(header, dict) else None
    return kid if isinstance(kid, bytes) else None


def _sign1_parts(message: bytes, max_bytes: int) -> tuple[bytes, bytes, bytes]:
    """(protected, payload, signature). A well-formed message has one shape, which is read directly;
    anything else goes the long way, which names the defect."""
    at, size = _bytes_at(message, 2)
    body_at, body_size = _bytes_at(message, at + size + 1)
    end = body_at + body_size
    if (
        len(message) <= max_bytes
        and message.startswith(SIGN1_START)
        and size > 0
        and message[at + size : at + size + 1] == EMPTY_MAP
        and body_size > 0
        and message[end : end + 2] == SIGNATURE_START
        and len(message) == end + 2 + SIGNATURE_BYTES
    ):
        return message[at : at + size], message[body_at:end], message[end + 2 :]
    protected, body, signature = _parts(message, SIGN1_TAG, max_bytes)
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise refuse("E_ENVELOPE", "signature")
    return protected, body, signature


def _bytes_at(message: bytes, at: int) -> tuple[int, int]:
    """(where, size) of the content of a byte string starting at `at`; size 0 if none does."""
    head = message[at : at + 3]
    if len(head) < 3:
        return at, 0
    if 0x40 < head[0] < 0x58:
        return at + 1, head[0] - 0x40
    if head[0] == 0x58 and head[1] >= 24:
        return at + 2, head[1]
    if head[0] == 0x59 and head[1] > 0:
        return at + 3, head[1] * 256 + head[2]
    return at, 0


def _parts(message: bytes, tag: int, max_bytes: int) -> tuple[bytes, bytes, Any]:
    value = cbor.decode(message, max_bytes=max_bytes)
    if not isinstance(value, cbor2.CBORTag) or value.tag != tag:
        raise refuse("E_ENVELOPE", "tag")
    if not isinstance(value.value, list | tuple) or len(value.value) != 4:
        raise refuse("E_ENVELOPE", "parts")
    protected, unprotected, body, last = value.value
    if not isinstance(protected, bytes) or not isinstance(body, bytes):
        raise refuse("E_ENVELOPE", "parts")
    if unprotected != {}:
        raise refuse("E_HEADER", "unprotected")
    return protected, body, last


def _three(part: Any) -> tuple[bytes, Any, bytes]:
    if not isinstance(part, list) or len(part) != 3:
        raise refuse("E_ENVELOPE", "signature")
    inner, unprotected, signature = part
    if not isinstance(inner, bytes) or not isinstance(signature, bytes):
        raise refuse("E_ENVELOPE", "signature")
    if len(signature) != SIGNATURE_BYTES:
        raise refuse("E_ENVELOPE", "signature")
    return inner, unprotected, signature


@lru_cache(maxsize=4096)
def _decoded_header(protected: bytes, names: frozenset[int]) -> dict[int, Any]:
    header = cbor.decode(protected, max_bytes=64)
    if not isinstance(header, dict) or set(header) != names:
        raise refuse("E_HEADER")
    return header


def _signer(header: dict[int, Any], typ: Typ, ring: "KeyRing", at_s: int | None) -> "KeyEntry":
    if header[16] != typ or type(header[16]) is not int:
        raise refuse("E_TYP", f"{header[16]!r}")
    entry = ring.find(header[4]) if isinstance(header[4], bytes) else None
    if entry is None:
        raise refuse("E_KID", header[4].hex() if isinstance(header[4], bytes) else "")
    if not any(typ in ROLES.get(role, ()) for role in entry.roles):
        raise refuse("E_ROLE", ",".join(entry.roles))
    if at_s is not None and not entry.valid_at(at_s):
        raise refuse("E_KEY_TIME")
    own = {EDDSA, ED25519} if entry.key.alg != ES256 else {ES256}
    if header[1] not in own:
        raise refuse("E_ALG", f"{header[1]!r}")
    return entry


def _check(entry: "KeyEntry", signature: bytes, signed: bytes) -> None:
    if entry.key.alg == ES256 and is_high_s(signature):
        raise refuse("E_HIGH_S")
    if not entry.key.verify(signature, signed):
        raise refuse("E_SIG")


def _payload(body: bytes, max_bytes: int) -> dict[int, Any]:
    payload = cbor.decode(body, max_bytes=max_bytes)
    if not isinstance(payload, dict):
        raise refuse("E_SCHEMA", "map")
    return payload


def _header(key: SigningKey, typ: Typ) -> bytes:
    return cbor.encode({1: key.public.alg, 4: key.public.kid, 16: int(typ)})


def _to_be_signed(protected: bytes, body: bytes) -> bytes:
    return b"\x84\x6aSignature1" + cbor.encode(protected) + b"\x40" + cbor.encode(body)


def _to_be_signed_jointly(outer: bytes, inner: bytes, body: bytes) -> bytes:
    return cbor.encode(["Signature", outer, inner, b"", body])
