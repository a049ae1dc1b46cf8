"""How a simulated device answers a probe (WS-Discovery)."""

from urllib.parse import quote

from drivers.onvif.facts import OnvifFailed
from drivers.onvif.probe_words import ADDRESSING, DISCOVERY, NETWORK
from drivers.onvif.simulated_device import SimulatedDevice
from drivers.onvif.xml_reading import read_xml, text


def matches(data: bytes, device: SimulatedDevice) -> bytes | None:
    """None for what is no probe for a network video transmitter."""
    try:
        asked = read_xml(data)
    except OnvifFailed:
        return None
    if not (text(asked, "Body/Probe/Types") or "").endswith("NetworkVideoTransmitter"):
        return None
    form = device.form
    scopes = (
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/location/country/china"
        f" onvif://www.onvif.org/name/{quote(form.name)}"
        f" onvif://www.onvif.org/hardware/{quote(form.model)}"
    )
    relates = text(asked, "Header/MessageID") or ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope'
        f' xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="{ADDRESSING}"'
        f' xmlns:d="{DISCOVERY}" xmlns:dn="{NETWORK}"><s:Header>'
        f"<a:Action>{DISCOVERY}/ProbeMatches</a:Action><a:RelatesTo>{relates}</a:RelatesTo>"
        "</s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
        f"<a:Address>urn:uuid:0000{device.port:04x}-0000-1000-8000-000000000000</a:Address>"
        "</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>"
        f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{device.address('device')}</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body>"
        "</s:Envelope>"
    ).encode()
