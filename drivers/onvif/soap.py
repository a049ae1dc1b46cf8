"""SOAP 1.2 envelopes: what is asked, how one logs in within it, what an answer or a fault says.

The UsernameToken carries a digest over a nonce, a time and the password; devices refuse a time that
is not near their own, so that whoever asks must know the device's clock.
"""

import base64
import hashlib
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from drivers.onvif.facts import FAULT, INCOMPLETE, UNAUTHORISED, Login, OnvifFailed
from drivers.onvif.xml_reading import child, local_name, read_xml, text

CONTENT_TYPE = "application/soap+xml; charset=utf-8"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
SECEXT, UTILITY = f"{OASIS}wssecurity-secext-1.0.xsd", f"{OASIS}wssecurity-utility-1.0.xsd"
DIGEST = f"{OASIS}username-token-profile-1.0#PasswordDigest"
BASE64 = f"{OASIS}soap-message-security-1.0#Base64Binary"
SPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://www.w3.org/2005/08/addressing",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
}
NAMES = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
DENIALS = frozenset({"NotAuthorized", "FailedAuthentication", "InvalidSecurity"})


class Question(NamedTuple):
    """What is asked: the body, the action it is called, and headers beside the login."""

    body: str
    action: str
    header: str = ""


class Stamp(NamedTuple):
    """What makes one login unlike every other: the device's time in UTC ms, and chance."""

    at_ms: int
    nonce: bytes


def envelope(question: Question, login: Login | None = None, stamp: Stamp | None = None) -> bytes:
    token = "" if login is None or stamp is None else username_token(login, stamp)
    header = question.header + token
    head = f"<s:Header>{header}</s:Header>" if header else ""
    whole = f"<s:Envelope{NAMES}>{head}<s:Body>{question.body}</s:Body></s:Envelope>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}'.encode()


def username_token(login: Login, stamp: Stamp) -> str:
    created = datetime.fromtimestamp(stamp.at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = base64.b64encode(stamp.nonce).decode("ascii")
    return (
        f'<w:Security s:mustUnderstand="1" xmlns:w="{SECEXT}" xmlns:u="{UTILITY}">'
        f"<w:UsernameToken><w:Username>{escape(login.user)}</w:Username>"
        f'<w:Password Type="{DIGEST}">{digest(login, stamp.nonce, created)}</w:Password>'
        f'<w:Nonce EncodingType="{BASE64}">{nonce}</w:Nonce>'
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )


def digest(login: Login, nonce: bytes, created: str) -> str:
    """SHA-1, because the standard has nothing else."""
    data = nonce + created.encode() + login.password.encode()
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def read_answer(data: bytes) -> Element:
    """The element that answers. Errors: OnvifFailed, a fault of the device among them."""
    root = read_xml(data)
    body = child(root, "Body")
    answer = next(iter(body), None) if body is not None and local_name(root) == "Envelope" else None
    if answer is None:
        raise OnvifFailed(INCOMPLETE, "no SOAP body")
    if local_name(answer) == "Fault":
        raise _fault(answer)
    return answer


def _fault(fault: Element) -> OnvifFailed:
    """Of SOAP 1.2, and of 1.1, which some devices answer with."""
    codes = [text(code) for code in fault.iter() if local_name(code) in ("Value", "faultcode")]
    said = {code.rpartition(":")[2] for code in codes if code}
    reason = text(fault, "Reason/Text") or text(fault, "faultstring") or ", ".join(sorted(said))
    return OnvifFailed(UNAUTHORISED if said & DENIALS else FAULT, reason)
