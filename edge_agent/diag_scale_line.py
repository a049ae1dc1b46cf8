"""Which indicator `diag scale read` looks at: that of a configuration, or one named by hand."""

import re
from pathlib import Path
from typing import NamedTuple

from drivers.scales.protocol import ScaleProtocol
from drivers.serial_port import PortSettings
from edge_agent.config import DECK_FIELDS, DeckConfig, load_config
from edge_agent.diag_scale import named
from edge_agent.ports import port_settings
from edge_agent.scale_config import ScaleConfig, protocol_of, scale_fault
from edge_agent.settings import SiteSettings
from weighbook.phrase import Phrase, Refusal

BY_HAND = "diag"
LINE = re.compile(r"([78])([NEO])([12])")


class Given(NamedTuple):
    """What stands on the command line; None: not given."""

    port: str | None
    protocol: str | None
    baud: int | None
    form: str | None
    address: int | None
    division_kg: int | None


class Line(NamedTuple):
    """What is read, how, and the limits of service a passage is judged by."""

    settings: PortSettings
    protocol: ScaleProtocol
    scale: ScaleConfig
    site: SiteSettings


def find_line(config_path: Path | None, given: Given) -> Line:
    """Errors: Refusal E_SCALE, E_PROTOCOL, E_CONFIG."""
    if config_path is None:
        scale, deck = _by_hand(given), DeckConfig()
    elif any(value is not None for value in given):
        raise _refused(
            Phrase("--config 已说明了串口和协议。", "--config already names port and protocol."),
            Phrase(
                "请只写 --config，或只写 PORT 和 --protocol。",
                "Give --config alone, or PORT and --protocol without it.",
            ),
        )
    else:
        config, _ = load_config(config_path)
        scale, deck = config.scale, config.deck
    return Line(port_settings(scale), protocol_of(scale), scale, _site(scale, deck))


def _by_hand(given: Given) -> ScaleConfig:
    if not given.port or not given.protocol:
        raise _refused(
            Phrase("没有说明看哪个串口、什么协议。", "No port, or no protocol, was given."),
            Phrase(
                "请写 PORT 和 --protocol（不知道协议：diag scale detect PORT），或 --config。",
                "Give PORT and --protocol (if unknown: diag scale detect PORT), or --config.",
            ),
        )
    protocol = named(given.protocol)
    bytesize, parity, stopbits = _form(given.form, protocol)
    scale = ScaleConfig(
        given.port,
        protocol.name,
        BY_HAND,
        baud=given.baud or protocol.line.bauds[0],
        bytesize=bytesize,
        parity=parity,
        stopbits=stopbits,
        address=given.address or 1,
        division_kg=given.division_kg or SiteSettings.division_kg,
    )
    if (fault := scale_fault(scale)) is not None:
        raise _refused(
            Phrase(f"地址不成立：{fault}。", f"That address is not possible: {fault}."),
            Phrase("请按仪表设置改 --address。", "Correct --address as set on the indicator."),
        )
    return scale


def _form(text: str | None, protocol: ScaleProtocol) -> tuple[int, str, int]:
    """Data bits, parity, stop bits; as usual for the protocol where nothing is said."""
    if text is None:
        return protocol.line.bytesize, protocol.line.parity, protocol.line.stopbits
    match = LINE.fullmatch(text.upper())
    if match is None:
        raise _refused(
            Phrase(f"“{text[:20]}”不是线路格式。", f"'{text[:20]}' is no line format."),
            Phrase("请写成 8N1、7E1 的形式。", "Write it like 8N1 or 7E1."),
        )
    return int(match[1]), match[2], int(match[3])


def _refused(what: Phrase, remedy: Phrase) -> Refusal:
    return Refusal("E_SCALE", what, remedy)


def _site(scale: ScaleConfig, deck: DeckConfig) -> SiteSettings:
    """The limits of service with this indicator's division; nothing of it is sold by."""
    return SiteSettings(
        weighbridge=BY_HAND,
        enterprise=BY_HAND,
        indicator=scale.indicator,
        certificate="",
        software="",
        config=b"",
        products=(),
        cameras=(),
        deck_cameras=(),
        division_kg=scale.division_kg,
        max_kg=scale.max_kg,
        **{name: getattr(deck, name) for name in DECK_FIELDS},
    )
