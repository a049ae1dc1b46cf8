"""Key files: read when first used, an officer's also behind a passphrase that only he knows.

A locked file keeps whoever sits at the machine from signing for somebody else. It does not keep
out who can change the programs of this machine; a token of his own would (not built).
"""

from collections.abc import Callable
from pathlib import Path

from weighbook.keys import SigningKey
from weighbook.phrase import Phrase, Refusal

LOCKED = b"ENCRYPTED PRIVATE KEY"
LEAST_CHARACTERS = 10


def load_key(path: Path) -> SigningKey:
    """Refusal E_NO_KEY if the file is not here."""
    check_there(path)
    return SigningKey.load(path)


def load_officer_key(path: Path, officer: str, unlock: Callable[[str], bytes] | None) -> SigningKey:
    """Refusals E_NO_KEY, E_PASSPHRASE."""
    check_there(path)
    if not is_locked(path):
        return SigningKey.load(path)
    try:
        return SigningKey.load(path, b"" if unlock is None else unlock(officer))
    except Refusal:
        raise Refusal(
            "E_PASSPHRASE",
            Phrase(f"{officer} 的口令不对。", f"That is not the passphrase of {officer}."),
            Phrase("请由本人重新输入。", "Let that officer type it again."),
        ) from None


def is_locked(path: Path) -> bool:
    return LOCKED in path.read_bytes()


def lock(path: Path, key: SigningKey, passphrase: bytes) -> None:
    """Put the key behind another passphrase, in one step. Refusal E_PASSPHRASE."""
    if len(passphrase.decode()) < LEAST_CHARACTERS:
        raise Refusal(
            "E_PASSPHRASE",
            Phrase(
                f"口令至少 {LEAST_CHARACTERS} 个字符。",
                f"A passphrase has at least {LEAST_CHARACTERS} characters.",
            ),
            Phrase("请另取一个，勿告知他人。", "Choose another, and tell it to nobody."),
        )
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    key.save(draft, passphrase)
    draft.replace(path)


def check_there(path: Path) -> None:
    if not path.is_file():
        raise Refusal(
            "E_NO_KEY",
            Phrase(
                f"缺少签名密钥文件 {path.name}。", f"The signing key file {path.name} is not here."
            ),
            Phrase(
                "请把密钥文件放回 keys 目录，或由持有人在其机器上签署。",
                "Put the file back into keys/, or let its holder sign on his machine.",
            ),
        )
