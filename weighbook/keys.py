"""Keys: Ed25519 for software keys, ECDSA P-256 for TPM keys, one table for both.

A key is known by its COSE_Key map (RFC 9053 §7) and its kid: the first 8 bytes of the RFC 9679
thumbprint. The algorithm belongs to the key, never to a message.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import nacl.bindings
import nacl.exceptions
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from weighbook import cbor
from weighbook.refusals import refuse

EDDSA: Final = -8
ED25519: Final = -19
ES256: Final = -7
ALGORITHMS = (EDDSA, ED25519, ES256)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MAX_KEY_BYTES = 256
SIGNATURE_BYTES = 64
KID_BYTES = 8

Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class PublicKey:
    """A public key: its algorithm, its deterministic COSE_Key, its kid (8 bytes)."""

    alg: int
    cose_key: bytes
    kid: bytes

    @classmethod
    def read(cls, cose_key: bytes) -> "PublicKey":
        """From a COSE_Key. Errors: Refusal E_SCHEMA, or a CBOR code."""
        fields = cbor.decode(cose_key, max_bytes=MAX_KEY_BYTES)
        if not isinstance(fields, dict) or fields.get(3) not in ALGORITHMS:
            raise refuse("E_SCHEMA", "COSE_Key")
        alg: int = fields[3]
        expected = {1: 2, -1: 1} if alg == ES256 else {1: 1, -1: 6}
        names = {1, 3, -1, -2, -3} if alg == ES256 else {1, 3, -1, -2}
        points = [fields.get(name) for name in names if name in (-2, -3)]
        if set(fields) != names or any(fields[k] != v for k, v in expected.items()):
            raise refuse("E_SCHEMA", "COSE_Key")
        if not all(isinstance(point, bytes) and len(point) == 32 for point in points):
            raise refuse("E_SCHEMA", "COSE_Key")
        return cls(alg, cose_key, thumbprint(fields)[:KID_BYTES])

    @cached_property
    def _fields(self) -> dict[int, Any]:
        fields: dict[int, Any] = cbor.decode(self.cose_key, max_bytes=MAX_KEY_BYTES)
        return fields

    @cached_property
    def _check(self) -> Callable[[bytes, bytes], bool]:
        return (_check_es256 if self.alg == ES256 else _check_ed25519)(self._fields)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether `signature` (64 raw bytes) is this key's over `data`."""
        return len(signature) == SIGNATURE_BYTES and self._check(signature, data)


def thumbprint(fields: dict[int, Any]) -> bytes:
    """RFC 9679: SHA-256 over the required members in deterministic CBOR."""
    required = {k: v for k, v in fields.items() if k in (1, -1, -2, -3)}
    return hashlib.sha256(cbor.encode(required)).digest()


def is_high_s(signature: bytes) -> bool:
    """Whether an ES256 signature is in the form we do not accept."""
    return int.from_bytes(signature[32:], "big") > P256_ORDER // 2


def _check_ed25519(fields: dict[int, Any]) -> Callable[[bytes, bytes], bool]:
    point: bytes = fields[-2]
    open_signed = nacl.bindings.crypto_sign_open

    def check(signature: bytes, data: bytes) -> bool:
        try:
            open_signed(signature + data, point)
        except (nacl.exceptions.CryptoError, ValueError):
            return False
        return True

    return check


def _check_es256(fields: dict[int, Any]) -> Callable[[bytes, bytes], bool]:
    x, y = (int.from_bytes(fields[name], "big") for name in (-2, -3))
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        return lambda _signature, _data: False

    def check(signature: bytes, data: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            public.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    return check


class SigningKey:
    """A private key held in software."""

    def __init__(self, private: Private) -> None:
        self._private = private
        self.public = PublicKey.read(cbor.encode(_cose_key(private)))

    @classmethod
    def generate(cls, alg: int = EDDSA) -> "SigningKey":
        """A fresh key."""
        if alg == ES256:
            return cls(ec.generate_private_key(ec.SECP256R1()))
        return cls(ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path, passphrase: bytes | None = None) -> "SigningKey":
        """From a PKCS#8 PEM file. Errors: OSError; Refusal E_SCHEMA for another kind of key, or one

        that this passphrase does not open.
        """
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), passphrase)
        except (ValueError, TypeError):
            raise refuse("E_SCHEMA", "PEM") from None
        if not isinstance(private, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise refuse("E_SCHEMA", "PEM")
        return cls(private)

    def save(self, path: Path, passphrase: bytes | None = None) -> None:
        """To a PKCS#8 PEM file of mode 0600, durably; an existing file is never overwritten."""
        plain = serialization.NoEncryption()
        pem = self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase) if passphrase else plain,
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())

    @cached_property
    def _seeded(self) -> bytes:
        """An Ed25519 key as libsodium wants it, which signs in two thirds of the time."""
        assert isinstance(self._private, ed25519.Ed25519PrivateKey)
        return self._private.private_bytes_raw() + self._private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """64 raw bytes; ES256 is normalised to low s."""
        if isinstance(self._private, ed25519.Ed25519PrivateKey):
            return nacl.bindings.crypto_sign(data, self._seeded)[:SIGNATURE_BYTES]
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(hashes.SHA256())))
        s = min(s, P256_ORDER - s)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _cose_key(private: Private) -> dict[int, Any]:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: EDDSA, -1: 6, -2: private.public_key().public_bytes_raw()}
    numbers = private.public_key().public_numbers()
    return {
        1: 2,
        3: ES256,
        -1: 1,
        -2: numbers.x.to_bytes(32, "big"),
        -3: numbers.y.to_bytes(32, "big"),
    }


@lru_cache(maxsize=4096)
def read_key(cose_key: bytes) -> PublicKey:
    """`PublicKey.read`, remembered."""
    return PublicKey.read(cose_key)
