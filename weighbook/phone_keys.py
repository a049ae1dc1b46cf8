"""The secret of a weighbridge and its bureau for codes by telephone, agreed by X25519 and HKDF.

Each side keeps a key of its own and learns the other's public one at enrolment: the bureau's
stands in the signed enrolment order, so no secret ever travels. Each epoch has another secret.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from weighbook import cbor
from weighbook.refusals import refuse

PUBLIC_BYTES = 32
SECRET_BYTES = 32
PURPOSE = "weighhouse order by telephone 1"


class PhoneKey:
    """A private X25519 key held in software."""

    def __init__(self, private: x25519.X25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "PhoneKey":
        return cls(x25519.X25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> "PhoneKey":
        """From a PKCS#8 PEM file. Errors: OSError; Refusal E_SCHEMA for another kind of key."""
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError):
            raise refuse("E_SCHEMA", "PEM") from None
        if not isinstance(private, x25519.X25519PrivateKey):
            raise refuse("E_SCHEMA", "PEM")
        return cls(private)

    def save(self, path: Path) -> None:
        """To a file of mode 0600, durably; an existing file is never overwritten."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())

    def secret(self, other: bytes, weighbridge: str, epoch: int) -> bytes:
        """What the holder of `other` works out as well. Errors: Refusal E_SCHEMA."""
        try:
            shared = self._private.exchange(x25519.X25519PublicKey.from_public_bytes(other))
        except ValueError:  # of another length, or a point that would give zeros
            raise refuse("E_SCHEMA", "X25519") from None
        both = sorted((self.public, other))
        info = cbor.encode([PURPOSE, weighbridge, epoch, *both])
        return HKDF(hashes.SHA256(), SECRET_BYTES, salt=None, info=info).derive(shared)
