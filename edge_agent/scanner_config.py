"""The `[[scanner]]` parts of the configuration: serial scanners, or codes in camera pictures."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from edge_agent.scale_config import Baud

Mark = Annotated[str, msgspec.Meta(max_length=16)]


class ScannerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A serial scanner (`port`), or codes read from the pictures of a camera (`camera`).

    `ends`: what ends a code; `prefix`, `suffix`: what the scanner adds to each.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    port: str = ""
    baud: Baud = 9600
    dtr: bool | None = None
    rts: bool | None = None
    ends: Annotated[str, msgspec.Meta(pattern="^(line|pause)$")] = "line"
    prefix: Mark = ""
    suffix: Mark = ""
    camera: str = ""


def scanner_fault(scanners: Iterable[ScannerConfig], cameras: Iterable[str]) -> str | None:
    """What no single field can tell."""
    known = set(cameras)
    for scanner in scanners:
        if bool(scanner.port) == bool(scanner.camera):
            return f"scanner {scanner.name}: give port or camera, not both"
        if scanner.camera and scanner.camera not in known:
            return f"scanner {scanner.name}: no camera {scanner.camera}"
    return None
