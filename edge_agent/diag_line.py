"""Checks of the line to the collector: reached, welcomed as who we are, and what waits to be sent.

The broker is greeted under a name of its own and nothing is published, so that a running agent is
not disturbed.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.config import AgentConfig
from edge_agent.finding import WELL, Finding
from edge_agent.shown_time import shown_time
from edge_agent.site import Site, load_account
from edge_agent.status import read_status
from edge_agent.uplink import KEEPALIVE_S, PROTOCOLS, Account
from weighbook.phrase import Phrase

CONNECT_S = 5.0
WELCOME_S = 3.0
SPOKEN = {MQTTProtocolVersion.MQTTv5: "MQTT 5", MQTTProtocolVersion.MQTTv311: "MQTT 3.1.1"}

UNREACHED = Phrase("检查网线、路由和平台地址", "check cable, route and address")
UNANSWERED = Phrase("此端口不是消息服务，请核对地址", "no broker answers there: check the address")
UNSAFE = Phrase(
    "平台证书不符，请重新接受登记包", "its certificate is another: accept the bundle again"
)
UNKNOWN = Phrase("账号或密码不被接受，请重新登记", "name or password is not accepted: enrol again")


def check_line(config: AgentConfig) -> Iterator[Finding]:
    """From the cable to the receipt, as far as it goes."""
    account = load_account(Site(config.state))
    if account is None:
        words = Phrase("尚未登记", "not enrolled")
        yield Finding("mqtt", ok=False, measured="no account", limit="1", words=words)
        return
    host, port = config.mqtt.host or account.host, config.mqtt.port or account.port
    reached = Account(host, port, account.username, account.password, account.ca)
    connected = _reach(reached)
    yield connected
    if connected.ok:
        yield greet(reached, config.weighbridge)
    yield from _waiting(config)


def _reach(account: Account) -> Finding:
    place = f"{account.host}:{account.port}"
    began = time.monotonic()
    try:
        socket.create_connection((account.host, account.port), CONNECT_S).close()
    except OSError as error:
        return Finding("mqtt", ok=False, measured=str(error), limit=place, words=UNREACHED)
    took_ms = round(1_000 * (time.monotonic() - began))
    return Finding("mqtt", ok=True, measured=f"{took_ms} ms", limit=place, words=WELL)


def greet(account: Account, weighbridge: str, welcome_s: float = WELCOME_S) -> Finding:
    """In each version of MQTT until one is answered."""
    limit = account.username
    for protocol in PROTOCOLS:
        greeting = Greeting(account, f"weighhouse-{weighbridge}-diag", protocol)
        try:
            reason = greeting.wait(welcome_s)
        except ssl.SSLError as error:
            return Finding("welcome", ok=False, measured=str(error), limit=limit, words=UNSAFE)
        except OSError as error:
            return Finding("welcome", ok=False, measured=str(error), limit=limit, words=UNANSWERED)
        if reason is not None and not reason.is_failure:
            return Finding("welcome", ok=True, measured=SPOKEN[protocol], limit=limit, words=WELL)
        if reason is not None and "protocol" not in str(reason):
            return Finding("welcome", ok=False, measured=str(reason), limit=limit, words=UNKNOWN)
    return Finding("welcome", ok=False, measured="no answer", limit=limit, words=UNANSWERED)


class Greeting:
    """One CONNECT and what the broker says to it."""

    def __init__(self, account: Account, client_id: str, protocol: MQTTProtocolVersion) -> None:
        self._account = account
        self._answered = threading.Event()
        self._reason: ReasonCode | None = None
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=protocol,
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(account.username, account.password)
        if account.ca:
            self._client.tls_set_context(ssl.create_default_context(cadata=account.ca))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = lambda *_: self._answered.set()

    def wait(self, limit_s: float) -> ReasonCode | None:
        """The answer; None if none came. Errors: OSError."""
        try:
            self._client.connect(self._account.host, self._account.port, KEEPALIVE_S)
            self._client.loop_start()
            self._answered.wait(limit_s)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
        return self._reason

    def _on_connect(self, *facts: Any) -> None:
        self._reason = facts[3]
        self._answered.set()


def _waiting(config: AgentConfig) -> Iterator[Finding]:
    """What has no receipt, and how long sales may go on without one."""
    status = read_status(config.state)
    if status is None:
        return
    lease_ms, oldest_ms = status["lease_until_ms"], status["oldest_unsent_ms"]
    oldest = "—" if oldest_ms is None else shown_time(oldest_ms)
    measured = f"{status['unsent']} 条 / records, {oldest}"
    ok = time.time_ns() // 1_000_000 < lease_ms
    words = WELL if ok else Phrase("恢复联网，或请能源局延期", "reconnect, or ask for an extension")
    yield Finding("outbox", ok, measured, f"< {shown_time(lease_ms)}", words)
