"""What is sent and read, byte by byte: SOAP, XML from strangers, addresses, probes."""

import base64
import uuid
from contextlib import suppress
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.onvif import answers, questions
from drivers.onvif.addresses import reached, service_address, stream_reached
from drivers.onvif.facts import FAULT, UNAUTHORISED, Login, Notice, OnvifFailed
from drivers.onvif.misbehaviour import BOMB, OUTSIDE
from drivers.onvif.probe_words import probe, read_matches
from drivers.onvif.simulated_answers import envelope as answered
from drivers.onvif.simulated_answers import fault
from drivers.onvif.soap import Question, Stamp, digest, envelope, read_answer
from drivers.onvif.xml_reading import read_xml, text, thousandths, whole

BASE = "http://10.0.0.5:8000/onvif/device_service"
READERS = (
    answers.clock_ms,
    answers.information,
    answers.services,
    answers.capabilities,
    answers.profiles,
    answers.address,
    answers.notices,
)
# Words the readers look for, so that chance finds its way into them.
TAGS = st.sampled_from(
    """Envelope Body Fault Code Value Reason Text Profiles Name VideoEncoderConfiguration Encoding
    Resolution Width Height RateControl FrameRateLimit H264 GovLength NotificationMessage Topic
    Message SimpleItem Source Data SystemDateAndTime UTCDateTime Date Time Year Month Day Hour
    Minute Second Service Namespace XAddr MediaUri Uri ProbeMatches ProbeMatch XAddrs
    Scopes""".split()  # noqa: SIM905 # a list of forty would fill the page
)
VALUES = st.sampled_from(
    ("", "0", "1", "12", "-1", "1e9", "9" * 40, "25.5", "true", "²", "http://[")
)


def trees(depth: int = 5) -> st.SearchStrategy[str]:
    """XML of those words, nested anyhow."""
    inner = (
        VALUES
        if depth == 0
        else st.one_of(VALUES, st.lists(trees(depth - 1), max_size=3).map("".join))
    )
    return st.builds(
        lambda tag, value, body: f'<{tag} token="{value}" Value="{value}">{body}</{tag}>',
        TAGS,
        VALUES,
        inner,
    )


def test_the_token_s_digest_is_the_standard_s_own_example() -> None:
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    login = Login("user", "userpassword")
    assert digest(login, nonce, "2010-09-16T07:50:45Z") == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20))
def test_any_user_survives_the_envelope(user: str) -> None:
    sent = envelope(Question("<a/>", "act"), Login(user, "x"), Stamp(0, b"n"))
    found = fromstring(sent).findtext(".//{*}Username") or ""
    assert found == user


@given(st.binary(max_size=200))
@example(BOMB)
@example(OUTSIDE)
@example(b'<?xml version="1.0" encoding="utf-7"?><a/>')
@example(b"\xff\xfe<\x00a\x00/\x00>\x00")
@example(b"<a>" * 100_000)
def test_any_bytes_are_an_element_or_a_failure(data: bytes) -> None:
    with suppress(OnvifFailed):
        assert isinstance(read_xml(data), Element)
        read_answer(data)
    assert isinstance(read_matches(data, "10.0.0.5"), tuple)


@given(trees())
def test_any_tree_is_facts_or_a_failure(tree: str) -> None:
    data = answered(tree)
    for read in READERS:
        with suppress(OnvifFailed):
            read(read_answer(data))
    for found in read_matches(data, "10.0.0.5"):
        assert found.addresses


@pytest.mark.parametrize(
    ("words", "milli"),
    [("25", 25_000), ("12.5", 12_500), ("7.4999", 7_499), ("0", 0)],
)
def test_rates_are_whole_thousandths(words: str, milli: int) -> None:
    assert thousandths(words) == milli


@pytest.mark.parametrize("words", ["", "-1", "NaN", "1e3", "²", "٣", "9999999", " 1", None])
def test_what_is_no_number_is_none(words: str | None) -> None:
    assert thousandths(words) is None
    assert whole(words) is None


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("ter:NotAuthorized", UNAUTHORISED),
        ("wsse:FailedAuthentication", UNAUTHORISED),
        ("ter:ActionNotSupported", FAULT),
    ],
)
def test_a_fault_is_told_with_its_reason(code: str, state: str) -> None:
    with pytest.raises(OnvifFailed) as failed:
        read_answer(fault(code, "because"))
    assert (failed.value.state, failed.value.detail) == (state, "because")


def test_a_fault_of_the_older_soap_is_one_as_well() -> None:
    code = "<faultcode>SOAP-ENV:NotAuthorized</faultcode>"
    old = f"<s:Fault>{code}<faultstring>no</faultstring></s:Fault>"
    with pytest.raises(OnvifFailed) as failed:
        read_answer(answered(old))
    assert (failed.value.state, failed.value.detail) == (UNAUTHORISED, "no")


def test_a_time_that_is_none_is_a_failure() -> None:
    said = (
        "<UTCDateTime><Time><Hour>0</Hour><Minute>0</Minute><Second>0</Second></Time><Date>"
        "<Year>0</Year><Month>0</Month><Day>0</Day></Date></UTCDateTime>"
    )
    with pytest.raises(OnvifFailed):
        answers.clock_ms(read_xml(f"<a><SystemDateAndTime>{said}</SystemDateAndTime></a>".encode()))


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("10.0.0.5", "http://10.0.0.5/onvif/device_service"),
        ("10.0.0.5:8000", BASE),
        ("https://cam.local/onvif/devices", "https://cam.local/onvif/devices"),
        ("[fe80::1]:80", "http://[fe80::1]:80/onvif/device_service"),
    ],
)
def test_a_place_becomes_the_address_of_its_device_service(place: str, address: str) -> None:
    assert service_address(place) == address


@pytest.mark.parametrize(
    "place",
    ["", "ftp://10.0.0.5", "http://a:b@10.0.0.5", "10.0.0.5:99999", "a b", "http://[", "x" * 999],
)
def test_what_is_no_place_is_a_failure(place: str) -> None:
    with pytest.raises(OnvifFailed):
        service_address(place)


@pytest.mark.parametrize(
    ("named", "ours"),
    [
        ("http://10.0.0.5:8000/onvif/media", "http://10.0.0.5:8000/onvif/media"),
        ("http://10.0.0.5/onvif/media?a=b", "http://10.0.0.5/onvif/media?a=b"),
        ("http://192.168.9.9/onvif/media", "http://10.0.0.5:8000/onvif/media"),
        ("http://evil:x@192.168.9.9/m", "http://10.0.0.5:8000/m"),
        ("file:///etc/passwd", None),
        (None, None),
    ],
)
def test_a_service_is_asked_where_the_device_is_reached(
    named: str | None, ours: str | None
) -> None:
    assert reached(named, BASE) == ours


@given(st.text(max_size=60))
def test_no_named_address_leads_elsewhere(named: str) -> None:
    for found in (reached(f"http://{named}", BASE), stream_reached(f"rtsp://{named}", BASE)):
        assert found is None or "//10.0.0.5" in found


def test_a_stream_s_own_account_is_not_kept() -> None:
    assert stream_reached("rtsp://u:p@h:554/s", BASE) == "rtsp://10.0.0.5:554/s"


def test_a_probe_s_answer_gives_name_hardware_and_addresses() -> None:
    data = b"""<e:Envelope xmlns:e="urn:e" xmlns:d="urn:d"><e:Body>
    <d:ProbeMatches><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/Deck%20East
    onvif://www.onvif.org/hardware/X1 http://[ onvif://www.onvif.org/name/</d:Scopes><d:XAddrs>
    http://10.0.0.5/onvif/device_service ftp://10.0.0.5/ http://[fe80::1]/onvif/device_service
    </d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"""
    (found,) = read_matches(data, "10.0.0.5")
    assert (found.name, found.hardware, found.place) == ("Deck East", "X1", None)
    assert found.addresses == (
        "http://10.0.0.5/onvif/device_service",
        "http://[fe80::1]/onvif/device_service",
    )


def test_what_we_ask_is_well_formed() -> None:
    asked = [
        questions.pull(BASE, "<x/>", 1, 5),
        questions.stream("<&>"),
        questions.subscribe(BASE, None),
    ]
    for question in asked:
        assert text(read_xml(envelope(question)), "Body") is None
    assert read_xml(probe("dn:NetworkVideoTransmitter", uuid.UUID(int=1))) is not None


@pytest.mark.parametrize(
    ("operation", "values", "active"),
    [
        ("Initialized", ["true"], True),
        ("Changed", ["false"], False),
        ("Changed", ["0", "1"], True),
        ("Deleted", ["true"], False),
        ("Changed", ["severe"], None),
        ("", [], None),
    ],
)
def test_a_message_s_state_is_on_off_or_none(
    operation: str, values: list[str], active: bool | None
) -> None:
    items = "".join(f'<SimpleItem Name="S" Value="{value}"/>' for value in values)
    message = f'<Message PropertyOperation="{operation}"><Data>{items}</Data></Message>'
    inner = f"<Topic> t </Topic><Message>{message}</Message>"
    answer = f"<a><NotificationMessage>{inner}</NotificationMessage></a>"
    assert answers.notices(read_xml(answer.encode())) == (Notice("t", "", active),)
