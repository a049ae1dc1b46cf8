"""The embedded broker: amqtt in a thread of the collector, for a county without a server room.

It keeps nothing over a restart and forgets a message that a killed subscriber had not acknowledged
(measured on amqtt 0.12.1); both are harmless, because only the collector's receipt takes a record
off an agent's outbox, and receipts and orders are published again at every start. Its persistent
sessions are not used: a connection that takes one over while the old still stands stays deaf, and
what waits for an absent client has no bound. It speaks MQTT 3.1.1 only and is meant for up to a few
hundred weighbridges; beyond that, or where the network is not the bureau's own, run mosquitto
(`collector broker config`).
"""

import asyncio
import contextlib
import logging
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import Action
from amqtt.errors import BrokerError, PluginError, PluginLoadError
from amqtt.session import Session
from dacite import DaciteError

from collector.broker_gate import may
from weighbook.phrase import Phrase, Refusal

START_LIMIT_S = 10.0
STOP_LIMIT_S = 5.0
SHUTDOWN_LIMIT_S = 0.5
MOST_CONNECTIONS = 1_000
UNASKED_QOS = 0  # our clients all ask with 1
GATE = "collector.broker_gate.RegistryGate"


@dataclass(frozen=True)
class EmbeddedSettings:
    """Where to listen; with `certificate` and `key` (PEM files) the listener speaks TLS."""

    database: Path
    host: str
    port: int
    username: str
    client_prefix: str
    certificate: Path | None = None
    key: Path | None = None
    # The collector's own password lives in this process alone.
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


class CountyBroker(Broker):  # type: ignore[misc] # amqtt ships no types
    """amqtt without two of its habits (0.12.1), each of which can leave a client deaf for good.

    It hands every new connection what is retained for everybody's subscriptions, past the gate,
    and it gives up control while it walks its subscriptions, which a new one then upsets.
    """

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        if subscription[1] != UNASKED_QOS:
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        return may(session, topic, action)


class EmbeddedBroker:
    """`start()` returns when it listens, `stop()` when its thread has ended."""

    def __init__(self, settings: EmbeddedSettings) -> None:
        self.settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)
        self._listening = threading.Event()
        self._failure: str | None = None
        self._broker: Broker | None = None

    def start(self) -> None:
        """Listen; `Refusal("E_BROKER")` if that is not possible (port taken, bad certificate)."""
        # Its loggers speak of every packet, payloads included.
        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._thread.start()
        self._listening.wait(START_LIMIT_S)
        if self._failure is not None or not self._listening.is_set():
            raise self._refusal()

    def stop(self) -> None:
        """Close the listener and every session; nothing is kept."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_LIMIT_S)

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._open())
            self._loop.run_forever()
            self._loop.run_until_complete(self._close())
        finally:
            self._listening.set()
            self._loop.close()

    async def _open(self) -> None:
        try:
            self._broker = CountyBroker(broker_config(self.settings), loop=self._loop)
            await self._broker.start()
        except (BrokerError, PluginError, PluginLoadError, DaciteError, OSError) as error:
            self._failure = str(error)
            self._loop.call_soon(self._loop.stop)
        self._listening.set()

    async def _close(self) -> None:
        if self._broker is not None and self._failure is None:
            # amqtt's own shutdown can wait for a client that does not answer.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._broker.shutdown(), SHUTDOWN_LIMIT_S)
        leftovers = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in leftovers:
            task.cancel()
        if leftovers:
            await asyncio.wait(leftovers, timeout=SHUTDOWN_LIMIT_S)

    def _refusal(self) -> Refusal:
        where = f"{self.settings.host}:{self.settings.port}"
        why = self._failure or "no answer"
        return Refusal(
            "E_BROKER",
            Phrase(f"内置消息服务无法在 {where} 启动:{why}。", f"The broker cannot listen: {why}."),
            Phrase(
                "请检查端口是否被占用、证书文件是否存在。",
                "See whether the port is taken and the certificate files exist.",
            ),
        )


def broker_config(settings: EmbeddedSettings) -> dict[str, Any]:
    """What amqtt is told: one listener, our gate, no other plugin (its default lets anyone in)."""
    listener: dict[str, Any] = {
        "type": "tcp",
        "bind": f"{settings.host}:{settings.port}",
        "max_connections": MOST_CONNECTIONS,
    }
    if settings.certificate is not None and settings.key is not None:
        listener |= {
            "ssl": True,
            "certfile": str(settings.certificate),
            "keyfile": str(settings.key),
        }
    gate = {
        "database": str(settings.database),
        "username": settings.username,
        "password": settings.password,
        "client_prefix": settings.client_prefix,
    }
    return {"listeners": {"default": listener}, "plugins": {GATE: gate}}
