"""The programs of the kill test, as functions for forked processes: an agent and a collector.

A fork of a parent that has everything loaded starts in milliseconds; a command line would not.
"""

import os
import time
from pathlib import Path

from collector.home import open_home
from collector.server import Parts, serve, stopped_by_signals
from edge_agent.config import load_config
from tests.site.rig import Rig, trade

PRELOADED = ["pytest", "tests.site.kill_workers"]
ALL_BUCKETS = frozenset(range(64))
IDLE_S = 0.01


def run_agent(config: Path, tickets: tuple[tuple[str, bytes], ...], log: Path) -> None:
    """Sells, ticket by ticket, from wherever the book ends; orderly stop on SIGTERM."""
    _log_to(log)
    with stopped_by_signals() as stop:
        rig = Rig(load_config(config)[0])
        rig.prove()
        assert rig.fault is None, rig.fault
        while not stop.is_set():
            if not (rig.is_open and trade(rig, tickets)):
                rig.wait(1)
                time.sleep(IDLE_S)
        rig.stop()


def run_collector(home: Path, log: Path) -> None:
    """All of the collector but its broker and its web."""
    _log_to(log)
    with stopped_by_signals() as stop:
        serve(open_home(home), Parts(ALL_BUCKETS, broker=False, web=False), stop, lambda: None)


def _log_to(log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
