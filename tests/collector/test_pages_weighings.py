"""Page 3: loads and weights by day, weighbridge and product."""

from collector.pages import weighings
from collector.rules.shape import PASSAGE, REFUSED, SALE
from tests.collector.runs import HOUR_MS, PERIOD, maps, run_with

AT = PERIOD.from_ms


def weighing(kind: int, seq: int, source: str = "card", late_ms: int = 0) -> tuple[object, ...]:
    place = ("W1", "E1", 1, seq, AT, "2026-07-01", AT + late_ms)
    sold = (15_000, 48_000, 33_000) if kind == SALE else (None, None, None)
    return (*place, kind, "COAL", "RAW", "T", "蒙K1", source, *sold, 48_000, 0)


def test_only_sales_weigh_and_the_rest_is_counted_beside() -> None:
    rows = [weighing(SALE, 1), weighing(SALE, 2), weighing(PASSAGE, 3), weighing(REFUSED, 4)]
    (line,) = maps(weighings.page(run_with(weighings=rows)))
    assert (line["sales"], line["gross_kg"], line["tare_kg"], line["net_kg"]) == (
        2,
        96_000,
        30_000,
        66_000,
    )
    assert (line["unticketed"], line["product"]) == (1, "原煤")


def test_what_a_hand_typed_or_came_late_is_counted() -> None:
    rows = [weighing(SALE, 1, source="operator"), weighing(SALE, 2, late_ms=HOUR_MS + 1)]
    (line,) = maps(weighings.page(run_with(weighings=rows)))
    assert (line["by_hand"], line["late"]) == (1, 1)


def test_a_month_without_weighings_is_an_empty_page() -> None:
    assert weighings.page(run_with()).rows == ()
