"""The `[scale]` part of the configuration: the indicator, and the protocol made of it.

Checked with the rest by `config.load_config`; `protocol_of` is what every reader of the line uses.
"""

from dataclasses import replace
from typing import Annotated

import msgspec

from drivers.scales.catalogue import PROTOCOLS, find
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.protocols.modbus_rtu import protocol as modbus_protocol
from drivers.scales.register_map import FAULTS, FLAGS, WORDS, Bit, RegisterMap

MODBUS = "modbus"

Baud = Annotated[int, msgspec.Meta(ge=300, le=115_200)]
Kilograms = Annotated[int, msgspec.Meta(ge=1, le=300_000)]
Register = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Place = Annotated[int, msgspec.Meta(ge=0, le=124)]


class BitConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bit `number` of word `word` of the block says `meaning` when it is `when`."""

    meaning: str
    word: Place
    number: Annotated[int, msgspec.Meta(ge=0, le=15)]
    when: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1


class RegistersConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Modbus transmitter's map, for protocol "modbus". `first` counts from 0."""

    first: Register
    count: Annotated[int, msgspec.Meta(ge=1, le=125)]
    kind: str
    function: Annotated[int, msgspec.Meta(ge=3, le=4)] = 3
    at: Place = 0
    low_word_first: bool = False
    decimals: Annotated[int, msgspec.Meta(ge=0, le=6)] = 0
    unit: Annotated[str, msgspec.Meta(pattern="^(kg|t|g|lb)?$")] = ""
    bits: tuple[BitConfig, ...] = ()


class ScaleConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`unit`: what a frame without a unit means. `dtr`, `rts` None: as the driver has them.

    `recycle_s`: the port is opened anew after so long without a byte; 0 never. `address`: whom to
    ask on a bus. `seen_parity`: E or O where 7-bit characters come through an 8-bit port.
    `net_is_gross`: the indicator always says "net" and never holds a tare.
    """

    port: str
    protocol: str
    indicator: str
    baud: Baud = 9600
    bytesize: Annotated[int, msgspec.Meta(ge=7, le=8)] = 8
    parity: Annotated[str, msgspec.Meta(pattern="^[NEO]$")] = "N"
    stopbits: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1
    dtr: bool | None = None
    rts: bool | None = None
    recycle_s: Annotated[int, msgspec.Meta(ge=0, le=3_600)] = 30
    address: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    seen_parity: Annotated[str, msgspec.Meta(pattern="^[EO]?$")] = ""
    net_is_gross: bool = False
    unit: Annotated[str, msgspec.Meta(pattern="^(kg|t|g|lb)$")] = "kg"
    division_kg: Kilograms = 20
    max_kg: Kilograms = 100_000
    registers: RegistersConfig | None = None


def protocol_of(scale: ScaleConfig) -> ScaleProtocol:
    """The protocol as this site has it; `scale_fault` must have found nothing."""
    if scale.protocol == MODBUS:
        assert scale.registers is not None
        title = ("Modbus 变送器", "Modbus transmitter")
        return modbus_protocol(MODBUS, title, _map(scale.registers))
    protocol = find(scale.protocol)
    assert protocol is not None
    return replace(protocol, seen_parity=scale.seen_parity) if scale.seen_parity else protocol


def scale_fault(scale: ScaleConfig) -> str | None:
    """What no single field can tell."""
    if scale.protocol == MODBUS:
        return _registers_fault(scale.registers)
    protocol = find(scale.protocol)
    if protocol is None:
        known = ", ".join(sorted((*PROTOCOLS, MODBUS)))
        return f"scale.protocol {scale.protocol!r}: one of {known}"
    if scale.registers is not None:
        return f"scale.registers: only with protocol = {MODBUS!r}"
    if protocol.ask is not None and not _can_ask(protocol, scale.address):
        return f"scale.address {scale.address}: {scale.protocol} has no such address"
    return None


def _registers_fault(registers: RegistersConfig | None) -> str | None:
    if registers is None:
        return "scale.registers: missing; protocol = 'modbus' needs the transmitter's map"
    if registers.kind not in WORDS:
        return f"scale.registers.kind {registers.kind!r}: one of {', '.join(WORDS)}"
    if registers.at + WORDS[registers.kind] > registers.count:
        return "scale.registers.at: the value lies outside the block"
    for bit in registers.bits:
        if bit.meaning not in (*FLAGS, *FAULTS):
            return f"scale.registers.bits {bit.meaning!r}: one of {', '.join((*FLAGS, *FAULTS))}"
        if bit.word >= registers.count:
            return f"scale.registers.bits {bit.meaning}: word {bit.word} lies outside the block"
    return None


def _can_ask(protocol: ScaleProtocol, address: int) -> bool:
    return protocol.addresses is None or address in protocol.addresses


def _map(registers: RegistersConfig) -> RegisterMap:
    bits = tuple(Bit(bit.meaning, bit.word, bit.number, bit.when) for bit in registers.bits)
    return RegisterMap(
        registers.first,
        registers.count,
        registers.kind,
        registers.function,
        registers.at,
        registers.low_word_first,
        registers.decimals,
        registers.unit or None,
        bits,
    )
