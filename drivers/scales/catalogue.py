"""Every scale protocol we read; adding one is one line here."""

from drivers.scales.protocol import ScaleProtocol
from drivers.scales.protocols import st_gs, toledo_continuous, yaohua_tf0

PROTOCOLS: dict[str, ScaleProtocol] = {
    protocol.name: protocol
    for protocol in (
        yaohua_tf0.PROTOCOL,
        st_gs.PROTOCOL,
        toledo_continuous.PROTOCOL,
        toledo_continuous.PROTOCOL_MULTIPLIED,
    )
}

ALIASES = {
    "xk3190": "yaohua-tf0",
    "keli-d2008-tf0": "yaohua-tf0",
    "toledo": "toledo-continuous",
    "toledo-continuous-flintec": "toledo-continuous",
}


def find(name: str) -> ScaleProtocol | None:
    """The protocol of that name or alias."""
    return PROTOCOLS.get(ALIASES.get(name, name))
