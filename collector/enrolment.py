"""Enrolment: an agent's key becomes a weighbridge's key, and the agent gets its bundle back.

Request: CBOR {1: weighbridge, 2: COSE_Key, 3: indicator, 4: X25519 key}. Bundle: CBOR {1: root
COSE_Key, 2: key set, 3: enrolment order, 4: names for people, 5: MQTT account, 6: orders after it}.
A second enrolment is a new epoch: the old key is revoked from that moment, the orders' chain goes
on, and what closed sales before is said again.
"""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from collector import orders, registry
from collector.broker_files import known_names, write_certificates
from collector.home import KEY_LEAD_S, Home
from collector.restating import to_say_again
from collector.schema import transaction
from weighbook import cbor
from weighbook.keys import PublicKey
from weighbook.keyset import KeyEntry
from weighbook.orders import Action, Enrol
from weighbook.phone_keys import PUBLIC_BYTES
from weighbook.phrase import Phrase, Refusal

LARGEST_REQUEST_BYTES = 4_096
MAX_FOLLOWING = 100  # orders that go with the bundle; more come over the network
PASSWORD_BYTES = 24
HOUR_MS = 3_600_000


class Request(NamedTuple):
    weighbridge: str
    key: PublicKey
    indicator: str
    phone: bytes | None = None


def read_request(path: Path) -> Request:
    """The request an agent wrote; Refusal E_REQUEST for anything else."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_REQUEST_BYTES + 1)
        fields = cbor.decode(data, max_bytes=LARGEST_REQUEST_BYTES)
        if not isinstance(fields, dict) or set(fields) - {4} != {1, 2, 3}:
            raise request_refused(path)
        weighbridge, key, indicator, phone = fields[1], fields[2], fields[3], fields.get(4)
        if not isinstance(weighbridge, str) or not isinstance(indicator, str):
            raise request_refused(path)
        if 4 in fields and (not isinstance(phone, bytes) or len(phone) != PUBLIC_BYTES):
            raise request_refused(path)
        return Request(weighbridge, PublicKey.read(key), indicator, phone)
    except (OSError, Refusal, TypeError, ValueError) as error:
        raise request_refused(path) from error


def request_refused(path: Path) -> Refusal:
    return Refusal(
        "E_REQUEST",
        Phrase(
            f"{path} 不是磅房的登记申请。", f"{path} is not an enrolment request of a weighbridge."
        ),
        Phrase(
            "请在磅房电脑上用 edge-agent enrol request 重新生成。",
            "Make it again on the weighbridge PC with: edge-agent enrol request.",
        ),
    )


def enrol(home: Home, request: Request, by: str) -> bytes:
    """Enrol the key of `request` for its registered weighbridge; returns the bundle.

    Refusals: E_UNKNOWN (weighbridge), E_KEY_KNOWN, E_INDICATOR, E_OFFICER.
    """
    row = registry.find(home.db, registry.WEIGHBRIDGES, request.weighbridge)
    ring = home.keyset().entries
    if any(entry.key.kid == request.key.kid for entry in ring):
        raise Refusal(
            "E_KEY_KNOWN",
            Phrase("此密钥已登记过。", "This key is enrolled already."),
            Phrase("请在磅房电脑上重新生成申请。", "Make a new request on the weighbridge PC."),
        )
    if request.indicator and request.indicator != row["indicator"]:
        raise Refusal(
            "E_INDICATOR",
            Phrase(
                f"申请中的仪表 {request.indicator} 与登记的 {row['indicator']} 不符。",
                f"The request names {request.indicator}, the registry {row['indicator']}.",
            ),
            Phrase(
                "请核对铭牌，再更正登记或申请。", "Read the name plate, then correct one of them."
            ),
        )
    with transaction(home.db):
        return enrol_key(home, request, by)


def enrol_key(home: Home, request: Request, by: str) -> bytes:
    row = registry.find(home.db, registry.WEIGHBRIDGES, request.weighbridge)
    # A row and its key may come in one millisecond; a change begins after what it changes.
    now_ms = max(home.now_ms(), int(row["valid_from_ms"]) + 1)
    epoch = int(row["epoch"]) + 1
    from_s = now_ms // 1000 - KEY_LEAD_S
    fresh = KeyEntry(request.key, ("agent",), request.weighbridge, from_s, None, None)
    older = tuple(
        replace(entry, revoked_at_s=now_ms // 1000)
        if entry.subject == request.weighbridge and entry.revoked_at_s is None
        else entry
        for entry in home.keyset().entries
    )
    keyset = home.publish_keyset((*older, fresh))
    last = orders.newest(home.db, request.weighbridge)
    again = to_say_again(home.db, request.weighbridge, now_ms)
    args = Enrol(
        weighbridge=request.weighbridge,
        enterprise=row["enterprise"],
        epoch=epoch,
        key=request.key.cose_key,
        lease_until_ms=now_ms + home.config.ingest.lease_hours * HOUR_MS,
        phone=agree(home, request, epoch),
        owed=None if last is None or not again else last.number + 1 + len(again),
    )
    number = orders.issue(home, request.weighbridge, Action.ENROL, args, by=by, now_ms=now_ms)
    following = [
        orders.issue(home, request.weighbridge, action, said, by=by, now_ms=now_ms)
        for action, said in again
    ]
    news = {"epoch": epoch, "kid": request.key.kid, "cose_key": request.key.cose_key, "by": by}
    registry.change(home.db, registry.WEIGHBRIDGES, request.weighbridge, news, now_ms)
    return cbor.encode(
        {
            1: home.root.cose_key,
            2: keyset,
            3: orders.find(home.db, request.weighbridge, number).message,
            4: names_for_people(home, request.weighbridge),
            5: mqtt_account(home, request.weighbridge),
            6: [
                orders.find(home.db, request.weighbridge, each).message
                for each in following[:MAX_FOLLOWING]
            ],
        }
    )


def agree(home: Home, request: Request, epoch: int) -> bytes | None:
    """The bureau's half of the secret of codes by telephone, if the agent brought its own."""
    if request.phone is None:
        return None
    key = home.phone_key()
    key.secret(request.phone, request.weighbridge, epoch)  # refuses what is no key
    home.db.execute(
        "INSERT INTO phone_keys VALUES (?, ?, ?)", (request.weighbridge, epoch, request.phone)
    )
    return key.public


def names_for_people(home: Home, weighbridge: str) -> dict[str, object]:
    """What the agent shows beside codes: the enterprise, the weighbridge, the products."""
    row = registry.find(home.db, registry.WEIGHBRIDGES, weighbridge)
    enterprise = registry.find(home.db, registry.ENTERPRISES, row["enterprise"])
    products = home.db.execute("SELECT * FROM products ORDER BY product").fetchall()
    return {
        "enterprise": [enterprise["enterprise"], enterprise["name_zh"], enterprise["name_en"]],
        "weighbridge": [weighbridge, row["name_zh"], row["name_en"]],
        "certificate": row["certificate"],
        "indicator": row["indicator"],
        "products": {p["product"]: [p["family"], p["name_zh"], p["name_en"]] for p in products},
    }


def mqtt_account(home: Home, weighbridge: str) -> dict[str, object]:
    """The broker account of this weighbridge; a new enrolment gets a new password."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    home.db.execute(
        "INSERT INTO mqtt_accounts VALUES (:u, :w, :p, :t)"
        " ON CONFLICT (username) DO UPDATE SET password = :p, created_ms = :t",
        {"u": weighbridge, "w": weighbridge, "p": password, "t": home.now_ms()},
    )
    broker = home.config.broker
    return {
        "host": broker.agent_host,
        "port": broker.agent_port,
        "username": weighbridge,
        "password": password,
        "ca": broker_ca(home),
    }


def broker_ca(home: Home) -> str:
    """The certificate (PEM) the broker is known by; empty without TLS. Refusal E_CA."""
    broker, folder = home.config.broker, home.path / "broker"
    if not broker.tls:
        return ""
    if broker.mode == "embedded" and not broker.ca_file:
        list(write_certificates(folder, known_names(broker)))
    path = Path(broker.ca_file) if broker.ca_file else folder / "ca.crt"
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Refusal(
            "E_CA",
            Phrase(
                f"消息服务用 TLS,但读不到 CA 证书 {path}。",
                f"The broker uses TLS, but the CA certificate {path} cannot be read.",
            ),
            Phrase(
                "请在 collector.toml 的 ca_file 写明 PEM 文件。",
                "Name the PEM file as ca_file in collector.toml.",
            ),
        ) from None
