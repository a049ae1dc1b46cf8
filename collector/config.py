"""`collector.toml` as frozen structs: read once when a home is opened, unknown names are errors.

Promises that every option of the collector is here and in `config/collector.toml`, commented.
Secrets are never in it: keys are files under `keys/`, passwords rows of the database.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from weighbook.phrase import Phrase, Refusal

Positive = Annotated[int, msgspec.Meta(ge=1)]
County = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]  # digits of every number
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class Bureau(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issuer: str = "OTG-EB"
    county: County = "150624"
    name_zh: str = "鄂托克旗能源局"
    name_en: str = "Otog Banner Energy Bureau"


class Tickets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    valid_hours: Positive = 72
    longest_valid_hours: Positive = 744
    largest_net_kg: Positive = 49_000
    largest_batch: Positive = 100_000
    most_outstanding: Positive = 20_000
    reservation_hours: Positive = 24
    route_hours: dict[str, Positive] = msgspec.field(default_factory=dict)
    routes_only: bool = False


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`limits`: whether the county lets quotas limit issue; `kg_per_ticket`: a usual load."""

    limits: bool = False
    kg_per_ticket: Positive = 35_000


class Broker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: Literal["embedded", "external"] = "embedded"
    host: str = "127.0.0.1"
    port: Port = 1883
    tls: bool = False
    ca_file: str = ""
    agent_host: str = "127.0.0.1"
    agent_port: Port = 1883
    username: str = "collector"
    password_file: str = ""
    client_prefix: str = "weighhouse-collector"


class Ingest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    buckets: str = "0-63"
    inbox_messages: Positive = 1_000
    largest_payload_bytes: Annotated[int, msgspec.Meta(ge=32_768)] = 65_536  # an agent's batch fits
    receipt_every_ms: Annotated[int, msgspec.Meta(ge=0)] = 2_000
    lease_hours: Positive = 72
    silence_s: Positive = 180
    releases: tuple[str, ...] = ()


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: Port = 8080
    largest_picture_bytes: Positive = 20_971_520


class Penalties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`huge_t`: tonnes in one case that propose the enterprise for the blacklist; 0: not set."""

    huge_t: Annotated[int, msgspec.Meta(ge=0)] = 0


class Staff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the staff report takes for usual: local hours of work, permits, a new officer's days."""

    from_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 7
    until_hour: Annotated[int, msgspec.Meta(ge=1, le=24)] = 21
    permits_a_month: Annotated[int, msgspec.Meta(ge=0)] = 4
    permit_permille: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 100
    newcomer_hours: Positive = 24


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is told of halts. `what`: the states to hear of, and "common"."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z")]
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")]
    kind: Literal["json", "wecom", "dingtalk"] = "json"
    secret: str = ""
    what: tuple[Literal["open", "halted", "silent", "common"], ...] = (
        "open",
        "halted",
        "silent",
        "common",
    )


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bureau: Bureau = msgspec.field(default_factory=Bureau)
    tickets: Tickets = msgspec.field(default_factory=Tickets)
    quota: Quota = msgspec.field(default_factory=Quota)
    broker: Broker = msgspec.field(default_factory=Broker)
    ingest: Ingest = msgspec.field(default_factory=Ingest)
    web: Web = msgspec.field(default_factory=Web)
    penalties: Penalties = msgspec.field(default_factory=Penalties)
    staff: Staff = msgspec.field(default_factory=Staff)
    notify: tuple[Notify, ...] = ()


def load_config(path: Path) -> Config:
    """The settings of `path`; `Refusal("E_CONFIG")` says which line does not fit."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "E_CONFIG",
            Phrase(
                f"无法读取配置 {path}:{error}。", f"The settings {path} cannot be read: {error}."
            ),
            Phrase(
                "请按 config/collector.toml 的注释改正后重试。",
                "Correct it after the comments of config/collector.toml and try again.",
            ),
        ) from None
