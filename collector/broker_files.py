"""What mosquitto needs to serve the county: its settings, passwords, topic rights, certificates.

Everything is made from the registry and written anew each time; certificates are made once and
kept. `collector broker config --to DIR` calls `write_broker_files`.
"""

import base64
import datetime as dt
import hashlib
import ipaddress
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collector.accounts import Account
from collector.config import Broker
from weighbook import topics
from weighbook.phrase import Phrase, Refusal

TEMPLATE = Path(__file__).parent.parent / "config" / "mosquitto.conf"
PBKDF2_ROUNDS = 101  # mosquitto's own; the passwords are 24 random bytes, not words
SALT_BYTES = 12
CERTIFICATE_FILES = ("ca.crt", "server.crt", "server.key")
CA_DAYS = 3650
SERVER_DAYS = 825


@dataclass(frozen=True)
class BrokerPlan:
    """Where mosquitto shall listen, the names it is reached by, and the collector's account."""

    folder: Path
    host: str
    names: tuple[str, ...]
    port: int
    collector: Account


def known_names(settings: Broker) -> tuple[str, ...]:
    """What a certificate must name: how agents reach the broker, and how we do."""
    return tuple(dict.fromkeys((settings.agent_host, settings.host)))


def check_name(name: str) -> None:
    """A name in a password or ACL line must not be able to say more than itself."""
    if not topics.is_weighbridge(name):
        raise Refusal(
            "E_NAME",
            Phrase(
                f"编号“{name}”不能用于消息服务。", f'The id "{name}" cannot be used on a broker.'
            ),
            Phrase("编号只用大写字母、数字和短横。", "Use capitals, digits and dashes in ids."),
        )


def password_line(account: Account) -> str:
    """One line of a mosquitto password file (PBKDF2 with SHA-512, mosquitto_passwd(1))."""
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", account.password.encode(), salt, PBKDF2_ROUNDS)
    salt_text, digest_text = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"{account.username}:$7${PBKDF2_ROUNDS}${salt_text}${digest_text}"


def acl_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """Who may do what: a weighbridge writes its own and reads what is meant for it."""
    for account in accounts:
        place = topics.place(account.weighbridge)
        yield f"user {account.username}"
        yield from (f"topic write {place}/{leaf}" for leaf in ("records", "checkpoint", "presence"))
        yield from (f"topic read {place}/{leaf}" for leaf in ("receipt", "orders/+"))
        yield ""


def write_broker_files(plan: BrokerPlan, accounts: tuple[Account, ...]) -> tuple[Path, ...]:
    """Write all of it below `plan.folder`; returns what was written."""
    for account in accounts:
        check_name(account.username)
        check_name(account.weighbridge)
    folder = plan.folder
    (folder / "data").mkdir(parents=True, exist_ok=True)
    written = list(write_certificates(folder, plan.names))
    everyone = (plan.collector, *accounts)
    own = [f"user {plan.collector.username}", "topic readwrite weighhouse/1/#", ""]
    places = {"dir": str(folder.resolve()), "port": str(plan.port), "host": plan.host}
    texts = {
        "passwords": "\n".join(password_line(account) for account in everyone),
        "acl": "\n".join([*own, *acl_lines(accounts)]),
        "mosquitto.conf": Template(TEMPLATE.read_text(encoding="utf-8")).substitute(places),
    }
    for name, text in texts.items():
        write_private(folder / name, (text.rstrip("\n") + "\n").encode())
        written.append(folder / name)
    return tuple(written)


def write_certificates(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """A certificate authority and a server certificate, unless the folder has them already."""
    if all((folder / file).exists() for file in CERTIFICATE_FILES):
        return
    now = dt.datetime.now(dt.UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = name_of("Weighhouse broker CA")
    usage = x509.BasicConstraints(ca=True, path_length=0)
    ca = (
        certificate(authority, authority, now, CA_DAYS)
        .public_key(ca_key.public_key())
        .add_extension(usage, critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    server = (
        certificate(name_of(names[0]), authority, now, SERVER_DAYS)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName(map(alternative_name, names)), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    # The authority's key is not kept: a new server certificate comes with a new authority.
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    contents = (ca.public_bytes(pem), server.public_bytes(pem), private)
    for file, content in zip(CERTIFICATE_FILES, contents, strict=True):
        write_private(folder / file, content)
        yield folder / file


def name_of(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def certificate(
    subject: x509.Name, issuer: x509.Name, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    """The start of a certificate valid from yesterday (clocks differ) for `days`."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
    )


def write_private(path: Path, content: bytes) -> None:
    """Mode 0600 from the first byte on, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
