"""Base45 after RFC 9285, with its own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.refusing import refused
from weighbook import base45, texts

RFC_9285 = {
    b"AB": "BB8",
    b"Hello!!": "%69 VD92EX0",
    b"base-45": "UJCLQE7W581",
    b"ietf!": "QED8WEX0",
}


@pytest.mark.parametrize(("data", "text"), RFC_9285.items())
def test_the_examples_of_the_standard_hold(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=300))
def test_what_is_written_is_read_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=60))
def test_a_text_is_refused_or_the_only_one_for_its_bytes(text: str) -> None:
    read: list[bytes] = []
    if refused(lambda: read.append(base45.decode(text))) is None:
        assert base45.encode(read[0]) == text


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "::", "AAAA", "ab8", "B\u00df8", "BB8\n"])
def test_what_is_not_base45_is_refused(text: str) -> None:
    assert refused(lambda: base45.decode(text)) == "E_ENVELOPE"


@given(st.sampled_from(texts.PREFIXES), st.binary(max_size=200))
def test_a_scanned_text_gives_its_prefix_and_its_message(prefix: str, message: bytes) -> None:
    text = texts.write_text(prefix, message)
    assert texts.read_text(text) == texts.read_text(text.encode() + b"\r\n") == (prefix, message)


@given(st.binary(max_size=60))
def test_any_scanned_bytes_are_read_or_refused(scanned: bytes) -> None:
    refused(lambda: texts.read_text(scanned))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E_ENVELOPE"),
        ("XX1:BB8", "E_ENVELOPE"),
        ("wt1:BB8", "E_ENVELOPE"),
        ("票证".encode(), "E_ENVELOPE"),
        ("WT1:" + "0" * texts.MAX_TEXT_CHARS, "E_OVERSIZE"),
    ],
)
def test_other_codes_are_refused(text: str | bytes, code: str) -> None:
    assert refused(lambda: texts.read_text(text)) == code
