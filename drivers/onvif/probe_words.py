"""WS-Discovery: the question to everybody, and what an answer says. Pure."""

import uuid
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from drivers.onvif.facts import Found, OnvifFailed
from drivers.onvif.xml_reading import children, local_name, read_xml, text

ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
TO_ALL = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
NETWORK = "http://www.onvif.org/ver10/network/wsdl"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
# Older devices answer to the first type only, newer ones to either.
TYPES = ("dn:NetworkVideoTransmitter", "tds:Device")
MAX_ADDRESSES = 8
MAX_PART = 64
MAX_LIST = 8_192


def probe(kind: str, number: uuid.UUID) -> bytes:
    """Who is there of this type? `number` comes back with each answer."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:a="{ADDRESSING}" xmlns:d="{DISCOVERY}" xmlns:dn="{NETWORK}" xmlns:tds="{DEVICE}">'
        f"<s:Header><a:Action>{DISCOVERY}/Probe</a:Action>"
        f"<a:MessageID>urn:uuid:{number}</a:MessageID><a:To>{TO_ALL}</a:To></s:Header>"
        f"<s:Body><d:Probe><d:Types>{kind}</d:Types></d:Probe></s:Body></s:Envelope>"
    ).encode()


def read_matches(data: bytes, host: str) -> tuple[Found, ...]:
    """The devices an answer from `host` names; nothing for anything else."""
    try:
        root = read_xml(data)
    except OnvifFailed:
        return ()
    matches = children(root, "Body/ProbeMatches/ProbeMatch") if local_name(root) else []
    found = (_match(match, host) for match in matches[:MAX_ADDRESSES])
    return tuple(one for one in found if one.addresses)


def _match(match: Element, host: str) -> Found:
    named = (text(match, "XAddrs", MAX_LIST) or "").split()
    addresses = [address for address in named if address.startswith(("http://", "https://"))]
    scopes = (text(match, "Scopes", MAX_LIST) or "").split()
    return Found(
        host,
        tuple(addresses[:MAX_ADDRESSES]),
        _scope(scopes, "name"),
        _scope(scopes, "hardware"),
        _scope(scopes, "location"),
    )


def _scope(scopes: list[str], kind: str) -> str | None:
    """`onvif://www.onvif.org/name/Deck%20East` says that its name is Deck East."""
    for scope in scopes:
        try:
            path = urlsplit(scope).path.strip("/")
        except ValueError:
            continue
        said, _, value = path.partition("/")
        if said.lower() == kind and value:
            return unquote(value)[:MAX_PART]
    return None
