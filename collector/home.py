"""A collector's home: one directory with keys, database and settings.

`create_home()` makes one and never touches an existing one; `open_home()` opens it. Keys are files
of mode 0600 and are read when first used; the clock is given, so tests own time. Layout:
`collector.toml collector.db keys/{root,ticket,receipt,OFFICER}.pem broker/ exports/`.
"""

import os
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from collector import bureau_log, registry, schema
from collector.config import Config, load_config
from collector.officer_keys import is_locked, load_key, load_officer_key
from weighbook.keys import PublicKey, SigningKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet, open_keyset, sign_keyset
from weighbook.phone_keys import PhoneKey
from weighbook.phrase import Phrase, Refusal

CONFIG_NAME = "collector.toml"
DATABASE_NAME = "collector.db"
KEY_NAMES = ("root", "ticket", "receipt")
PHONE_NAME = "phone"
OFFICER_FORM = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
FOLDERS = ("keys", "broker", "exports")
# Keys count a little before they are made known: clocks on the decks run behind.
KEY_LEAD_S = 3_600
OFFICERS: tuple[tuple[str, str], ...] = (("officer-1", "经办员一"), ("officer-2", "经办员二"))
CONFIG_SAMPLE = Path(__file__).parent.parent / "config" / CONFIG_NAME

Clock = Callable[[], int]
Unlock = Callable[[str], bytes]  # asks an officer for his passphrase


def wall_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Home:
    """An open home; `db` belongs to the thread that opened it (`connect()` gives another)."""

    path: Path
    config: Config
    db: sqlite3.Connection
    now_ms: Clock = wall_ms
    unlock: Unlock | None = None
    _unlocked: dict[str, SigningKey] = field(default_factory=dict, repr=False, compare=False)

    def connect(self, *, read_only: bool = False) -> sqlite3.Connection:
        return schema.connect(self.path / DATABASE_NAME, read_only=read_only)

    def key(self, name: str) -> SigningKey:
        """`root`, `ticket` or `receipt`; `Refusal("E_NO_KEY")` if its file is not here."""
        return load_key(self.path / "keys" / f"{name}.pem")

    def officer_key(self, officer: str) -> SigningKey:
        """His key, if its file is not locked or he gives its passphrase; asked for once.

        Refusals: E_NO_KEY, E_PASSPHRASE.
        """
        path = self.path / "keys" / f"{officer}.pem"
        if officer not in self._unlocked:
            key = load_officer_key(path, officer, self.unlock)
            if not is_locked(path):
                return key
            self._unlocked[officer] = key
        return self._unlocked[officer]

    def phone_key(self) -> PhoneKey:
        """The bureau's own key for codes by telephone, made when it is first needed."""
        path = self.path / "keys" / f"{PHONE_NAME}.pem"
        if not path.is_file():
            with suppress(FileExistsError):
                PhoneKey.generate().save(path)
        return PhoneKey.load(path)

    @cached_property
    def root(self) -> PublicKey:
        """The public root key every message is finally trusted by."""
        blob = (self.path / "keys" / "root.pub").read_bytes()
        return PublicKey.read(blob)

    def keyset(self) -> KeySet:
        """The newest key set, its root signature checked."""
        row = self.db.execute(
            "SELECT message FROM keysets ORDER BY version DESC LIMIT 1"
        ).fetchone()
        return open_keyset(row["message"], self.root)

    def ring(self) -> KeyRing:
        return KeyRing(self.keyset())

    def publish_keyset(self, entries: tuple[KeyEntry, ...]) -> bytes:
        """Sign and keep the next version holding `entries`; returns the message."""
        version = self.keyset().version + 1
        message = sign_keyset(KeySet(version, entries), self.key("root"))
        self.db.execute("INSERT INTO keysets VALUES (?, ?)", (version, message))
        return message

    def log(self, officer: str, action: str, subject: str, detail: str) -> None:
        """One line of the bureau's own log: who did what to whom; sealed with it."""
        with schema.transaction(self.db):
            self.db.execute(
                "INSERT INTO bureau_log (at_ms, officer, action, subject, detail)"
                " VALUES (?,?,?,?,?)",
                (self.now_ms(), officer, action, subject, detail),
            )
            bureau_log.seal(self.db, self._log_key)

    @cached_property
    def _log_key(self) -> SigningKey | None:
        path = self.path / "keys" / "receipt.pem"
        return load_key(path) if path.is_file() else None

    def close(self) -> None:
        self.db.close()


def create_home(
    path: Path,
    officers: tuple[tuple[str, str], ...] = OFFICERS,
    now_ms: Clock = wall_ms,
) -> Home:
    """A new working home at `path`; `officers` are (id, Chinese name), at least two.

    Refusals: E_HOME_EXISTS (nothing is touched), E_TWO_OFFICERS.
    """
    if path.exists() and any(path.iterdir()):
        raise home_exists(path)
    if len({officer for officer, _ in officers}) < 2:
        raise Refusal(
            "E_TWO_OFFICERS",
            Phrase("至少需要两名不同的经办人。", "At least two different officers are needed."),
            Phrase("请用两次 --officer 编号=姓名。", "Give --officer ID=NAME twice."),
        )
    for officer, _ in officers:
        check_officer_id(officer)
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    for folder in FOLDERS:
        (path / folder).mkdir(mode=0o700)
    keys = make_keys(path / "keys", officers)
    (path / CONFIG_NAME).write_bytes(CONFIG_SAMPLE.read_bytes())
    database = path / DATABASE_NAME
    os.close(os.open(database, os.O_CREAT | os.O_EXCL, 0o600))
    db = schema.connect(database)
    schema.create_tables(db)
    home = Home(path, load_config(path / CONFIG_NAME), db, now_ms)
    with schema.transaction(db):
        fill_database(home, keys, officers)
    return home


def open_home(path: Path, now_ms: Clock = wall_ms, unlock: Unlock | None = None) -> Home:
    """An existing home; `Refusal("E_NO_HOME")` if there is none."""
    if not (path / DATABASE_NAME).is_file():
        raise Refusal(
            "E_NO_HOME",
            Phrase(f"{path} 不是汇总端目录。", f"{path} is not a collector home."),
            Phrase(
                "请用 --home 指定目录，或先运行 collector init 目录。",
                "Give --home DIR, or make one with: collector init DIR.",
            ),
        )
    db = schema.connect(path / DATABASE_NAME)
    schema.upgrade(db)
    return Home(path, load_config(path / CONFIG_NAME), db, now_ms, unlock)


def home_exists(path: Path) -> Refusal:
    return Refusal(
        "E_HOME_EXISTS",
        Phrase(
            f"目录 {path} 已存在且不为空，未作任何改动。",
            f"{path} exists and is not empty; nothing was touched.",
        ),
        Phrase("请另选一个新目录。", "Choose a new directory."),
    )


def check_officer_id(officer: str) -> None:
    """Refusal E_ID unless it can name a person and a key file."""
    if not OFFICER_FORM.fullmatch(officer) or officer in (*KEY_NAMES, PHONE_NAME):
        raise Refusal(
            "E_ID",
            Phrase(
                f"经办人编号 {officer!r} 不合规。", f"The officer id {officer!r} is not allowed."
            ),
            Phrase("请用小写字母、数字、横线。", "Use small letters, digits and hyphens."),
        )


def make_keys(folder: Path, officers: tuple[tuple[str, str], ...]) -> dict[str, SigningKey]:
    names = (*KEY_NAMES, *(officer for officer, _ in officers))
    keys = {name: SigningKey.generate() for name in names}
    for name, key in keys.items():
        key.save(folder / f"{name}.pem")
    (folder / "root.pub").write_bytes(keys["root"].public.cose_key)
    return keys


def fill_database(
    home: Home, keys: dict[str, SigningKey], officers: tuple[tuple[str, str], ...]
) -> None:
    from_s = home.now_ms() // 1000 - KEY_LEAD_S
    issuer = home.config.bureau.issuer
    entries = [
        KeyEntry(keys[role].public, (role,), issuer, from_s, None, None)
        for role in ("ticket", "receipt")
    ]
    for officer, name_zh in officers:
        public = keys[officer].public
        entries.append(KeyEntry(public, ("order",), officer, from_s, None, None))
        home.db.execute(
            "INSERT INTO officers VALUES (?, ?, ?, ?)", (officer, name_zh, public.kid, "order")
        )
    message = sign_keyset(KeySet(1, tuple(entries)), keys["root"])
    home.db.execute("INSERT INTO keysets VALUES (1, ?)", (message,))
    registry.seed_products(home.db)
    home.log("init", "init", str(home.path.name), ",".join(officer for officer, _ in officers))
