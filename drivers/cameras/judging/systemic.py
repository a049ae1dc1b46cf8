"""One fault or eight: what all cameras of a site have in common.

When the agent's own PC was late, or everything stops in the same half second and the gateway is
silent too, it is not eight cameras. Sales hold all the same; only what is said, and who is sent,
differs.
"""

from collections.abc import Mapping
from enum import StrEnum

from drivers.cameras.judging.limits import Limits

TOGETHER_MS = 500
FEWEST = 2


class Scope(StrEnum):
    """Whose fault a loss is."""

    CAMERA = "camera"
    NETWORK = "network"
    AGENT = "agent"


def scope(
    last_packets: Mapping[str, int | None],
    lost: frozenset[str],
    late_ms: int,
    limits: Limits,
    *,
    gateway_answers: bool | None = None,
) -> Scope:
    """Of the losses that stand. `last_packets` names all cameras of the site."""
    if late_ms > limits.late_ms:
        return Scope.AGENT
    stops = [at_ms for name, at_ms in last_packets.items() if name in lost and at_ms is not None]
    everybody = len(last_packets) >= FEWEST and len(stops) == len(last_packets)
    if everybody and max(stops) - min(stops) <= TOGETHER_MS and not gateway_answers:
        return Scope.NETWORK
    return Scope.CAMERA


def others_dim(contrasts: Mapping[str, int | None], camera: str, limits: Limits) -> bool:
    """Most other cameras lost contrast as well: dust, fog. A camera alone has no such excuse."""
    others = [share for name, share in contrasts.items() if name != camera and share is not None]
    dim = sum(share < limits.dim_milli for share in others)
    return bool(others) and 2 * dim > len(others)
