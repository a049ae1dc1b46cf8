"""Every scale protocol we read; adding one is one line here."""

from importlib import import_module

from drivers.scales.protocol import ScaleProtocol

MODULES = (
    "yaohua_tf0",
    "yaohua_command",
    "yaohua_d2",
    "yaohua_forward",
    "yaohua_ww",
    "yaohua_a12e",
    "keli",
    "toledo_continuous",
    "toledo_clones",
    "toledo_extended",
    "toledo_8217",
    "mt_sics",
    "radwag",
    "sma",
    "rice_lake",
    "cardinal",
    "fairbanks",
    "weightronix",
    "st_gs",
    "dini_argeo",
    "laumas",
    "bilanciai",
    "flintec",
    "systec",
    "sartorius",
    "modbus_rtu",
    "bcd_ff",
    "san_juan",
    "coquimbito",
)


def _declared(module: str) -> tuple[ScaleProtocol, ...]:
    declared: tuple[ScaleProtocol, ...] = import_module(
        f"drivers.scales.protocols.{module}"
    ).PROTOCOLS
    return declared


PROTOCOLS: dict[str, ScaleProtocol] = {
    protocol.name: protocol for module in MODULES for protocol in _declared(module)
}

ALIASES: dict[str, str] = {
    alias: protocol.name for protocol in PROTOCOLS.values() for alias in protocol.aliases
}


def find(name: str) -> ScaleProtocol | None:
    """The protocol of that name or alias."""
    return PROTOCOLS.get(ALIASES.get(name, name))
