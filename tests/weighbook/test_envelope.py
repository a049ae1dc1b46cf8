"""The envelope: no changed message is accepted, and nothing but a Refusal ever comes out."""

import os
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.keys import AGENT, CHIP, COLLECTOR, OFFICERS, RING, ROOT, TICKETS
from tests.weighbook.refusing import refused
from tests.weighbook.sample import sample_book
from weighbook import cose
from weighbook.envelope import (
    MAX_MESSAGE_BYTES,
    ROLES,
    Typ,
    digest,
    is_joint,
    kid_of,
    open_joint,
    open_message,
    payload_of,
    sign,
    sign_joint,
)
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing, root_ring

LONG = os.environ.get("WEIGHHOUSE_LONG") == "1"
MASKS = range(1, 256) if LONG else tuple(1 << bit for bit in range(8))
SAID = {1: "WB-07", 2: 42, 3: {1: b"inner", 2: ["票", None, True]}}
PLAIN, CHIPPED = sign(SAID, Typ.RECORD, AGENT), sign(SAID, Typ.RECORD, CHIP)
JOINT = sign_joint(SAID, Typ.ORDER, OFFICERS)


def opening(message: bytes) -> str | None:
    """The refusal of a message, opened as what it looks like."""
    if is_joint(message):
        return refused(lambda: open_joint(message, Typ.ORDER, RING, at_s=None))
    return refused(lambda: open_message(message, Typ.RECORD, RING, at_s=None))


def rebuilt(change: Callable[[list[Any]], object], message: bytes = PLAIN) -> bytes:
    """The message with its parts changed: signatures stay as they were."""
    parts = cbor2.loads(message).value
    change(parts)
    return cbor2.dumps(cbor2.CBORTag(98 if is_joint(message) else 18, parts))


def signed_with(header: dict[Any, Any], unprotected: dict[Any, Any] | None = None) -> bytes:
    """A message whose signature is good over whatever header it has."""
    protected, body = cbor2.dumps(header), cbor2.dumps(SAID)
    signature = AGENT.sign(cbor2.dumps(["Signature1", protected, b"", body]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected or {}, body, signature]))


def signed_over(body: bytes) -> bytes:
    """A message whose signature is good over any payload bytes."""
    protected = cose.header(AGENT.public.alg, AGENT.public.kid, Typ.RECORD)
    signature = AGENT.sign(cose.to_be_signed(protected, body))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, body, signature]))


@pytest.mark.parametrize("message", [PLAIN, CHIPPED, JOINT], ids=["EdDSA", "ES256", "joint"])
def test_no_flip_of_any_byte_is_ever_accepted(message: bytes) -> None:
    for at in range(len(message)):
        for mask in MASKS:
            flipped = message[:at] + bytes([message[at] ^ mask]) + message[at + 1 :]
            assert opening(flipped) is not None, (at, mask)
            refused(lambda changed=flipped: payload_of(changed))  # type: ignore[misc]  # bound at once
            kid_of(flipped)


@pytest.mark.parametrize("message", [PLAIN, CHIPPED, JOINT], ids=["EdDSA", "ES256", "joint"])
def test_no_part_and_no_extension_of_a_message_is_accepted(message: bytes) -> None:
    assert opening(message) is None
    for end in range(len(message)):
        assert opening(message[:end]) is not None, end
    for more in (b"\0", b"\xf6", message):
        assert opening(message + more) == "E_TRAILING"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(message: bytes) -> None:
    for start in (b"", cose.SIGN1_START, cose.SIGN_TAG):
        assert opening(start + message) is not None


@given(st.integers(0, len(PLAIN)), st.integers(0, 40), st.binary(max_size=40))
def test_no_splice_is_accepted(at: int, gone: int, put: bytes) -> None:
    spliced = PLAIN[:at] + put + PLAIN[at + gone :]
    assert (opening(spliced) is None) == (spliced == PLAIN)


@pytest.mark.parametrize("message", [PLAIN, CHIPPED, JOINT], ids=["EdDSA", "ES256", "joint"])
def test_what_was_signed_comes_back_with_its_signer(message: bytes) -> None:
    if is_joint(message):
        opened = open_joint(message, Typ.ORDER, RING, at_s=None)
        assert opened.signers == ("officer-1", "officer-2")
    else:
        opened = open_message(message, Typ.RECORD, RING, at_s=None)
        assert kid_of(message) == opened.kid
    assert (opened.payload, opened.digest) == (SAID, digest(message))
    assert payload_of(message) == SAID


KEYS_OF_ROLES = {
    "ticket": TICKETS,
    "agent": AGENT,
    "receipt": COLLECTOR,
    "order": OFFICERS[0],
    "root": ROOT,
}


@pytest.mark.parametrize("typ", Typ)
@pytest.mark.parametrize(("role", "key"), KEYS_OF_ROLES.items())
def test_each_role_signs_its_own_kinds_and_no_others(typ: Typ, role: str, key: SigningKey) -> None:
    ring = root_ring(ROOT.public) if role == "root" else RING
    code = refused(lambda: open_message(sign(SAID, typ, key), typ, ring, at_s=None))
    assert code == (None if typ in ROLES[role] else "E_ROLE")


@pytest.mark.parametrize("typ", [typ for typ in Typ if typ is not Typ.RECORD])
def test_one_kind_is_never_taken_for_another(typ: Typ) -> None:
    assert refused(lambda: open_message(PLAIN, typ, RING, at_s=None)) == "E_TYP"


HEADER = {1: -8, 4: AGENT.public.kid, 16: 2}
HEADERS: dict[str, tuple[dict[Any, Any], str]] = {
    "no algorithm": ({4: AGENT.public.kid, 16: 2}, "E_HEADER"),
    "no kid": ({1: -8, 16: 2}, "E_HEADER"),
    "no typ": ({1: -8, 4: AGENT.public.kid}, "E_HEADER"),
    "a critical label": (HEADER | {2: [99]}, "E_KEY_ORDER"),
    "a content type": ({1: -8, 3: 0, 4: AGENT.public.kid, 16: 2}, "E_HEADER"),
    "a text label": (HEADER | {"x": 1}, "E_HEADER"),
    "a long kid": (HEADER | {4: bytes(9)}, "E_HEADER"),
    "a kid of text": (HEADER | {4: "12345678"}, "E_HEADER"),
    "typ as truth": (HEADER | {16: True}, "E_TYP"),
    "typ as text": (HEADER | {16: "record"}, "E_TYP"),
    "a big algorithm number": (HEADER | {1: -65_535}, "E_ALG"),
    "the other name of Ed25519": (HEADER | {1: -19}, "E_ALG"),
    "no algorithm at all": (HEADER | {1: None}, "E_ALG"),
}


@pytest.mark.parametrize(("header", "code"), HEADERS.values(), ids=HEADERS)
def test_another_header_is_refused_even_if_well_signed(header: dict[Any, Any], code: str) -> None:
    assert opening(signed_with(header)) == code


def test_a_header_beside_the_protected_one_is_refused() -> None:
    assert opening(signed_with(HEADER)) is None
    assert opening(signed_with(HEADER, {4: AGENT.public.kid})) == "E_HEADER"
    joint = rebuilt(lambda parts: parts[3][0][1].update({4: b"x"}), JOINT)
    assert opening(joint) == "E_HEADER"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "E_CBOR"),
        (b"\x01", "E_SCHEMA"),
        (b"\x80", "E_SCHEMA"),
        (b"\xa1\x61a\x01", "E_KEY_TYPE"),
        (b"\xa1\x01\x81\xa1\x61a\x01", "E_KEY_TYPE"),
        (b"\xa1\x01\xf9\x3c\x00", "E_FLOAT"),
        (b"\xa1\x01\x18\x01", "E_NOT_SHORTEST"),
        (b"\xa1\x01\x01\x00", "E_TRAILING"),
    ],
)
def test_a_well_signed_payload_must_still_be_well_formed(body: bytes, code: str) -> None:
    assert opening(signed_over(body)) == code


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop(),
        lambda parts: parts.append(b""),
        lambda parts: parts.__setitem__(2, None),
        lambda parts: parts.__setitem__(3, parts[3][:63]),
        lambda parts: parts.__setitem__(0, {}),
    ],
)
def test_another_shape_is_no_envelope(change: Callable[[list[Any]], object]) -> None:
    assert opening(rebuilt(change)) == "E_ENVELOPE"


def test_signatures_of_a_joint_message_are_between_one_and_four() -> None:
    assert opening(rebuilt(lambda parts: parts[3].clear(), JOINT)) == "E_ENVELOPE"
    assert opening(rebuilt(lambda parts: parts[3].extend(parts[3] * 2), JOINT)) == "E_ENVELOPE"


def test_one_bad_signature_spoils_a_joint_message() -> None:
    crossed = rebuilt(lambda parts: parts[3][1].__setitem__(2, parts[3][0][2]), JOINT)
    assert opening(crossed) == "E_SIG"


def test_a_single_signature_does_not_serve_in_a_joint_message() -> None:
    single = cbor2.loads(sign(SAID, Typ.ORDER, OFFICERS[0])).value
    header = cbor2.dumps({1: -8, 4: OFFICERS[0].public.kid})
    moved = rebuilt(lambda parts: parts.__setitem__(3, [[header, {}, single[3]]]), JOINT)
    assert opening(moved) == "E_SIG"


def test_too_large_a_message_is_refused_unread() -> None:
    large = sign({1: bytes(MAX_MESSAGE_BYTES)}, Typ.RECORD, AGENT)
    assert opening(large) == "E_OVERSIZE"


def test_the_quick_way_and_the_long_way_take_a_message_apart_alike() -> None:
    for message in sample_book().messages:
        parts = cose.sign1_at_once(message)
        protected, body, signature = cose.four(message, cose.SIGN1_TAG, MAX_MESSAGE_BYTES)
        assert parts is not None
        assert (parts.protected, parts.body, parts.signature) == (protected, body, signature)
        assert parts.labels == cose.labels(protected, cose.SIGN1_LABELS)


def test_an_empty_ring_trusts_nobody() -> None:
    empty = KeyRing(root_ring(ROOT.public).keyset)
    assert refused(lambda: open_message(PLAIN, Typ.RECORD, empty, at_s=None)) == "E_KID"
