"""The page's own hashes, curves and codecs, held against vectors and against the libraries."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

import nacl.bindings
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.collector.road.chromium import Tab
from tests.weighbook.keys import es256_key_of, key_of
from weighbook import base45, cbor
from weighbook.keys import P256_ORDER, PublicKey, SigningKey
from weighbook.phrase import Refusal

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SLOWEST_MS = 2_000  # of one signature: a hundred times what it takes here

# RFC 8032, section 7.1: secret keys are left out; public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
            "984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
            "a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
            "6431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
)
SMALL_ORDER = (
    0,
    1,
    EIGHTH,
    P - EIGHTH,
    P - 1,
    P,
    P + 1,
)


def verifies(desk: Tab, key: str, signature: str, message: str) -> bool:
    parts = (f'bytes.fromHex("{one}")' for one in (key, signature, message))
    return bool(desk.run(f"ed25519.verify({', '.join(parts)})"))


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 129, 300])
def test_hashes_are_those_of_the_standard(desk: Tab, length: int) -> None:
    data = random.Random(length).randbytes(length)
    for name in ("sha256", "sha512"):
        told = desk.run(f'bytes.toHex(hashes.{name}(bytes.fromHex("{data.hex()}")))')
        assert told == hashlib.new(name, data).hexdigest()


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_verify(desk: Tab, key: str, message: str, signature: str) -> None:
    assert verifies(desk, key, signature, message)
    assert not verifies(desk, key, signature, message + "00")


@pytest.mark.parametrize("bit", [0, 7, 255, 256, 300, 511])
def test_a_changed_bit_of_a_signature_is_found(desk: Tab, bit: int) -> None:
    key, message, signature = RFC_8032[1]
    changed = bytearray.fromhex(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verifies(desk, key, changed.hex(), message)


def test_a_signature_with_the_order_added_is_refused(desk: Tab) -> None:
    key, message, signature = RFC_8032[2]
    s = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ED25519_ORDER
    assert not verifies(desk, key, signature[:64] + s.to_bytes(32, "little").hex(), message)


@pytest.mark.parametrize("y", SMALL_ORDER)
@pytest.mark.parametrize("sign", [0, 1])
def test_points_of_small_order_are_refused_as_libsodium_does(desk: Tab, y: int, sign: int) -> None:
    """With such a key or R, and s = 0, the equation holds for many messages."""
    point = (y | sign << 255).to_bytes(32, "little").hex()
    identity = (1).to_bytes(32, "little").hex()
    good = RFC_8032[0][0]
    for key, r in ((point, identity), (point, point), (good, point)):
        signature = r + bytes(32).hex()
        ours = [verifies(desk, key, signature, f"{n:02x}") for n in range(8)]
        theirs = [libsodium(key, signature, f"{n:02x}") for n in range(8)]
        assert ours == theirs == [False] * 8


def test_a_key_of_small_order_is_refused_under_any_r(desk: Tab) -> None:
    """The neutral point as a key would let anyone sign anything: s times the base is R."""
    neutral, s = (1).to_bytes(32, "little"), (7).to_bytes(32, "little")
    signature = (nacl.bindings.crypto_scalarmult_ed25519_base_noclamp(s) + s).hex()
    assert not verifies(desk, neutral.hex(), signature, "00")
    assert not libsodium(neutral.hex(), signature, "00")


def test_an_r_of_small_order_is_refused_though_its_equation_holds(desk: Tab) -> None:
    """What a signer gets who takes zero for the number that must be secret."""
    public, secret = nacl.bindings.crypto_sign_seed_keypair(bytes(32))
    scalar = bytearray(hashlib.sha512(secret[:32]).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    neutral = (1).to_bytes(32, "little")
    h = int.from_bytes(hashlib.sha512(neutral + public + b"load").digest(), "little")
    s = h * int.from_bytes(scalar, "little") % ED25519_ORDER
    signature = (neutral + s.to_bytes(32, "little")).hex()
    assert not verifies(desk, public.hex(), signature, b"load".hex())
    assert not libsodium(public.hex(), signature, b"load".hex())


def libsodium(key: str, signature: str, message: str) -> bool:
    fields = {1: 1, 3: -8, -1: 6, -2: bytes.fromhex(key)}
    public = PublicKey.read(cbor.encode(fields))
    return public.verify(bytes.fromhex(signature), bytes.fromhex(message))


def cose_fields(key: SigningKey) -> dict[int, Any]:
    fields: dict[int, Any] = cbor.decode(key.public.cose_key, max_bytes=256)
    return fields


@pytest.mark.parametrize("make", [key_of, es256_key_of])
def test_fresh_signatures_verify_and_no_others(
    desk: Tab, make: Callable[[str], SigningKey]
) -> None:
    for number in range(5):
        key, message = make(f"key {number}"), f"message {number}".encode()
        signature = key.sign(message)
        row = f'{{alg: {key.public.alg}, cose_key: "{key.public.cose_key.hex()}"}}'
        ask = f'envelope.verifierOf({row})(bytes.fromHex("{signature.hex()}"), bytes.fromHex("%s"))'
        assert desk.run(ask % message.hex()) is True
        assert desk.run(ask % message.hex()[2:]) is False


def test_only_the_low_form_of_a_p256_signature_counts(desk: Tab) -> None:
    key, message = es256_key_of("chip"), b"load"
    signature = key.sign(message)
    high = signature[:32] + (P256_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    fields = cose_fields(key)
    x, y = (f'bytes.fromHex("{fields[name].hex()}")' for name in (-2, -3))
    ask = f'p256.verify({x}, {y}, bytes.fromHex("%s"), bytes.fromHex("{message.hex()}"))'
    assert desk.run(ask % signature.hex()) is True
    assert desk.run(ask % high.hex()) is False


def forged_for_no_key(message: bytes) -> bytes:
    """Good under the "key" (5, 0), which is on no curve of ours and vanishes when it is doubled."""
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    for k in range(2, 200):
        public = ec.derive_private_key(k, ec.SECP256R1()).public_key()
        r = public.public_numbers().x % P256_ORDER
        s = e * pow(k, -1, P256_ORDER) % P256_ORDER
        times = r * pow(s, -1, P256_ORDER) % P256_ORDER
        if s <= P256_ORDER // 2 and times % 2 == 0:
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    raise AssertionError


def test_a_p256_key_off_the_curve_verifies_nothing(desk: Tab) -> None:
    x, y, signature = (5).to_bytes(32, "big"), bytes(32), forged_for_no_key(b"load")
    parts = ", ".join(f'bytes.fromHex("{one.hex()}")' for one in (x, y, signature, b"load"))
    assert desk.run(f"p256.verify({parts})") is False


def test_one_signature_takes_little_time(desk: Tab) -> None:
    key, message, signature = RFC_8032[3]
    took_ms = desk.run(
        f'(() => {{const begin = performance.now(); const [k, s, m] = ["{key}", "{signature}",'
        f' "{message}"].map(bytes.fromHex); for (let n = 0; n < 20; n++) ed25519.verify(k, s, m);'
        " return (performance.now() - begin) / 20;})()"
    )
    assert took_ms < SLOWEST_MS


def test_base45_is_strict_in_the_same_way(desk: Tab) -> None:
    random_texts = random.Random(45)
    alphabet = base45.ALPHABET + "a;"
    texts = ["", "BB8", "QED8WEX0", ":::", "::", "FGW", "GGW", "A"]
    texts += ["".join(random_texts.choices(alphabet, k=n % 13)) for n in range(300)]
    ask = "const d = base45.decode(t); return d && bytes.toHex(d)"
    assert desk.call(f"((ts) => ts.map((t) => {{{ask}}}))", texts) == [hex_of(t) for t in texts]


def hex_of(text: str) -> str | None:
    try:
        return base45.decode(text).hex()
    except Refusal:
        return None


def spoilt(seed: int) -> bytes:
    """A deterministic value, or one that was bitten."""
    chance = random.Random(seed)
    value = {
        1: [chance.getrandbits(40), -5, "文é", b"\x00" * (seed % 30)],
        24: {-2: None},
        "a": True,
    }
    data = bytearray(cbor.encode(value))
    for _ in range(seed % 4):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(2)] = chance.randbytes(chance.randrange(3))
    return bytes(data)


def test_cbor_is_strict_in_the_same_way(desk: Tab) -> None:
    known = ("f97e00", "fb3ff0000000000000", "c101", "9fff", "1817", "a201010101", "a2020101",
             "63e2ada3", "6365cc81", "61ff", "f8ff", "00" * 2, "", "a1f401", "1bffffffffffffffff",
             "3bffffffffffffffff", "81" * 15 + "80", "81" * 16 + "80", "81" * 40)  # fmt: skip
    samples = [bytes.fromhex(one) for one in known] + [spoilt(seed) for seed in range(600)]
    ask = (
        "try {cbor.decode(bytes.fromHex(t)); return true;}"
        " catch (e) {return e instanceof cbor.NotCbor ? false : String(e);}"
    )
    told = desk.call(f"((ts) => ts.map((t) => {{{ask}}}))", [one.hex() for one in samples])
    assert told == [is_cbor(one) for one in samples]
    assert 50 < told.count(True) < 500


def is_cbor(data: bytes) -> bool:
    try:
        cbor.decode(data, max_bytes=1024)
    except Refusal:
        return False
    return True
