"""Addresses a device names, made such that they lead back to that device and nowhere else.

Devices behind a router, or after a move, name hosts of another network; and a login must not be
sent where an answer points to.
"""

from urllib.parse import SplitResult, urlsplit, urlunsplit

from drivers.onvif.facts import BROKEN, OnvifFailed

SERVICE_PATH = "/onvif/device_service"
MAX_ADDRESS = 512
HTTP, STREAMS = ("http", "https"), ("rtsp", "rtsps", "http", "https")


def service_address(place: str) -> str:
    """`10.0.0.5`, `10.0.0.5:8000` or a whole address as one. Errors: OnvifFailed."""
    whole = place if "://" in place else f"http://{place}"
    parts = _parts(whole)
    if parts is None or parts.scheme not in HTTP or parts.username is not None:
        raise OnvifFailed(BROKEN, "no HTTP address without an account")
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") or SERVICE_PATH, fragment=""))


def is_service_address(address: str) -> bool:
    """Whether it is whole and could be asked as it stands."""
    try:
        return "://" in address and service_address(address) == address
    except OnvifFailed:
        return False


def reached(named: str | None, base: str) -> str | None:
    """A service the device at `base` names, as we reach it; None if it is no HTTP address."""
    parts, ours = _parts(named or ""), urlsplit(base)
    if parts is None or parts.scheme not in HTTP:
        return None
    netloc = parts.netloc if parts.hostname == ours.hostname else ours.netloc
    netloc = netloc.rpartition("@")[2]
    scheme = parts.scheme if parts.hostname == ours.hostname else ours.scheme
    return urlunsplit((scheme, netloc, parts.path, parts.query, ""))


def stream_reached(named: str | None, base: str) -> str | None:
    """A stream or picture it names: its port and path, the host we reach. Without any account."""
    parts, ours = _parts(named or ""), urlsplit(base)
    if parts is None or parts.scheme not in STREAMS:
        return None
    host = f"[{ours.hostname}]" if ":" in (ours.hostname or "") else ours.hostname or ""
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def _parts(address: str) -> SplitResult | None:
    """None for what is no address at all, or one that nobody could type."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        fits = len(address) <= MAX_ADDRESS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        return None
    return parts if fits else None
