"""Keys: two algorithms, one table; files that only their owner reads; key sets of the root."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.keys import (
    AGENT,
    BRIDGE,
    CHIP,
    KEYSET,
    OFFICERS,
    RING,
    ROOT,
    STRANGER,
    TICKETS,
)
from tests.weighbook.refusing import refused
from weighbook import cbor
from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import EDDSA, ES256, P256_ORDER, PublicKey, SigningKey, is_high_s, thumbprint
from weighbook.keyset import KeyEntry, KeyRing, KeySet, open_keyset, sign_keyset

# RFC 8032, 7.1, test 2.
RFC_8032_POINT = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
RFC_8032_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def with_other_s(signature: bytes) -> bytes:
    """The twin of an ES256 signature: as valid in mathematics, but not the one we write."""
    s = P256_ORDER - int.from_bytes(signature[32:], "big")
    return signature[:32] + s.to_bytes(32, "big")


def ring_of(entry: KeyEntry) -> KeyRing:
    return KeyRing(KeySet(1, (entry,)))


def opening(message: bytes, ring: KeyRing, at_s: int | None = None) -> str | None:
    return refused(lambda: open_message(message, Typ.RECORD, ring, at_s=at_s))


@pytest.mark.parametrize("alg", [EDDSA, ES256])
def test_a_key_verifies_its_own_signatures_and_no_others(alg: int) -> None:
    key, other = SigningKey.generate(alg), SigningKey.generate(alg)
    signature = key.sign(b"said")
    assert key.public.verify(signature, b"said")
    assert not key.public.verify(signature, b"Said")
    assert not other.public.verify(signature, b"said")
    assert not key.public.verify(signature + b"\0", b"said")


@pytest.mark.parametrize("key", [AGENT, CHIP])
@given(st.binary(max_size=80))
def test_any_bytes_as_a_signature_are_only_wrong(key: SigningKey, signature: bytes) -> None:
    assert not key.public.verify(signature, b"said")


def test_the_published_ed25519_vector_verifies() -> None:
    fields = {1: 1, 3: EDDSA, -1: 6, -2: bytes.fromhex(RFC_8032_POINT)}
    assert PublicKey.read(cbor.encode(fields)).verify(bytes.fromhex(RFC_8032_SIGNATURE), b"\x72")


def test_es256_is_always_written_with_low_s() -> None:
    assert not any(is_high_s(CHIP.sign(bytes([n]))) for n in range(32))


def test_the_twin_of_an_es256_signature_is_refused_as_high_s() -> None:
    message = sign({1: 1}, Typ.RECORD, CHIP)
    twin = message[:-64] + with_other_s(message[-64:])
    assert opening(message, RING) is None
    assert opening(twin, RING) == "E_HIGH_S"


def test_the_thumbprint_leaves_out_what_does_not_make_the_key() -> None:
    fields = cbor.decode(AGENT.public.cose_key, max_bytes=256)
    assert thumbprint(fields) == thumbprint({**fields, 2: b"name"})
    assert AGENT.public.kid == thumbprint(fields)[:8]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {1: 1, 3: EDDSA, -1: 6},
        {1: 1, 3: EDDSA, -1: 6, -2: bytes(31)},
        {1: 1, 3: EDDSA, -1: 6, -2: bytes(32), -4: bytes(32)},
        {1: 2, 3: EDDSA, -1: 6, -2: bytes(32)},
        {1: 1, 3: ES256, -1: 6, -2: bytes(32)},
        {1: 2, 3: ES256, -1: 1, -2: bytes(32)},
        {1: 2, 3: -35, -1: 1, -2: bytes(32), -3: bytes(32)},
    ],
)
def test_what_is_no_key_of_ours_is_refused(fields: dict[int, object]) -> None:
    assert refused(lambda: PublicKey.read(cbor.encode(fields))) == "E_SCHEMA"


def test_a_point_off_the_curve_verifies_nothing() -> None:
    fields = {1: 2, 3: ES256, -1: 1, -2: bytes(32), -3: bytes(32)}
    assert not PublicKey.read(cbor.encode(fields)).verify(bytes(64), b"")


@pytest.mark.parametrize("alg", [EDDSA, ES256])
def test_a_key_file_is_its_owners_alone_and_never_written_over(alg: int, tmp_path: Path) -> None:
    key, path = SigningKey.generate(alg), tmp_path / "key.pem"
    key.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SigningKey.load(path).public == key.public
    with pytest.raises(FileExistsError):
        key.save(path)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert refused(lambda: SigningKey.load(path)) == "E_SCHEMA"


@pytest.mark.parametrize("key", [TICKETS, *OFFICERS])
def test_a_key_may_sign_only_what_its_role_allows(key: SigningKey) -> None:
    assert opening(sign({1: 1}, Typ.RECORD, key), RING) == "E_ROLE"


def test_an_unknown_key_is_refused() -> None:
    assert opening(sign({1: 1}, Typ.RECORD, STRANGER), RING) == "E_KID"


@pytest.mark.parametrize(
    ("at_s", "code"), [(99, "E_KEY_TIME"), (100, None), (199, None), (200, "E_KEY_TIME")]
)
@pytest.mark.parametrize("ended", [{"to_s": 200}, {"revoked_at_s": 200}])
def test_a_key_counts_from_its_beginning_to_before_its_end(
    ended: dict[str, int], at_s: int, code: str | None
) -> None:
    entry = replace(KeyEntry(AGENT.public, ("agent",), BRIDGE, 100), **ended)  # type: ignore[arg-type]  # both are seconds
    assert opening(sign({1: 1}, Typ.RECORD, AGENT), ring_of(entry), at_s) == code


def test_the_algorithm_is_the_keys_own_whatever_the_message_says() -> None:
    message = sign({1: 1}, Typ.RECORD, AGENT)
    for said in (b"\x26", b"\x32"):
        assert opening(message[:5] + said + message[6:], RING) == "E_ALG"


def test_a_key_set_comes_back_whole_and_only_from_the_root() -> None:
    message = sign_keyset(KEYSET, ROOT)
    assert open_keyset(message, ROOT.public) == KEYSET
    assert refused(lambda: open_keyset(message, STRANGER.public)) == "E_KID"
    assert refused(lambda: open_keyset(sign_keyset(KEYSET, AGENT), ROOT.public)) == "E_KID"


def test_an_entry_must_be_named_for_its_key() -> None:
    entry = KeyEntry(replace(AGENT.public, kid=bytes(8)), ("agent",), BRIDGE, 0)
    message = sign_keyset(KeySet(1, (entry,)), ROOT)
    assert refused(lambda: open_keyset(message, ROOT.public)) == "E_SCHEMA"


def test_a_newer_entry_takes_the_place_of_the_older_one_of_its_key() -> None:
    revoked = KeyEntry(AGENT.public, ("agent",), BRIDGE, 0, revoked_at_s=5)
    newer = KEYSET.with_entry(revoked)
    assert (newer.version, len(newer.entries)) == (KEYSET.version + 1, len(KEYSET.entries))
    assert KeyRing(newer).of(BRIDGE, "agent") == (revoked,)
