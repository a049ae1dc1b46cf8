"""Checks of a site's power: what its sources say, or what the running agent has heard of them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from edge_agent.config import AgentConfig
from edge_agent.diag_devices import running_status
from edge_agent.finding import WELL, Finding
from edge_agent.power_watch import asked, sources_of
from edge_agent.power_words import power_words, supply_words
from edge_agent.supply import MAINS_LOST, Supply, after, shown
from weighbook.phrase import Phrase

UNWATCHED = Phrase(
    "没有监视市电：断电只能在重新启动后知道；见 [power]",
    "mains are not watched: a power cut is known only after the next start; see [power]",
)


def check_power(config: AgentConfig) -> Iterator[Finding]:
    """Whether there is mains power, by each source; none is no fault, but is said."""
    status = running_status(config)
    supplies = _asked(config) if status is None else status.get("power", [])
    if not supplies:
        yield Finding("power", ok=True, measured="—", limit="—", words=UNWATCHED)
    for one in supplies:
        yield _found(one)


def _asked(config: AgentConfig) -> list[Mapping[str, Any]]:
    """Each source, once."""
    told: list[Mapping[str, Any]] = []
    for name, source in sources_of(config.power).items():
        with closing(source):
            seen = asked(name, source)
        supply = after(Supply(), seen, config.power.silent_ms)
        told.append(shown(name, supply, silent=seen.mains is None))
    return told


def _found(one: Mapping[str, Any]) -> Finding:
    ok = bool(one["mains"]) and not one["silent"]
    reason = one["detail"] if one["silent"] else MAINS_LOST
    known = power_words(str(one["source"]), str(reason))
    words = WELL if ok or known is None else known.remedy
    measured = str(supply_words(one)).replace("\n", " / ")
    return Finding(f"power {one['source']}", ok, measured, "市电 / mains", words)
