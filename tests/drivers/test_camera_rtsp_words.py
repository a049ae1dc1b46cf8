"""The probe's RTSP: how answers are read and logins answered, against the RFCs' own example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.rtsp_words import (
    Address,
    Answer,
    authorize,
    read_address,
    read_answer,
    request,
)

ME = Address("rtsp://host/stream", "host", 554, ("me", "se:cret"))


def challenged(*challenges: str) -> Answer:
    return Answer(401, challenges, 0)


def test_a_login_is_taken_out_of_the_address() -> None:
    address = read_address("rtsp://me:se%3Acret@host/stream?channel=1")
    assert address == Address("rtsp://host/stream?channel=1", "host", 554, ("me", "se:cret"))
    assert read_address("rtsp://[::1]:8554/x") == Address("rtsp://[::1]:8554/x", "::1", 8554, None)


@pytest.mark.parametrize("text", ["rtsp:///stream", "rtsp://host:99999/", "rtsp://host:x/", ""])
def test_what_is_no_address_is_none(text: str) -> None:
    assert read_address(text) is None


def test_an_answer_is_read_with_its_challenges_and_its_body() -> None:
    head = (
        b'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nwww-authenticate: Basic realm="a"\r\n'
        b'WWW-Authenticate: Digest realm="a", nonce="b"\r\nContent-Length: 5\r\n\r\n'
    )
    answer = read_answer(head + b"hello")
    assert answer == Answer(401, ('Basic realm="a"', 'Digest realm="a", nonce="b"'), len(head) + 5)
    assert read_answer(head[:-2]) is None


@given(st.binary(max_size=300))
def test_noise_is_no_answer_and_no_crash(data: bytes) -> None:
    answer = read_answer(b"RTSP/1.0 " + data)
    assert answer is None or 0 <= answer.status <= 999
    if not data.startswith(b"RTSP/"):
        assert read_answer(data) is None


def test_digest_answers_as_the_rfc_computes_it() -> None:
    # RFC 2069, section 2.4, with the response of its erratum 749.
    lion = Address("/dir/index.html", "www.nowhere.org", 80, ("Mufasa", "CircleOfLife"))
    nonce, opaque = "dcd98b7102dd2f0e8b11d0f600bfb0c093", "5ccc069c403ebaf9f0171e9517f40e41"
    challenge = f'Digest realm="testrealm@host.com", nonce="{nonce}", opaque="{opaque}"'
    login = authorize(challenged(challenge), lion, "GET")
    assert login is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in login
    assert f'opaque="{opaque}"' in login


def test_digest_is_preferred_to_basic_and_the_unknown_is_not_tried() -> None:
    both = challenged('Basic realm="a"', 'Digest realm="a", nonce="b", qop="auth"')
    assert (authorize(both, ME, "DESCRIBE") or "").startswith("Digest")
    assert authorize(challenged('Basic realm="a"'), ME, "DESCRIBE") == "Basic bWU6c2U6Y3JldA=="
    assert authorize(challenged('Digest nonce="b", algorithm=SHA-9'), ME, "DESCRIBE") is None
    assert authorize(both, ME._replace(login=None), "DESCRIBE") is None


def test_a_request_names_its_method_address_and_number() -> None:
    asked = request("DESCRIBE", ME.url, 7, "Basic x")
    assert asked.startswith(b"DESCRIBE rtsp://host/stream RTSP/1.0\r\nCSeq: 7\r\n")
    assert asked.endswith(b"Authorization: Basic x\r\n\r\n")
