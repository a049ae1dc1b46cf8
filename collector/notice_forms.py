"""A notice as each kind of receiver wants it, and whether its answer means "taken". Pure.

`json` is our own, for programs. The robots of WeCom and DingTalk answer 200 with an `errcode` when
they refuse, so the answer's body decides. DingTalk's signed robots want HMAC-SHA256 of
"timestamp LF secret" as Base64 in the address (its custom-robot documentation); ours carries the
same over the body in a header.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote_plus

from collector.notices import Notice

LARGEST_MARKDOWN_BYTES = 4_000  # both robots refuse somewhat more
TITLE = "磅房停销与恢复"
SIGNATURE = "X-Weighhouse-Signature"


class Sending(NamedTuple):
    """One POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Address(NamedTuple):
    """Where to: `url` and `secret` as the settings have them."""

    url: str
    secret: str = ""


def as_json(notices: Sequence[Notice], to: Address, _at_ms: int) -> Sending:
    """`{"notices": [{at_ms, weighbridge, what, since_ms, enterprise, causes, zh, en}]}`."""
    rows = [
        {
            "at_ms": one.at_ms,
            "weighbridge": one.subject or None,
            "what": one.what,
            "since_ms": one.since_ms,
            "enterprise": one.enterprise or None,
            "causes": list(one.causes),
            "zh": one.text.zh,
            "en": one.text.en,
        }
        for one in notices
    ]
    body = json.dumps({"notices": rows}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if to.secret:
        headers[SIGNATURE] = hmac.new(to.secret.encode(), body, hashlib.sha256).hexdigest()
    return Sending(to.url, headers, body)


def as_wecom(notices: Sequence[Notice], to: Address, _at_ms: int) -> Sending:
    message = {"msgtype": "markdown", "markdown": {"content": markdown(notices)}}
    return _posted(to.url, message)


def as_dingtalk(notices: Sequence[Notice], to: Address, at_ms: int) -> Sending:
    message = {
        "msgtype": "markdown",
        "markdown": {"title": TITLE, "text": markdown(notices)},
    }
    url = to.url
    if to.secret:
        text = f"{at_ms}\n{to.secret}".encode()
        digest = hmac.new(to.secret.encode(), text, hashlib.sha256).digest()
        sign = quote_plus(base64.b64encode(digest))
        url += f"{'&' if '?' in url else '?'}timestamp={at_ms}&sign={sign}"
    return _posted(url, message)


FORMS: dict[str, Callable[[Sequence[Notice], Address, int], Sending]] = {
    "json": as_json,
    "wecom": as_wecom,
    "dingtalk": as_dingtalk,
}


def markdown(notices: Sequence[Notice]) -> str:
    """Chinese with English under it, cut to what a robot takes, saying how many were left out."""
    kept: list[str] = []
    for place, one in enumerate(notices):
        part = f"- {one.text.zh}\n\n  {one.text.en}"
        rest = f"\n\n… 另有 {len(notices) - place} 条 / {len(notices) - place} more"
        if len("\n\n".join([*kept, part, rest]).encode()) > LARGEST_MARKDOWN_BYTES:
            kept.append(rest.strip())
            break
        kept.append(part)
    return "\n\n".join(kept)


def fault_of(kind: str, status: int, body: bytes) -> str | None:
    """Why a message was not taken; None: it was."""
    if not 200 <= status < 300:
        return f"HTTP {status}"
    if kind == "json":
        return None
    try:
        answer = json.loads(body)
        code = answer["errcode"]
    except (ValueError, KeyError, TypeError):
        return "no errcode in the answer"
    return None if code == 0 else f"errcode {code}: {str(answer.get('errmsg', ''))[:80]}"


def _posted(url: str, message: object) -> Sending:
    body = json.dumps(message, ensure_ascii=False).encode()
    return Sending(url, {"Content-Type": "application/json"}, body)
