"""`collector run` and `collector ingest`: broker if embedded, line, writer, pictures; one process.

Threads: `broker` (amqtt's loop), `line` (the MQTT connection; paho has a network thread beneath
it), `writer` (the only one that touches the database for writing), `web` (uvicorn). SIGTERM sets
one event; the line closes, the writer ends after the payload it is at, the broker last. Whatever
was not acknowledged comes again at the next start.
"""

import queue
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from collector.broker import EmbeddedBroker, EmbeddedSettings
from collector.broker_files import known_names, write_certificates
from collector.buckets import client_id, subscriptions
from collector.home import DATABASE_NAME, Home
from collector.mqtt import V311, Arrival, Line, LineSettings
from collector.notifier import Notifier
from collector.pictures import PictureStore, Quota, add_pictures
from collector.views import VIEWS_FOLDER, FrameStore, add_views
from collector.writer import Writer
from weighbook.phrase import Phrase, Refusal

STOP_LIMIT_S = 10.0
READY_LIMIT_S = 5.0
HEALTH_EVERY_S = 0.5
LARGEST_WEB_CONNECTIONS = 64
PICTURES_FOLDER = "pictures"
PASSWORD_FILE = Path("broker") / "collector.password"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What to run: everything for `run`, ingest alone for `ingest`."""

    buckets: frozenset[int]
    broker: bool = True
    web: bool = True


def serve(home: Home, parts: Parts, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Run until `stop`; `ready` is called once everything listens, or a broker keeps us waiting.

    Refusals: E_BROKER, E_WEB (the port cannot be opened), E_NO_KEY; RuntimeError if a thread died.
    """
    home.key("receipt")  # without it no receipt can be signed: said now, not in a thread
    inbox: queue.Queue[Arrival] = queue.Queue(home.config.ingest.inbox_messages)
    with embedded_broker(home, parts) as broker, web_server(home, parts) as web:
        password = None if broker is None else broker.settings.password
        line = Line(line_settings(home, parts.buckets, password), inbox)
        if broker is not None:
            line.protocol = V311  # amqtt speaks nothing newer
        threads = (
            threading.Thread(target=line.run, args=(stop,), name="line"),
            threading.Thread(target=write, args=(home, parts.buckets, line, inbox, stop)),
            *notifiers(home, parts, stop),
        )
        for thread in threads:
            thread.start()
        try:
            # An embedded broker keeps nothing for who has not subscribed yet.
            line.wait_until_up(READY_LIMIT_S)
            ready()
            needed = [part for part in (*threads, broker, web) if part is not None]
            while not stop.wait(HEALTH_EVERY_S):
                if not all(part.is_alive() for part in needed):
                    raise RuntimeError("a thread of the collector has ended")
        finally:
            stop.set()
            line.drop()
            for thread in threads:
                thread.join(STOP_LIMIT_S)


def write(
    home: Home,
    buckets: frozenset[int],
    line: Line,
    inbox: "queue.Queue[Arrival]",
    stop: threading.Event,
) -> None:
    """The writer's thread, with a database connection of its own."""
    db = home.connect()
    try:
        Writer(replace(home, db=db), buckets, line).run(inbox, stop)
    finally:
        db.close()


def notifiers(home: Home, parts: Parts, stop: threading.Event) -> tuple[threading.Thread, ...]:
    """Who tells others, where the settings name some: once in a county, beside the pages."""
    if not parts.web or not home.config.notify:
        return ()
    return (threading.Thread(target=notify, args=(home, stop), name="notify"),)


def notify(home: Home, stop: threading.Event) -> None:
    """The notifier's thread, with a database connection of its own."""
    db = home.connect()
    try:
        Notifier(replace(home, db=db)).run(stop)
    finally:
        db.close()


def line_settings(home: Home, buckets: frozenset[int], password: str | None) -> LineSettings:
    """The collector's own connection; `password` is the embedded broker's, if there is one."""
    broker = home.config.broker
    embedded = password is not None
    return LineSettings(
        host=broker.host,
        port=broker.port,
        client_id=client_id(broker.client_prefix, buckets),
        subscriptions=subscriptions(buckets),
        username=broker.username,
        password=password if password is not None else read_password(home),
        tls=broker.tls,
        ca_file=broker.ca_file or (str(home.path / "broker" / "ca.crt") if embedded else None),
        persistent=not embedded,
    )


def read_password(home: Home) -> str:
    """The collector's password on an external broker; empty if it has none."""
    named = home.config.broker.password_file
    path = Path(named) if named else home.path / PASSWORD_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


@contextmanager
def embedded_broker(home: Home, parts: Parts) -> Iterator[EmbeddedBroker | None]:
    """The broker, if it is to run here."""
    settings = home.config.broker
    if not parts.broker or settings.mode != "embedded":
        yield None
        return
    folder = home.path / "broker"
    if settings.tls:
        list(write_certificates(folder, known_names(settings)))
    broker = EmbeddedBroker(
        EmbeddedSettings(
            database=home.path / DATABASE_NAME,
            host=settings.host,
            port=settings.port,
            username=settings.username,
            client_prefix=settings.client_prefix,
            certificate=folder / "server.crt" if settings.tls else None,
            key=folder / "server.key" if settings.tls else None,
        )
    )
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextmanager
def web_server(home: Home, parts: Parts) -> Iterator[threading.Thread | None]:
    """The picture upload, if it is to run here."""
    if not parts.web:
        yield None
        return
    settings = home.config.web
    config = uvicorn.Config(
        make_app(home),
        host=settings.host,
        port=settings.port,
        limit_concurrency=LARGEST_WEB_CONNECTIONS,
        log_config=None,
        server_header=False,
    )
    server = uvicorn.Server(config)
    listener = open_port(settings.host, settings.port)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True
    )
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(STOP_LIMIT_S)
        listener.close()


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket; uvicorn's own way of not getting one is to end the thread."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=LARGEST_WEB_CONNECTIONS)
    except OSError as error:
        raise Refusal(
            "E_WEB",
            Phrase(
                f"网页服务无法在 {host}:{port} 启动:{error.strerror}。",
                f"The web server cannot listen on {host}:{port}: {error.strerror}.",
            ),
            Phrase(
                "请检查端口是否被占用,或在 collector.toml 的 [web] 中另选一个。",
                "See whether the port is taken, or choose another under [web] in collector.toml.",
            ),
        ) from None


def make_app(home: Home) -> FastAPI:
    """What the collector answers over HTTP."""
    app = FastAPI(title="Weighhouse", docs_url=None, redoc_url=None, openapi_url=None)
    store = PictureStore(home.path / PICTURES_FOLDER, home.config.web.largest_picture_bytes)

    def connect() -> sqlite3.Connection:
        return home.connect(read_only=True)

    add_pictures(app, store, connect, Quota(home.now_ms))
    add_views(app, FrameStore(home.path / VIEWS_FOLDER), connect, home.now_ms)
    return app


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    before = [
        (number, signal.signal(number, lambda *_: stop.set()))
        for number in (signal.SIGTERM, signal.SIGINT)
    ]
    try:
        yield stop
    finally:
        for number, action in before:
            signal.signal(number, action)
