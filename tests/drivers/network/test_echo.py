"""An echo's bytes: sums as RFC 1071 has them, and no answer but the right one is taken for ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.network.echo import IPV4, IPV6, checksum, is_answer, question
from drivers.network.ping import ping

TOKEN = bytes(range(16))


def answer(token: bytes = TOKEN, kind: int = 0) -> bytes:
    return bytes((kind, 0, 1, 2, 3, 4, 0, 1)) + token


def test_the_sum_is_that_of_the_rfc_s_example() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


@given(st.binary(max_size=64))
def test_a_question_s_sum_comes_out_even(token: bytes) -> None:
    assert checksum(question(IPV4, 7, token)) == 0


def test_the_answer_to_our_question_is_known() -> None:
    assert is_answer(answer(), IPV4, TOKEN, raw=False)
    assert is_answer(b"\x45" + bytes(19) + answer(), IPV4, TOKEN, raw=True)
    assert is_answer(answer(kind=129), IPV6, TOKEN, raw=True)


@pytest.mark.parametrize(
    "data",
    [b"", answer()[:-1], answer() + b"x", answer(kind=8), answer(kind=3), question(IPV4, 1, TOKEN)],
)
def test_anything_else_is_not(data: bytes) -> None:
    assert not is_answer(data, IPV4, TOKEN, raw=False)


@given(st.binary(max_size=96), st.booleans())
def test_no_bytes_are_too_odd_to_be_looked_at(data: bytes, raw: bool) -> None:
    assert not is_answer(data, IPV4, TOKEN, raw=raw)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_living_host_answers_or_cannot_be_asked_but_is_never_called_dead(host: str) -> None:
    """Whether a ping may be sent at all is the system's to say."""
    assert ping(host, 0.8) in (True, None)


def test_a_name_nobody_knows_is_not_a_dead_host() -> None:
    assert ping("not a name", 0.2) is None
    assert ping("x" * 300, 0.2) is None


def test_without_time_there_is_no_answer() -> None:
    assert ping("127.0.0.1", 0.0) is not True
