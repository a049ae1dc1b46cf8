"""The questions to one camera that gives nothing: its address, its port and service, the way there.

Each is bounded, and none logs in, for cameras lock accounts: whether login and path are right is
known to the reader of its stream.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from drivers.cameras import http_probe, rtsp_probe
from drivers.cameras.rtsp_words import DEFAULT_PORT
from drivers.cameras.sources import HTTP, RTSP, kind_of
from drivers.network.ping import ping
from drivers.network.reach import Door, knock
from drivers.network.routes import has_link, way_of

PROBE_S = 0.8
GATEWAY_PORT = 80

Answer = dict[str, Any]  # fields of reason_table.Probes
Job = Callable[[], Answer]


class Target(NamedTuple):
    """Whom to ask: the camera's address, without its login's use."""

    source: str
    host: str
    port: int
    kind: str


def target_of(source: str) -> Target | None:
    """None: a file or a folder has no network to ask, and what cannot be read none either."""
    kind = kind_of(source)
    if kind not in (RTSP, HTTP):
        return None
    try:
        parts = urlsplit(source)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host:
        return None
    usual = DEFAULT_PORT if kind == RTSP else http_probe.PORTS[parts.scheme.lower()]
    return Target(source, host, port or usual, kind)


def jobs_of(target: Target) -> tuple[Job, ...]:
    """The questions of one round, each within its limit."""
    return (
        lambda: {"ping": ping(target.host, PROBE_S)},
        lambda: _talk(target),
        lambda: _way(target.host),
    )


def _talk(target: Target) -> Answer:
    door = knock(target.host, target.port, PROBE_S)
    if door is not Door.OPEN:
        return {"door": door}
    if target.kind == RTSP:
        address = "rtsp://" + target.source.partition("://")[2]
        word = rtsp_probe.probe(address, PROBE_S, logs_in=False)
    else:
        word = http_probe.probe(target.source, PROBE_S)
    return {"door": door, "service": word or ""}


def _way(host: str) -> Answer:
    """Our own end, and the gateway; one that lets no ping pass may still refuse a port."""
    way = way_of(host)
    if way is None:
        return {}
    link = has_link(way.interface)
    if way.gateway is None or link is False:
        return {"link": link}
    answers = ping(way.gateway, PROBE_S)
    if answers is not True and lives(knock(way.gateway, GATEWAY_PORT, PROBE_S)):
        answers = True
    return {"link": link, "gateway": answers}


def is_there(answer: Answer) -> bool:
    """Whether a camera is known to be reached."""
    return answer.get("ping") is True or lives(answer.get("door"))


def lives(door: Door | None) -> bool:
    return door in (Door.OPEN, Door.REFUSED)
