"""The bytes of COSE_Sign1 and COSE_Sign (RFC 9052): written in one layout, taken apart strictly.

Nothing is proved here about who signed; that is the envelope's part. Errors: Refusal, with a code.
"""

from typing import Any, NamedTuple

from weighbook import cbor
from weighbook.keys import KID_BYTES, SIGNATURE_BYTES
from weighbook.refusals import refuse

MAX_HEADER_BYTES = 64
ALG, KID, TYP = 1, 4, 16  # header labels
SIGN1_LABELS = frozenset({ALG, KID, TYP})
SIGN1_TAG, SIGN_TAG = b"\xd2", b"\xd8\x62"  # tags 18 and 98
EMPTY_MAP, SIGNATURE_START = b"\xa0", b"\x58\x40"
HEADER_BYTES = 15  # of {1: alg, 4: kid, 16: typ} with one-byte algorithms and types
SIGN1_START = SIGN1_TAG + b"\x84\x4f"  # an array of four that begins with such a header


class Parts(NamedTuple):
    """A message taken apart; nothing is proved yet."""

    protected: bytes
    labels: dict[Any, Any]
    body: bytes
    signature: bytes


def sign1_parts(message: bytes, max_bytes: int) -> Parts:
    """A well-formed message has one layout, which is read directly; anything else goes the long

    way, which names the defect.
    """
    if len(message) > max_bytes:
        raise refuse("E_OVERSIZE", f"{len(message)} > {max_bytes}")
    parts = sign1_at_once(message)
    if parts is not None:
        return parts
    protected, body, signature = four(message, SIGN1_TAG, max_bytes)
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise refuse("E_ENVELOPE", "signature")
    return Parts(protected, labels(protected, SIGN1_LABELS), body, signature)


def sign1_at_once(message: bytes) -> Parts | None:
    """Compared byte by byte with the layout `sign` writes; None where it differs."""
    body_at = len(SIGN1_START) + HEADER_BYTES + 1
    end = len(message) - SIGNATURE_BYTES
    if message[:3] != SIGN1_START or end < body_at + 3:
        return None
    protected = message[3 : body_at - 1]
    alg, kid, typ = 0x1F - protected[2], protected[5:13], protected[14]
    first = message[body_at]
    start = body_at + (1 if first < 0x58 else 2 if first == 0x58 else 3)
    body = message[start : end - 2]
    rest = EMPTY_MAP + string(body) + SIGNATURE_START
    if message[body_at - 1 : end] != rest or not -24 <= alg < 0 or typ >= 24:
        return None
    if protected != header(alg, kid, typ):
        return None
    return Parts(protected, {ALG: alg, KID: kid, TYP: typ}, body, message[end:])


def four(message: bytes, tag: bytes, max_bytes: int) -> tuple[bytes, bytes, Any]:
    """(protected, payload, signature or signatures) of an envelope, read the long way."""
    if len(message) > max_bytes:
        raise refuse("E_OVERSIZE", f"{len(message)} > {max_bytes}")
    if not message.startswith(tag):
        raise refuse("E_ENVELOPE", "tag")
    value = cbor.decode(message[len(tag) :], max_bytes=max_bytes)
    if not isinstance(value, list) or len(value) != 4:
        raise refuse("E_ENVELOPE", "parts")
    protected, unprotected, body, last = value
    if not isinstance(protected, bytes) or not isinstance(body, bytes):
        raise refuse("E_ENVELOPE", "parts")
    if unprotected != {}:
        raise refuse("E_HEADER", "unprotected")
    return protected, body, last


def layer(inner: Any, unprotected: Any, signature: Any) -> tuple[bytes, bytes]:
    """(protected, signature) of one signer of a COSE_Sign."""
    if not isinstance(inner, bytes) or not isinstance(signature, bytes):
        raise refuse("E_ENVELOPE", "signature")
    if len(signature) != SIGNATURE_BYTES:
        raise refuse("E_ENVELOPE", "signature")
    if unprotected != {}:
        raise refuse("E_HEADER", "unprotected")
    return inner, signature


def labels(protected: bytes, names: frozenset[int]) -> dict[Any, Any]:
    labels = cbor.decode(protected, max_bytes=MAX_HEADER_BYTES)
    if not isinstance(labels, dict) or labels.keys() != names:
        raise refuse("E_HEADER")
    kid = labels.get(KID, bytes(KID_BYTES))
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise refuse("E_HEADER", "kid")
    return labels


def header(alg: int, kid: bytes, typ: int) -> bytes:
    """The encoding of {1: alg, 4: kid, 16: typ}; all our algorithms and types fit one byte."""
    return b"\xa3\x01%c\x04\x48%b\x10%c" % (0x1F - alg, kid, typ)


def string(data: bytes) -> bytes:
    """A CBOR byte string."""
    size = len(data)
    if size < 24:
        return b"%c%b" % (0x40 + size, data)
    if size < 1 << 8:
        return b"\x58%c%b" % (size, data)
    if size < 1 << 16:
        return b"\x59%b%b" % (size.to_bytes(2, "big"), data)
    return b"\x5a%b%b" % (size.to_bytes(4, "big"), data)


def sign1(protected: bytes, body: bytes, signature: bytes) -> bytes:
    """A COSE_Sign1 message: tag, array of four, the unprotected header empty."""
    return b"\xd2\x84%b\xa0%b%b" % (string(protected), string(body), string(signature))


def to_be_signed(protected: bytes, body: bytes) -> bytes:
    return b"\x84\x6aSignature1%b\x40%b" % (string(protected), string(body))


def to_be_signed_jointly(outer: bytes, inner: bytes, body: bytes) -> bytes:
    return b"\x85\x69Signature%b%b\x40%b" % (string(outer), string(inner), string(body))
