"""What devices are asked, one constant or function a question. Only questions: nothing is set."""

from xml.sax.saxutils import escape

from drivers.onvif.soap import Question

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
EVENTS = "http://www.onvif.org/ver10/events/wsdl"
SUBSCRIPTION = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"
ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"

CLOCK = Question("<tds:GetSystemDateAndTime/>", f"{DEVICE}/GetSystemDateAndTime")
INFORMATION = Question("<tds:GetDeviceInformation/>", f"{DEVICE}/GetDeviceInformation")
SERVICES = Question(
    "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>",
    f"{DEVICE}/GetServices",
)
CAPABILITIES = Question(
    "<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>",
    f"{DEVICE}/GetCapabilities",
)
PROFILES = Question("<trt:GetProfiles/>", f"{MEDIA}/GetProfiles")
PROFILES2 = Question(
    "<tr2:GetProfiles><tr2:Type>VideoEncoder</tr2:Type></tr2:GetProfiles>", f"{MEDIA2}/GetProfiles"
)


def stream(token: str) -> Question:
    """RTP over RTSP over TCP, as it is read."""
    setup = (
        "<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>"
        "<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup>"
    )
    profile = f"<trt:ProfileToken>{escape(token)}</trt:ProfileToken>"
    return Question(
        f"<trt:GetStreamUri>{setup}{profile}</trt:GetStreamUri>", f"{MEDIA}/GetStreamUri"
    )


def stream2(token: str) -> Question:
    profile = f"<tr2:ProfileToken>{escape(token)}</tr2:ProfileToken>"
    body = f"<tr2:GetStreamUri><tr2:Protocol>RTSP</tr2:Protocol>{profile}</tr2:GetStreamUri>"
    return Question(body, f"{MEDIA2}/GetStreamUri")


def snapshot(token: str) -> Question:
    profile = f"<trt:ProfileToken>{escape(token)}</trt:ProfileToken>"
    return Question(
        f"<trt:GetSnapshotUri>{profile}</trt:GetSnapshotUri>", f"{MEDIA}/GetSnapshotUri"
    )


def snapshot2(token: str) -> Question:
    profile = f"<tr2:ProfileToken>{escape(token)}</tr2:ProfileToken>"
    body = f"<tr2:GetSnapshotUri>{profile}</tr2:GetSnapshotUri>"
    return Question(body, f"{MEDIA2}/GetSnapshotUri")


def subscribe(address: str, lasts_s: int | None) -> Question:
    """None: for as long as the device likes; some refuse any time of ours."""
    lasts = "" if lasts_s is None else f"PT{lasts_s}S"
    time = f"<tev:InitialTerminationTime>{lasts}</tev:InitialTerminationTime>" if lasts else ""
    body = f"<tev:CreatePullPointSubscription>{time}</tev:CreatePullPointSubscription>"
    return _addressed(body, f"{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest", address)


def pull(address: str, reference: str, wait_s: int, most: int) -> Question:
    body = (
        f"<tev:PullMessages><tev:Timeout>PT{wait_s}S</tev:Timeout>"
        f"<tev:MessageLimit>{most}</tev:MessageLimit></tev:PullMessages>"
    )
    action = f"{EVENTS}/PullPointSubscription/PullMessagesRequest"
    return _addressed(body, action, address, reference)


def renew(address: str, reference: str, lasts_s: int) -> Question:
    time = f"<wsnt:TerminationTime>PT{lasts_s}S</wsnt:TerminationTime>"
    body = f"<wsnt:Renew>{time}</wsnt:Renew>"
    return _addressed(body, f"{SUBSCRIPTION}/RenewRequest", address, reference)


def unsubscribe(address: str, reference: str) -> Question:
    action = f"{SUBSCRIPTION}/UnsubscribeRequest"
    return _addressed("<wsnt:Unsubscribe/>", action, address, reference)


def _addressed(body: str, action: str, address: str, reference: str = "") -> Question:
    """With the addressing headers the event service wants."""
    header = (
        f'<a:Action s:mustUnderstand="1">{action}</a:Action>'
        f'<a:To s:mustUnderstand="1">{escape(address)}</a:To>'
        f"<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>{reference}"
    )
    return Question(body, action, header)
