"""The few words of RTSP a probe needs: requests, answers and logging in. Pure (RFC 2326, 2617).

An answer is read strictly enough to be believed: a status line, then fields, then a body that is
not looked at. Digest with MD5 or SHA-256, with or without qop; basic where nothing else is asked.
"""

import base64
import hashlib
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

DEFAULT_PORT = 554
MAX_ANSWER_BYTES = 16_384
CLIENT_NONCE = "weighhouse"  # nothing of ours is kept secret by it
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
STATUS = re.compile(rb"RTSP/\d\.\d (\d{3})(?: |$)")
BODY = re.compile(rb"\d{1,6}")
FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


class Address(NamedTuple):
    """Where a camera is, without its login; and the login."""

    url: str
    host: str
    port: int
    login: tuple[str, str] | None


class Answer(NamedTuple):
    """What a camera said; `challenges` are its WWW-Authenticate fields."""

    status: int
    challenges: tuple[str, ...]
    size: int  # of head and body


def read_address(text: str) -> Address | None:
    """None when no host or port can be read from it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError:
        return None
    if not host:
        return None
    login = None if parts.username is None else (unquote(parts.username), _unquoted(parts.password))
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return Address(urlunsplit(bare), host, port, login)


def request(method: str, url: str, number: int, authorization: str | None = None) -> bytes:
    fields = [f"CSeq: {number}", "User-Agent: weighhouse"]
    if method == "DESCRIBE":
        fields.append("Accept: application/sdp")
    if authorization is not None:
        fields.append(f"Authorization: {authorization}")
    return "\r\n".join([f"{method} {url} RTSP/1.0", *fields, "", ""]).encode("utf-8")


def read_answer(data: bytes) -> Answer | None:
    """The answer once its head is there; None before that, or when it is not RTSP."""
    head, mark, _ = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    status = STATUS.match(lines[0])
    if not mark or status is None:
        return None
    fields = [
        (name.strip().lower(), value.strip())
        for name, _, value in (line.partition(b":") for line in lines[1:])
    ]
    challenges = tuple(
        value.decode("latin-1") for name, value in fields if name == b"www-authenticate"
    )
    length = next((int(v) for n, v in fields if n == b"content-length" and BODY.fullmatch(v)), 0)
    return Answer(int(status[1]), challenges, len(head) + len(mark) + length)


def authorize(answer: Answer, address: Address, method: str) -> str | None:
    """How to log in as asked; None without a login, or when asked for what we do not know."""
    if address.login is None:
        return None
    for challenge in sorted(answer.challenges, key=_rank):
        kind, _, rest = challenge.partition(" ")
        if kind.lower() == "digest":
            said = {name.lower(): quoted or bare for name, quoted, bare in FIELD.findall(rest)}
            if said.get("algorithm", "MD5").upper() in HASHES and "nonce" in said:
                return _digest(said, address.login, method, address.url)
        elif kind.lower() == "basic":
            return "Basic " + base64.b64encode(":".join(address.login).encode()).decode("ascii")
    return None


def _rank(challenge: str) -> bool:
    return not challenge.lower().startswith("digest")


def _digest(said: dict[str, str], login: tuple[str, str], method: str, url: str) -> str:
    algorithm = said.get("algorithm", "MD5").upper()
    user, password = login
    realm, nonce = said.get("realm", ""), said["nonce"]
    secret = _hashed(algorithm, f"{user}:{realm}:{password}")
    asked = _hashed(algorithm, f"{method}:{url}")
    fields = {"username": user, "realm": realm, "nonce": nonce, "uri": url}
    words = f"{nonce}:00000001:{CLIENT_NONCE}:auth" if "qop" in said else nonce
    fields["response"] = _hashed(algorithm, f"{secret}:{words}:{asked}")
    text = ", ".join(f'{name}="{value}"' for name, value in fields.items())
    if "opaque" in said:
        text += f', opaque="{said["opaque"]}"'
    if "qop" in said:
        text += f', qop=auth, nc=00000001, cnonce="{CLIENT_NONCE}"'
    return f"Digest {text}, algorithm={algorithm}"


def _hashed(algorithm: str, text: str) -> str:
    return HASHES[algorithm](text.encode("utf-8")).hexdigest()


def _unquoted(password: str | None) -> str:
    return unquote(password or "")
