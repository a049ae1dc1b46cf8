"""What systemd hears (sd_notify(3)): ready, alive, stopping; nothing if it did not start us.

Alive is said only while every worker's beat is fresh: a thread that hangs is a missing ping, and
the service is restarted. A worker on the network may be held up by name servers and slow lines for
minutes without harm, for selling goes on offline; its limit is wide.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

import structlog

BEAT_LIMIT_MS = 15_000  # half of WatchdogSec in systemd/edge-agent.service
NETWORK_LIMIT_MS = 300_000
NETWORK_WORKERS = frozenset({"uplink", "evidence", "pruning", "views"})
NETWORK_NAMES = ("onvif ", "probe ", "power ups")  # and the name of a camera, or a number
PING_EVERY_MS = 1_000

log = structlog.get_logger(__name__)


class Watchdog:
    """Pings for one agent; says in the log, once, which worker hangs."""

    def __init__(self) -> None:
        self._limit_ms = beat_limit_ms(os.environ.get("WATCHDOG_USEC", ""))
        self._pinged_ms: int | None = None
        self._stuck: frozenset[str] = frozenset()

    def ping(self, ages_ms: Mapping[str, int], now_ms: int) -> None:
        """READY with the first, then WATCHDOG about every second while all beats are fresh."""
        if self._pinged_ms is not None and now_ms - self._pinged_ms < PING_EVERY_MS:
            return
        stuck = stuck_workers(ages_ms, self._limit_ms)
        if stuck != self._stuck:
            log.error("workers hang", workers=sorted(stuck))
            self._stuck = stuck
        news = "READY=1\nWATCHDOG=1" if self._pinged_ms is None else "WATCHDOG=1"
        if not stuck and notify_systemd(news):
            self._pinged_ms = now_ms


def stuck_workers(ages_ms: Mapping[str, int], limit_ms: int) -> frozenset[str]:
    """Those whose beat is older than their limit."""
    network_ms = max(limit_ms, NETWORK_LIMIT_MS)
    return frozenset(
        worker
        for worker, age_ms in ages_ms.items()
        if age_ms > (network_ms if _is_on_network(worker) else limit_ms)
    )


def _is_on_network(worker: str) -> bool:
    return worker in NETWORK_WORKERS or worker.startswith(NETWORK_NAMES)


def beat_limit_ms(watchdog_usec: str) -> int:
    """Half of the time systemd waits for a ping; the default where it does not watch us."""
    return int(watchdog_usec) // 2_000 if watchdog_usec.isdecimal() else BEAT_LIMIT_MS


def notify_systemd(message: str) -> bool:
    """One datagram to the service manager, if one started us; False if it does not take it now.

    Never waits: a manager that hangs must not hold up the deciding thread.
    """
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return True
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(0)
        line.sendto(message.encode(), "\0" + place[1:] if place.startswith("@") else place)
        return True
    return False
