"""Page 3, 过磅明细汇总: loads and weights by day, weighbridge and product.

Beside the sales: passages without a ticket, weighings whose plate a person typed, and records that
came more than an hour late.
"""

from collector.pages.page import Cell, Column, Look, Page, in_order, lines
from collector.reconcile import Run
from collector.rules.shape import PASSAGE, SALE, Expression, number
from collector.rules.w01_unticketed_passages import LOADED_KG
from weighbook.phrase import Phrase

LATE_MS = 3_600_000
BY_HAND = ("operator", "manual")

COLUMNS = (
    Column("day", "日期", "Day", Look.DAY, 12),
    Column("weighbridge", "磅房", "Weighbridge", Look.TEXT, 14),
    Column("product", "产品", "Product", Look.TEXT, 18),
    Column("sales", "车次", "Loads", Look.COUNT, 10),
    Column("gross_kg", "毛重(吨)", "Gross (t)", Look.TONNES, 15),
    Column("tare_kg", "皮重(吨)", "Tare (t)", Look.TONNES, 15),
    Column("net_kg", "净重(吨)", "Net (t)", Look.TONNES, 15),
    Column("unticketed", "无票次数", "Without ticket", Look.COUNT, 10),
    Column("by_hand", "人工干预次数", "By hand", Look.COUNT, 12),
    Column("late", "补传条数", "Sent late", Look.COUNT, 10),
)


def page(run: Run) -> Page:
    names = {row["product"]: row["name"] for row in lines(run.tables.products)}
    rows = in_order(
        tuple(shown(row, names)[column.key] for column in COLUMNS)
        for row in lines(by_day(run.tables.weighings))
    )
    return Page(
        3,
        "weighings",
        Phrase("过磅明细汇总", "Weighings by day"),
        COLUMNS,
        rows,
        summed=True,
        remark=Phrase(
            "车次与重量只计已成交的过磅；补传指迟到一小时以上的记录。",
            "Loads and weights are of accepted sales; late means more than an hour.",
        ),
    )


def by_day(weighings: Expression) -> Expression:
    sold = weighings.kind == SALE
    unticketed = (weighings.kind == PASSAGE) & (weighings.loaded_kg > LOADED_KG)
    late = weighings.received_ms - weighings.at_ms > LATE_MS
    return weighings.group_by(["day", "weighbridge", "product"]).agg(
        sales=tally(sold),
        gross_kg=number(sold.ifelse(weighings.gross_kg, 0).sum()),
        tare_kg=number(sold.ifelse(weighings.tare_kg, 0).sum()),
        net_kg=number(sold.ifelse(weighings.net_kg, 0).sum()),
        unticketed=tally(unticketed),
        by_hand=tally(weighings.plate_source.isin(BY_HAND)),
        late=tally(late),
    )


def tally(condition: Expression) -> Expression:
    """How many rows the condition holds for; an unknown weight is not a load."""
    return number(condition.fill_null(False).ifelse(1, 0).sum())  # noqa: FBT003  the value, not a switch


def shown(row: dict[str, Cell], names: dict[str, str]) -> dict[str, Cell]:
    product = str(row["product"])
    return {**row, "product": names.get(product, product) or "—"}
