"""One weighbridge's place on disk: where every file of `state_dir` lies, and who holds it.

Losing `key.pem` or `book.db` ends this book: the weighbridge must be enrolled again, as a new
epoch. `evidence/` cannot be made again; all else can.
"""

import fcntl
import json
import os
import ssl
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge_agent.evidence import write_whole
from edge_agent.uplink import Account
from weighbook.phrase import Phrase, Refusal


class Site(NamedTuple):
    """The paths under one `state_dir`."""

    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def next_key(self) -> Path:
        return self.folder / "key.next.pem"

    @property
    def phone_key(self) -> Path:
        return self.folder / "phone.pem"

    @property
    def book(self) -> Path:
        return self.folder / "book.db"

    @property
    def account(self) -> Path:
        return self.folder / "mqtt.json"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def faults(self) -> Path:
        return self.folder / "faults"

    @property
    def slips(self) -> Path:
        return self.folder / "slips"

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def cursor(self) -> Path:
        return self.folder / "pictures.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"


def hold(site: Site) -> int:
    """Be the only agent on this place until the process ends. Errors: Refusal E_RUNNING."""
    descriptor = os.open(site.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise Refusal(
            "E_RUNNING",
            Phrase(f"{site.folder} 已有程序在运行。", f"An agent is running on {site.folder}."),
            Phrase(
                "请先停止它：systemctl stop edge-agent。",
                "Stop it first: systemctl stop edge-agent.",
            ),
        ) from None
    return descriptor


def keep_account(site: Site, account: Account) -> None:
    """The broker account of the bundle, readable by us alone."""
    data = json.dumps(account.__dict__, ensure_ascii=False, indent=1).encode()
    write_whole(site.account, data, 0o600)


def read_account(fields: object) -> Account:
    """The account of a map, as a bundle or our file has it. Errors: ValueError."""
    try:
        account = msgspec.convert(fields, Account)
    except msgspec.ValidationError as error:
        raise ValueError(f"account: {error}") from error
    if not account.host or not 0 < account.port < 65_536:
        raise ValueError(f"account: {account.host}:{account.port}")
    if account.ca:
        try:
            ssl.create_default_context(cadata=account.ca)
        except (ssl.SSLError, TypeError) as error:
            raise ValueError(f"account.ca: {error}") from error
    return account


def load_account(site: Site) -> Account | None:
    """None if there is none: records then wait here. Errors: Refusal E_ACCOUNT."""
    try:
        return read_account(json.loads(site.account.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise Refusal(
            "E_ACCOUNT",
            Phrase(
                f"{site.account} 不能读取：{error}。", f"{site.account} cannot be read: {error}."
            ),
            Phrase("请重新接受登记包。", "Accept the enrolment bundle again."),
        ) from error
