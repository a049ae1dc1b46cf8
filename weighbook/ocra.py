"""OCRA, the OATH challenge-response algorithm (RFC 6287), for suites of version 1.

Pure: a suite, a key and the inputs give the digits. Which inputs a suite takes stands in its name;
one too few or too many is a mistake of the caller and stops it. Comparing and counting tries are
not its business.
"""

import hmac
import re
from typing import NamedTuple

HASHES = {"SHA1": ("sha1", 20), "SHA256": ("sha256", 32), "SHA512": ("sha512", 64)}
UNIT_S = {"S": 1, "M": 60, "H": 3_600}
QUESTION_BYTES = 128
SUITE = re.compile(
    r"OCRA-1:HOTP-(?P<hash>SHA1|SHA256|SHA512)-(?P<digits>0|[4-9]|10):"
    r"(?P<counter>C-)?Q(?P<form>[ANH])(?P<length>\d\d)"
    r"(?:-P(?P<pin>SHA1|SHA256|SHA512))?(?:-S(?P<session>\d{3}))?(?:-T(?P<step>\d{1,2}[SMH]))?",
    re.ASCII,
)


class Inputs(NamedTuple):
    """What goes into a response; `step`: the number of the time step since 1970."""

    question: str
    counter: int | None = None
    pin_digest: bytes | None = None
    session: bytes | None = None
    step: int | None = None


def respond(suite: str, key: bytes, inputs: Inputs) -> str:
    """The response's digits."""
    parts = _parts(suite)
    name, _ = HASHES[parts["hash"]]
    mac = hmac.digest(key, suite.encode() + b"\0" + _data(parts, inputs), name)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    digits = int(parts["digits"])
    return f"{number % 10**digits:0{digits}d}" if digits else mac.hex()


def step_s(suite: str) -> int:
    """How long a time step of the suite is."""
    step = _parts(suite)["step"]
    assert step
    return int(step[:-1]) * UNIT_S[step[-1]]


def _parts(suite: str) -> dict[str, str]:
    found = SUITE.fullmatch(suite)
    assert found, suite
    return found.groupdict(default="")


def _data(parts: dict[str, str], inputs: Inputs) -> bytes:
    counter, pin, session, step = inputs.counter, inputs.pin_digest, inputs.session, inputs.step
    given = (counter is not None, pin is not None, session is not None, step is not None)
    assert given == tuple(bool(parts[name]) for name in ("counter", "pin", "session", "step"))
    data = b"" if counter is None else counter.to_bytes(8, "big")
    data += _question(parts, inputs.question)
    if pin is not None:
        assert len(pin) == HASHES[parts["pin"]][1]
        data += pin
    if session is not None:
        assert len(session) == int(parts["session"])
        data += session
    return data if step is None else data + step.to_bytes(8, "big")


def _question(parts: dict[str, str], question: str) -> bytes:
    """128 bytes, filled with zeros behind: a number goes in as the hex digits of its value."""
    assert 0 < len(question) <= 2 * QUESTION_BYTES
    if parts["form"] == "A":
        return question.encode("ascii").ljust(QUESTION_BYTES, b"\0")
    digits = f"{int(question):x}" if parts["form"] == "N" else question
    return bytes.fromhex(digits.ljust(2 * QUESTION_BYTES, "0"))
