"""Two COSE libraries by others read what we sign, and we read what they sign."""

from collections.abc import Callable
from typing import Any

import pytest
from cwt import COSE, COSEKey, Signer
from pycose.headers import KID, Algorithm
from pycose.keys.curves import P256, Ed25519
from pycose.keys.ec2 import EC2Key
from pycose.keys.okp import OKPKey
from pycose.messages.cosemessage import CoseMessage
from pycose.messages.sign1message import Sign1Message

from tests.weighbook.keys import AGENT, CHIP, OFFICERS, OTHER_BRIDGE, RING, key_of
from tests.weighbook.sample import sample_book
from weighbook import cbor
from weighbook.envelope import Typ, open_joint, open_message, payload_of, sign, sign_joint
from weighbook.keys import ES256, SigningKey

SAID = {1: 1, 5: 42, 12: {1: "磅房"}}
Oracle = tuple[Callable[[bytes, SigningKey], bytes], Callable[[bytes, SigningKey], bytes]]


def fields_of(key: SigningKey) -> dict[int, Any]:
    fields: dict[int, Any] = cbor.decode(key.public.cose_key, max_bytes=256)
    return fields


def private_of(key: SigningKey) -> bytes:
    """The secret number: `generate` and `save` are all the real code ever does with it."""
    private: Any = key._private
    if key.public.alg == ES256:
        number: int = private.private_numbers().private_value
        return number.to_bytes(32, "big")
    raw: bytes = private.private_bytes_raw()
    return raw


def pycose_key(key: SigningKey) -> Any:
    fields = fields_of(key)
    if key.public.alg == ES256:
        return EC2Key(crv=P256, x=fields[-2], y=fields[-3], d=private_of(key))
    return OKPKey(crv=Ed25519, x=fields[-2], d=private_of(key))


def read_by_pycose(message: bytes, key: SigningKey) -> bytes:
    decoded: Any = CoseMessage.decode(message)
    decoded.key = pycose_key(key)
    assert decoded.verify_signature()
    payload: bytes = decoded.payload
    return payload


def signed_by_pycose(body: bytes, key: SigningKey) -> bytes:
    header = {Algorithm: key.public.alg, KID: key.public.kid, 16: int(Typ.RECORD)}
    message = Sign1Message(phdr=header, payload=body)
    message.key = pycose_key(key)
    encoded: bytes = message.encode()
    return encoded


def cwt_key(key: SigningKey) -> Any:
    return COSEKey.new({**fields_of(key), 2: key.public.kid, -4: private_of(key)})


def read_by_cwt(message: bytes, key: SigningKey) -> bytes:
    payload: bytes = COSE.new().decode(message, cwt_key(key))
    return payload


def signed_by_cwt(body: bytes, key: SigningKey) -> bytes:
    header = {1: key.public.alg, 4: key.public.kid, 16: int(Typ.RECORD)}
    message: bytes = COSE.new().encode(body, cwt_key(key), protected=header, unprotected={})
    return message


ORACLES: dict[str, Oracle] = {
    "pycose": (read_by_pycose, signed_by_pycose),
    "cwt": (read_by_cwt, signed_by_cwt),
}


@pytest.mark.parametrize("oracle", ORACLES.values(), ids=ORACLES)
@pytest.mark.parametrize("key", [AGENT, CHIP], ids=["Ed25519", "ES256"])
def test_they_read_what_we_sign(oracle: Oracle, key: SigningKey) -> None:
    assert oracle[0](sign(SAID, Typ.RECORD, key), key) == cbor.encode(SAID)


@pytest.mark.parametrize("oracle", ORACLES.values(), ids=ORACLES)
def test_they_read_every_record_of_the_sample(oracle: Oracle) -> None:
    for message in sample_book().messages:
        assert oracle[0](message, AGENT) == cbor.encode(payload_of(message))


@pytest.mark.parametrize("oracle", ORACLES.values(), ids=ORACLES)
def test_we_read_what_they_sign_to_the_byte(oracle: Oracle) -> None:
    message = oracle[1](cbor.encode(SAID), AGENT)
    assert open_message(message, Typ.RECORD, RING, at_s=None).payload == SAID
    assert message == sign(SAID, Typ.RECORD, AGENT)


@pytest.mark.parametrize("oracle", ORACLES.values(), ids=ORACLES)
def test_we_read_what_they_sign_with_es256_once_its_s_is_low(oracle: Oracle) -> None:
    # Neither library lowers s, so about every second signature is not in our form.
    for _ in range(64):
        message = oracle[1](cbor.encode(SAID), CHIP)
        if message[-32] < 0x7F:
            break
    opened = open_message(message, Typ.RECORD, RING, at_s=None)
    assert (opened.payload, opened.subject) == (SAID, OTHER_BRIDGE)


def test_cwt_reads_what_two_officers_sign_and_we_read_what_it_signs() -> None:
    message = sign_joint(SAID, Typ.ORDER, OFFICERS)
    keys = [cwt_key(officer) for officer in OFFICERS]
    for key in keys:
        assert COSE.new().decode(message, key) == cbor.encode(SAID)
    signers = [
        Signer.new(key, protected={1: officer.public.alg, 4: officer.public.kid})
        for key, officer in zip(keys, OFFICERS, strict=True)
    ]
    theirs = COSE.new().encode_and_sign(cbor.encode(SAID), signers=signers, protected={16: 5})
    opened = open_joint(theirs, Typ.ORDER, RING, at_s=None)
    assert (opened.payload, opened.signers) == (SAID, ("officer-1", "officer-2"))


def test_where_they_are_lenient_we_are_not() -> None:
    message = sign(SAID, Typ.RECORD, AGENT)
    assert read_by_pycose(message + b"\0", AGENT)
    with pytest.raises(Exception, match="E_"):
        open_message(message + b"\0", Typ.RECORD, RING, at_s=None)


def test_a_stranger_of_theirs_is_no_signer_of_ours() -> None:
    stranger = key_of("a key made elsewhere")
    for _, signing in ORACLES.values():
        with pytest.raises(Exception, match="E_KID"):
            open_message(signing(cbor.encode(SAID), stranger), Typ.RECORD, RING, at_s=None)
