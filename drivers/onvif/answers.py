"""Answers read into facts: pure, each from the element that answers to `OnvifFailed` or data."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from drivers.onvif.facts import (
    EVENTS,
    INCOMPLETE,
    MEDIA,
    MEDIA2,
    Information,
    Notice,
    OnvifFailed,
    Profile,
)
from drivers.onvif.questions import EVENTS as EVENTS_SPACE
from drivers.onvif.questions import MEDIA as MEDIA_SPACE
from drivers.onvif.questions import MEDIA2 as MEDIA2_SPACE
from drivers.onvif.xml_reading import child, children, text, thousandths, whole

MAX_PROFILES = 32
MAX_NOTICES = 100
MAX_TOKEN = 128
KINDS = {MEDIA_SPACE: MEDIA, MEDIA2_SPACE: MEDIA2, EVENTS_SPACE: EVENTS}
TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def clock_ms(answer: Element) -> int:
    """The device's time in UTC ms; it tells whole seconds, so half a one is added."""
    said = child(answer, "SystemDateAndTime/UTCDateTime")
    parts = [whole(text(said, f"Date/{name}")) for name in ("Year", "Month", "Day")]
    parts += [whole(text(said, f"Time/{name}")) for name in ("Hour", "Minute", "Second")]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        raise OnvifFailed(INCOMPLETE, "no UTC time")
    year, month, day, hour, minute, second = known
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError as error:
        raise OnvifFailed(INCOMPLETE, f"no time: {error}") from None
    return int(at.timestamp()) * 1000 + 500


def information(answer: Element) -> Information:
    names = ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber")
    return Information(*(text(answer, name) for name in names))


def services(answer: Element) -> dict[str, str]:
    """What each service is called and where it says it is, of GetServices."""
    found: dict[str, str] = {}
    for service in children(answer, "Service"):
        kind = KINDS.get((text(service, "Namespace") or "").rstrip("/"))
        address = text(service, "XAddr")
        if kind and address:
            found.setdefault(kind, address)
    return found


def capabilities(answer: Element) -> dict[str, str]:
    """The same of GetCapabilities, which knows nothing of media 2."""
    named = {
        MEDIA: text(answer, "Capabilities/Media/XAddr"),
        EVENTS: text(answer, "Capabilities/Events/XAddr"),
    }
    return {kind: address for kind, address in named.items() if address}


def profiles(answer: Element) -> tuple[Profile, ...]:
    """Of either media service; profiles without video are left out."""
    found = []
    for profile in children(answer, "Profiles"):
        token = profile.get("token")
        encoder = child(profile, "VideoEncoderConfiguration")
        if encoder is None:
            encoder = child(profile, "Configurations/VideoEncoder")
        if token and encoder is not None:
            found.append(_profile(token[:MAX_TOKEN], text(profile, "Name"), encoder))
    return tuple(found[:MAX_PROFILES])


def _profile(token: str, name: str | None, encoder: Element) -> Profile:
    gop = encoder.get("GovLength") or text(encoder, "H264/GovLength")
    gop = gop or text(encoder, "MPEG4/GovLength")
    codec = text(encoder, "Encoding")
    return Profile(
        token=token,
        name=name,
        codec=None if codec is None else codec.upper().removeprefix("VIDEO/")[:16],
        width=whole(text(encoder, "Resolution/Width")) or None,
        height=whole(text(encoder, "Resolution/Height")) or None,
        fps_milli=thousandths(text(encoder, "RateControl/FrameRateLimit")) or None,
        gop=whole(gop) or None,
    )


def address(answer: Element) -> str | None:
    """Of GetStreamUri and GetSnapshotUri, in both media services."""
    return text(answer, "MediaUri/Uri") or text(answer, "Uri")


def notices(answer: Element) -> tuple[Notice, ...]:
    messages = children(answer, "NotificationMessage")[:MAX_NOTICES]
    return tuple(filter(None, map(_notice, messages)))


def _notice(message: Element) -> Notice | None:
    topic = text(message, "Topic")
    if topic is None:
        return None
    said = child(message, "Message/Message")
    source = "/".join(item.get("Value", "") for item in children(said, "Source/SimpleItem"))
    gone = said is not None and said.get("PropertyOperation") == "Deleted"
    values = [item.get("Value", "").lower() for item in children(said, "Data/SimpleItem")]
    known = [TRUTHS[value] for value in values if value in TRUTHS]
    active = False if gone else any(known) if known else None
    return Notice(topic, source[:MAX_TOKEN], active)
