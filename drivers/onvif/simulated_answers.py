"""The XML a simulated device answers with: one function an operation, listed in `ANSWERS`.

Written by hand after the standard's examples, apart from what reads it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from drivers.onvif.facts import EVENTS, MEDIA, MEDIA2, Profile
from drivers.onvif.simulated_device import Said, SimulatedDevice
from drivers.onvif.soap import NAMES
from drivers.onvif.xml_reading import text

SPACES = {
    "device": "http://www.onvif.org/ver10/device/wsdl",
    MEDIA: "http://www.onvif.org/ver10/media/wsdl",
    MEDIA2: "http://www.onvif.org/ver20/media/wsdl",
    EVENTS: "http://www.onvif.org/ver10/events/wsdl",
}


class Unknown(Exception):
    """A question this device has no answer to."""


class Asked(NamedTuple):
    """One question, and the subscription its header names."""

    question: Element
    subscription: str


def envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope{NAMES}'
        ' xmlns:ter="http://www.onvif.org/ver10/error" xmlns:tns1="http://www.onvif.org/ver10/topics">'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(code: str, reason: str) -> bytes:
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value>"
        "</s:Subcode></s:Code><s:Reason>"
        f'<s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason></s:Fault>'
    )


def clock(device: SimulatedDevice, _asked: Asked) -> str:
    at = datetime.fromtimestamp(time.time() + device.off_ms / 1000, UTC)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        "<tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time>"
        f"<tt:Date><tt:Year>{at.year}</tt:Year><tt:Month>{at.month}</tt:Month>"
        f"<tt:Day>{at.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def information(device: SimulatedDevice, _asked: Asked) -> str:
    return (
        "<tds:GetDeviceInformationResponse>"
        f"<tds:Manufacturer>Weighhouse</tds:Manufacturer><tds:Model>{escape(device.form.model)}"
        "</tds:Model><tds:FirmwareVersion>V5.7.3 build 240112</tds:FirmwareVersion>"
        "<tds:SerialNumber>SIM0001</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


def services(device: SimulatedDevice, _asked: Asked) -> str:
    if not device.form.lists_services:
        raise Unknown("GetServices")
    listed = "".join(
        f"<tds:Service><tds:Namespace>{SPACES[kind]}</tds:Namespace>"
        f"<tds:XAddr>{device.address(kind)}</tds:XAddr></tds:Service>"
        for kind in ("device", *device.form.services)
    )
    return f"<tds:GetServicesResponse>{listed}</tds:GetServicesResponse>"


def capabilities(device: SimulatedDevice, _asked: Asked) -> str:
    listed = "".join(
        f"<tt:{name}><tt:XAddr>{device.address(kind)}</tt:XAddr></tt:{name}>"
        for kind, name in ((EVENTS, "Events"), (MEDIA, "Media"))
        if kind in device.form.services
    )
    inner = f"<tds:Capabilities>{listed}</tds:Capabilities>"
    return f"<tds:GetCapabilitiesResponse>{inner}</tds:GetCapabilitiesResponse>"


def profiles(device: SimulatedDevice, asked: Asked) -> str:
    is_second = SPACES[MEDIA2] in asked.question.tag
    one = _profile2 if is_second else _profile
    prefix = "tr2" if is_second else "trt"
    # Media 1 has no word for H.265: such profiles look like H.264 or are left out; here the latter.
    listed = [p for p in device.form.profiles if is_second or p.codec != "H265"]
    inner = "".join(map(one, listed))
    return f"<{prefix}:GetProfilesResponse>{inner}</{prefix}:GetProfilesResponse>"


def _profile(profile: Profile) -> str:
    rate = (profile.fps_milli or 0) // 1000
    return (
        f'<trt:Profiles fixed="true" token={quoteattr(profile.token)}>'
        f"<tt:Name>{escape(profile.name or '')}</tt:Name>"
        '<tt:VideoEncoderConfiguration token="E1"><tt:Name>E</tt:Name>'
        f"<tt:Encoding>{profile.codec}</tt:Encoding><tt:Resolution><tt:Width>{profile.width}"
        f"</tt:Width><tt:Height>{profile.height}</tt:Height></tt:Resolution><tt:RateControl>"
        f"<tt:FrameRateLimit>{rate}</tt:FrameRateLimit>"
        "<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit>"
        f"</tt:RateControl><tt:H264><tt:GovLength>{profile.gop}</tt:GovLength>"
        "<tt:H264Profile>High</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration>"
        "</trt:Profiles>"
    )


def _profile2(profile: Profile) -> str:
    rate = (profile.fps_milli or 0) / 1000
    return (
        f'<tr2:Profiles token={quoteattr(profile.token)} fixed="true">'
        f"<tr2:Name>{escape(profile.name or '')}</tr2:Name><tr2:Configurations>"
        f'<tr2:VideoEncoder token="E1" GovLength="{profile.gop}" Profile="Main">'
        f"<tt:Name>E</tt:Name><tt:Encoding>{profile.codec}</tt:Encoding><tt:Resolution>"
        f"<tt:Width>{profile.width}</tt:Width><tt:Height>{profile.height}</tt:Height>"
        '</tt:Resolution><tt:RateControl ConstantBitRate="false">'
        f"<tt:FrameRateLimit>{rate}</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit>"
        "</tt:RateControl></tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>"
    )


def stream(device: SimulatedDevice, asked: Asked) -> str:
    return _address("GetStreamUri", asked.question, device.stream(_token(asked)))


def snapshot(device: SimulatedDevice, asked: Asked) -> str:
    return _address("GetSnapshotUri", asked.question, device.snapshot(_token(asked)))


def _token(asked: Asked) -> str:
    return text(asked.question, "ProfileToken") or ""


def _address(name: str, question: Element, address: str) -> str:
    if SPACES[MEDIA2] in question.tag:
        return f"<tr2:{name}Response><tr2:Uri>{escape(address)}</tr2:Uri></tr2:{name}Response>"
    return (
        f"<trt:{name}Response><trt:MediaUri><tt:Uri>{escape(address)}</tt:Uri>"
        f"<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:{name}Response>"
    )


def subscribe(device: SimulatedDevice, asked: Asked) -> str:
    lasts = text(asked.question, "InitialTerminationTime")
    if lasts is not None and device.form.refuses_times:
        raise Unknown("InitialTerminationTime")
    number = device.events.subscribe()
    return (
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<a:Address>{device.address(EVENTS)}</a:Address><a:ReferenceParameters>"
        f'<x:SubscriptionId xmlns:x="urn:weighhouse">{number}</x:SubscriptionId>'
        "</a:ReferenceParameters></tev:SubscriptionReference>"
        "</tev:CreatePullPointSubscriptionResponse>"
    )


def pull(device: SimulatedDevice, asked: Asked) -> str:
    wait_s = int((text(asked.question, "Timeout") or "PT1S").strip("PTS"))
    messages = "".join(map(_message, device.events.pull(asked.subscription, wait_s)))
    return f"<tev:PullMessagesResponse>{messages}</tev:PullMessagesResponse>"


def _message(said: Said) -> str:
    topic, source, operation, state = said
    item = f'<tt:SimpleItem Name="State" Value={quoteattr(state)}/>' if state else ""
    return (
        "<wsnt:NotificationMessage><wsnt:Topic"
        ' Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
        f"{escape(topic)}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="0000-00-00T00:00:00Z" PropertyOperation="{operation}"><tt:Source>'
        f'<tt:SimpleItem Name="VideoSourceConfigurationToken" Value={quoteattr(source)}/>'
        f"</tt:Source><tt:Data>{item}</tt:Data></tt:Message></wsnt:Message>"
        "</wsnt:NotificationMessage>"
    )


def renew(device: SimulatedDevice, asked: Asked) -> str:
    device.events.renew(asked.subscription)
    return "<wsnt:RenewResponse/>"


def unsubscribe(device: SimulatedDevice, asked: Asked) -> str:
    device.events.unsubscribe(asked.subscription)
    return "<wsnt:UnsubscribeResponse/>"


ANSWERS: dict[str, Callable[[SimulatedDevice, Asked], str]] = {
    "GetSystemDateAndTime": clock,
    "GetDeviceInformation": information,
    "GetServices": services,
    "GetCapabilities": capabilities,
    "GetProfiles": profiles,
    "GetStreamUri": stream,
    "GetSnapshotUri": snapshot,
    "CreatePullPointSubscription": subscribe,
    "PullMessages": pull,
    "Renew": renew,
    "Unsubscribe": unsubscribe,
}
