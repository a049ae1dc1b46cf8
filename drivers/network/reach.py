"""Whether a TCP port opens, within a limit: open, refused (somebody lives there), or silent."""

import socket
from enum import StrEnum


class Door(StrEnum):
    """REFUSED is an answer of a living host; SILENT: no answer, or no way there."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"


def knock(host: str, port: int, limit_s: float) -> Door | None:
    """None: the name is not known, so nobody was asked."""
    try:
        with socket.create_connection((host, port), limit_s):
            return Door.OPEN
    except ConnectionRefusedError:
        return Door.REFUSED
    except (socket.gaierror, UnicodeError, OverflowError, ValueError):
        return None
    except OSError:
        return Door.SILENT
