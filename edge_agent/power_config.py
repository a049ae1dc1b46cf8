"""The `[power]` part of the configuration: a UPS by NUT, a mains contact; either, both or none."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from drivers.port_address import address_fault
from drivers.power.contact import MAX_INPUT
from drivers.power.nut import PORT
from drivers.power.nut_words import NAME
from edge_agent.scale_config import Baud
from edge_agent.settings import SiteSettings
from edge_agent.supply import CONTACT, UPS

HOST = r"^([A-Za-z0-9][A-Za-z0-9.:-]{0,252})?$"


class PowerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Empty `nut_host`, empty `contact_port`: that source is not there.

    `mains_when`: how the contact stands while there is mains power; closed, so that a cut wire is
    power lost. `silent_ms`: for how long a source may say nothing. `stable_ms`: how long the mains
    must be back.
    """

    nut_host: Annotated[str, msgspec.Meta(pattern=HOST)] = ""
    nut_port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = PORT
    ups: str = "ups"
    contact_port: str = ""
    contact_baud: Baud = 9600
    contact_address: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    contact_input: Annotated[int, msgspec.Meta(ge=1, le=MAX_INPUT)] = 1
    mains_when: Annotated[str, msgspec.Meta(pattern="^(closed|open)$")] = "closed"
    silent_ms: Annotated[int, msgspec.Meta(ge=5_000, le=60_000)] = SiteSettings.supply_silent_ms
    stable_ms: Annotated[int, msgspec.Meta(ge=60_000, le=3_600_000)] = SiteSettings.stable_power_ms

    @property
    def supplies(self) -> tuple[str, ...]:
        """The sources that are there, by name."""
        named = ((UPS, self.nut_host), (CONTACT, self.contact_port))
        return tuple(name for name, place in named if place)


def power_fault(power: PowerConfig, taken: Iterable[str]) -> str | None:
    """What no single field can tell. `taken`: the ports of all other devices."""
    if NAME.fullmatch(power.ups) is None:
        return f"power.ups {power.ups!r}: a name as in ups.conf"
    if not power.contact_port:
        return None
    if (fault := address_fault(power.contact_port)) is not None:
        return f"power.contact_port: {fault}"
    if power.contact_port in set(taken):
        return f"power.contact_port {power.contact_port}: another device is on it"
    return None
