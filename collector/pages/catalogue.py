"""The pages of the monthly report in the order of its sheets; what is not here comes later."""

from collections.abc import Callable

from collector.pages import halts, overview, problems, quality, tickets, weighings
from collector.pages.page import Page
from collector.reconcile import Run

PAGES: tuple[Callable[[Run], Page], ...] = (
    overview.page,
    tickets.page,
    weighings.page,
    halts.page,
    problems.page,
    quality.page,
)


def pages_of(run: Run) -> tuple[Page, ...]:
    return tuple(page(run) for page in PAGES)
