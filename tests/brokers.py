"""Real brokers for tests: mosquitto on a free port, that can be killed and restarted."""

import contextlib
import queue
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

START_LIMIT_S = 10.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for_port(port: int, limit_s: float = START_LIMIT_S) -> None:
    """Return as soon as something listens on the port."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


class Mosquitto:
    """One mosquitto process; its sessions and retained messages live in its folder."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, config: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-c", str(self._config)], stdout=log, stderr=log
            )
        wait_for_port(self.port)

    def wait_for_client(self, name: str, limit_s: float = START_LIMIT_S) -> None:
        """Return as soon as the log says that such a client has connected."""
        end = time.monotonic() + limit_s
        while f" as {name}" not in (self.folder / "mosquitto.log").read_text(errors="replace"):
            if time.monotonic() > end:
                raise TimeoutError(f"{name} does not connect")
            time.sleep(0.02)

    def end(self, how: signal.Signals) -> None:
        """Send the signal and wait until the process is gone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """As a power cut would: nothing is written any more."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """Cleanly: mosquitto writes its sessions and retained messages."""
        self.end(signal.SIGTERM)

    def restart(self) -> None:
        """Stop cleanly and start again on the same port."""
        self.stop()
        self.start()


@contextlib.contextmanager
def mosquitto_broker(folder: Path, config: Path | None = None) -> Iterator[Mosquitto]:
    """A running mosquitto; without `config`, an open one with persistence in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    if config is None:
        config = folder / "mosquitto.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nmax_queued_messages 0\nautosave_interval 1\n",
            encoding="utf-8",
        )
        folder.chmod(0o777)
    else:
        port = int(config.read_text(encoding="utf-8").split("listener ")[1].split()[0])
    broker = Mosquitto(folder, config, port)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


class Listener:
    """An MQTT client that notes what it hears; `wait` gives the next message."""

    def __init__(
        self,
        port: int,
        client_id: str,
        account: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.heard: queue.Queue[paho.MQTTMessage] = queue.Queue()
        self.reason: ReasonCode | None = None
        self._answered = threading.Event()
        self._subscribed = threading.Event()
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        if account is not None:
            self.client.username_pw_set(*account)
        if tls is not None:
            self.client.tls_set_context(tls)
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._answered.wait(5)

    def _on_connect(self, *facts: Any) -> None:
        self.reason = facts[3]
        self._answered.set()

    def subscribe(self, *topics: str) -> None:
        self._subscribed.clear()
        self.client.subscribe([(topic, 1) for topic in topics])
        assert self._subscribed.wait(5)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send with QoS 1 and wait for the broker's acknowledgement."""
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def wait(self, limit_s: float = 5.0) -> tuple[str, bytes]:
        message = self.heard.get(timeout=limit_s)
        return message.topic, bytes(message.payload)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
