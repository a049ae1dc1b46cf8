"""Heartbeats name the configuration and the software behind them: changes nobody approved. Pure.

A changed configuration is F-X05 unless two officers approved the site (a RELEASE of SITE) within a
day before it was seen; software that is not on the bureau's list of releases is F-X08. Either is an
alert: the deck goes on selling, a person looks.
"""

from collections.abc import Iterator

from collector.ingest import Alert
from weighbook.receipts import Checkpoint

CONFIG_CHANGED = "F-X05"
PROGRAM_ALTERED = "F-X08"
APPROVAL_REACH_MS = 24 * 3_600_000


def site_alerts(
    before: Checkpoint | None,
    after: Checkpoint,
    approved_ms: int | None,
    releases: tuple[str, ...],
) -> Iterator[Alert]:
    """`approved_ms`: when the site was approved last; `releases`: none listed, none asked for."""
    if before is not None and before.config != after.config:
        is_approved = approved_ms is not None and after.at_ms - approved_ms <= APPROVAL_REACH_MS
        if not is_approved:
            was, now = before.config.hex()[:16], after.config.hex()[:16]
            yield Alert(CONFIG_CHANGED, f"configuration {was} -> {now}")
    if releases and after.software not in releases:
        yield Alert(PROGRAM_ALTERED, f"software {after.software}"[:200])
