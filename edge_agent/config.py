"""The agent's configuration: one TOML file, every unknown name an error, checked before use.

`load_config` gives frozen structs; `site_settings` is what the pure core sees of them. What the
bureau decides (tolerance, lease, short time) is not here: it comes in signed orders.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec

from drivers.cameras.judging.limits import Limits
from drivers.onvif.addresses import is_service_address
from drivers.port_address import address_fault
from edge_agent.lamp_config import LampConfig, Line, lamp_area, lamp_fault
from edge_agent.power_config import PowerConfig, power_fault
from edge_agent.printer_config import PrinterConfig
from edge_agent.scale_config import Baud, Kilograms, ScaleConfig, scale_fault
from edge_agent.scanner_config import ScannerConfig as ScannerConfig
from edge_agent.scanner_config import scanner_fault
from edge_agent.settings import ROAD_LIMITS_KG, SiteSettings, deck_fault
from edge_agent.tamper.limits import TamperLimits
from weighbook.phrase import Phrase, Refusal

LARGEST_CONFIG_BYTES = 65_536

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Millis = Annotated[int, msgspec.Meta(ge=50, le=3_600_000)]
Weighbridge = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")]


class CameraConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`deck`: a sale needs its picture. `clock_box`: x,y,width,height of the clock in it, pixels.

    `lamp_box`: the same of its lamp, in 1/1000 of the picture; a calibration knows better.
    `onvif`: where its device service is; it logs in with the account in `source`.
    """

    name: Name
    source: str
    deck: bool = True
    clock_box: Annotated[str, msgspec.Meta(pattern=r"^(\d+,\d+,\d+,\d+)?$")] = ""
    lamp_box: Annotated[str, msgspec.Meta(pattern=r"^(\d{1,4}(,\d{1,4}){3})?$")] = ""
    onvif: str = ""


class BarrierConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relay board. An empty port: no barrier is driven."""

    port: str = ""
    baud: Baud = 9600
    channel: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    pulse_ms: Annotated[int, msgspec.Meta(ge=50, le=10_000)] = 1_000


class PicturesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where evidence is sent; an empty address: it stays here."""

    url: str = ""
    ca_file: str = ""
    bytes_per_s: Annotated[int, msgspec.Meta(ge=1_024)] = 262_144


class MqttConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Empty or 0: as the bureau's bundle says."""

    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0


class DeckConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a weighing is taken on this deck."""

    present_kg: Kilograms = 1_000
    rearm_kg: Kilograms = 400
    zero_band_kg: Kilograms = 60
    stable_ms: Millis = 3_000
    settle_limit_ms: Millis = 30_000
    rearm_ms: Millis = 3_000
    held_ms: Millis = 120_000
    plate_wait_ms: Millis = 20_000
    road_limits: bool = True


DECK_FIELDS = tuple(name for name in DeckConfig.__struct_fields__ if name != "road_limits")


class DiskConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sales close below `min_free_mib`; evidence the collector holds goes by age and by amount."""

    min_free_mib: Annotated[int, msgspec.Meta(ge=16)] = 512
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 30
    evidence_mib: Annotated[int, msgspec.Meta(ge=16)] = 20_480


class AgentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `digest`, its SHA-256, is what records and checkpoints quote."""

    weighbridge: Weighbridge
    state_dir: str
    scale: ScaleConfig
    camera: tuple[CameraConfig, ...] = ()
    camera_limits: Limits = Limits()
    scanner: tuple[ScannerConfig, ...] = ()
    barrier: BarrierConfig = BarrierConfig()
    printer: PrinterConfig = PrinterConfig()
    lamp: tuple[LampConfig, ...] = ()
    power: PowerConfig = PowerConfig()
    pictures: PicturesConfig = PicturesConfig()
    mqtt: MqttConfig = MqttConfig()
    deck: DeckConfig = DeckConfig()
    tamper: TamperLimits = TamperLimits()
    disk: DiskConfig = DiskConfig()
    operator: str = ""

    @property
    def state(self) -> Path:
        return Path(self.state_dir)


def load_config(path: Path) -> tuple[AgentConfig, bytes]:
    """The configuration and its text. Errors: Refusal E_CONFIG naming the place."""
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_CONFIG_BYTES:
            raise _refused(path, f"{len(data)} > {LARGEST_CONFIG_BYTES} bytes")
        config = msgspec.toml.decode(data, type=AgentConfig)
    except (OSError, ValueError) as error:
        # msgspec's own errors and bad TOML are ValueErrors, and say where.
        raise _refused(path, str(error)) from None
    if (fault := _fault(config)) is not None:
        raise _refused(path, fault)
    return config, data


def site_settings(
    config: AgentConfig, registry: Mapping[str, object], software: str, digest: bytes
) -> SiteSettings:
    """What the core needs, from the file and from what the bureau registered.

    `registry`: the map of the bundle: enterprise [code, zh, en], certificate, products {code:
    [family, zh, en]}. Errors: Refusal E_REGISTRY.
    """
    try:
        enterprise, certificate = registry["enterprise"], registry["certificate"]
        products = registry["products"]
        assert isinstance(enterprise, list) and isinstance(certificate, str)  # noqa: PT018
        assert isinstance(products, dict)
        code = str(enterprise[0])
        families = tuple(sorted((str(name), str(said[0])) for name, said in products.items()))
    except (KeyError, AssertionError, IndexError, TypeError) as error:
        raise Refusal(
            "E_REGISTRY",
            Phrase("登记包中的名录不完整。", "The registry in the enrolment bundle is incomplete."),
            Phrase("请向能源局重新索取登记包。", "Ask the bureau for a new bundle."),
        ) from error
    deck, scale = config.deck, config.scale
    cameras = tuple(camera.name for camera in config.camera)
    plain = SiteSettings(
        weighbridge=config.weighbridge,
        enterprise=code,
        indicator=scale.indicator,
        certificate=certificate,
        software=software,
        config=digest,
        products=families,
        cameras=cameras,
        deck_cameras=tuple(camera.name for camera in config.camera if camera.deck),
        operator=config.operator or None,
        registered_indicator=str(registry.get("indicator") or ""),
        lamps=tuple(lamp.name for lamp in config.lamp),
        supplies=config.power.supplies,
        supply_silent_ms=config.power.silent_ms,
        stable_power_ms=config.power.stable_ms,
        division_kg=scale.division_kg,
        max_kg=scale.max_kg,
        min_kg=20 * scale.division_kg,
    )
    times = {name: getattr(deck, name) for name in DECK_FIELDS}
    limits = ROAD_LIMITS_KG if deck.road_limits else ()
    return replace(plain, axle_limits_kg=limits, tamper=config.tamper, **times)


def _fault(config: AgentConfig) -> str | None:
    """What no single field can tell."""
    deck = {name: getattr(config.deck, name) for name in DECK_FIELDS}
    if (unfit := deck_fault(deck)) is not None:
        return f"deck.{unfit}"
    if (fault := scale_fault(config.scale)) is not None:
        return fault
    others = [*(scanner.port for scanner in config.scanner), config.barrier.port]
    ports = [config.scale.port, *filter(None, others)]
    if faults := [fault for port in ports if (fault := address_fault(port)) is not None]:
        return f"port: {faults[0]}"
    names = [camera.name for camera in config.camera] + [s.name for s in config.scanner]
    names += [*(lamp.name for lamp in config.lamp), "scale", "barrier"]
    if len(set(names)) != len(names):
        return "camera.name, scanner.name, lamp.name: used twice, or scale, or barrier"
    if not any(camera.deck for camera in config.camera):
        return "camera: at least one camera must see the deck (deck = true)"
    for camera in config.camera:
        if camera.onvif and not is_service_address(camera.onvif):
            return f"camera {camera.name}.onvif: write http://HOST/onvif/device_service, no account"
    cameras = {camera.name for camera in config.camera}
    if (fault := scanner_fault(config.scanner, cameras)) is not None:
        return fault
    if fault := power_fault(config.power, [*ports, *(lamp.port for lamp in config.lamp)]):
        return fault
    return _lamp_fault(config, cameras)


def _lamp_fault(config: AgentConfig, cameras: set[str]) -> str | None:
    """One board may have the barrier and lamps; a port with another device has neither."""
    barrier, readers = config.barrier, {config.scale.port, *(s.port for s in config.scanner)}
    taken = {(barrier.port, barrier.channel): Line("barrier", barrier.baud)}
    if port := next((lamp.port for lamp in config.lamp if lamp.port in readers), None):
        return f"lamp.port {port}: another device is on it"
    try:
        for camera in config.camera:
            lamp_area(camera.lamp_box)
    except ValueError as error:
        return f"camera.lamp_box: {error}"
    return lamp_fault(config.lamp, cameras, taken)


def _refused(path: Path, detail: str) -> Refusal:
    return Refusal(
        "E_CONFIG",
        Phrase(
            f"配置 {path} 不能使用：{detail}。",
            f"The configuration {path} is not usable: {detail}.",
        ),
        Phrase(
            "请对照 config/agent.toml 改正。", "Correct it; config/agent.toml shows every option."
        ),
    )
