"""Page 6, 停机停销与恢复审批表: when sales were closed, why, how they came open again, and by whom.

Halt causes from the books, suspensions from the bureau's orders, dark intervals from the restart
records. Under a permit: its measures, and the loads and tonnes sold in its name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from collector.causes import CAUSES
from collector.pages.page import Cell, Column, Look, Page, in_order, lines
from collector.reconcile import Run
from collector.rules.shape import number
from collector.tables import OPEN_MS
from weighbook.phrase import Phrase

Facts = Mapping[str, Any]
Key = tuple[str, int]

COLUMNS = (
    Column("weighbridge", "磅房", "Weighbridge", Look.TEXT, 14),
    Column("from_ms", "停销开始", "From", Look.TIME, 20),
    Column("to_ms", "停销结束", "To", Look.TIME, 20),
    Column("lasted_ms", "历时(小时)", "Lasted (h)", Look.HOURS, 11),
    Column("cause", "原因", "Cause", Look.TEXT, 30),
    Column("reported_ms", "上报时间", "Reported", Look.TIME, 20),
    Column("ended", "恢复方式", "How resumed", Look.TEXT, 16),
    Column("approved_by", "批准人", "Approved by", Look.TEXT, 20),
    Column("measures", "临时措施", "Measures", Look.TEXT, 34),
    Column("permit_sales", "许可期内车次", "Loads under permit", Look.COUNT, 12),
    Column("permit_net_kg", "许可期内吨数(吨)", "Tonnes under permit", Look.TONNES, 14),
)


def page(run: Run) -> Page:
    facts = (*episodes(run), *suspensions(run), *darks(run))
    rows = in_order(tuple(fact.get(column.key) for column in COLUMNS) for fact in facts)
    return Page(
        6,
        "halts",
        Phrase("停机停销与恢复审批表", "Halts, suspensions and approvals"),
        COLUMNS,
        rows,
        summed=False,
        remark=Phrase("结束栏空白:月末仍未恢复。", "An empty end: not resumed at the month's end."),
    )


def episodes(run: Run) -> Iterator[dict[str, Cell]]:
    permits = keyed(lines(run.tables.permits))
    releases = keyed(lines(run.tables.releases))
    uses = permit_uses(run)
    for row in lines(run.tables.episodes):
        permit = permits.get((row["weighbridge"], row["permit"]))
        release = releases.get((row["weighbridge"], row["release"]))
        yield {
            **ends(row),
            "cause": worded(row["code"], row["subject"]),
            "reported_ms": row["reported_ms"],
            "ended": way(row, permit, release),
            "approved_by": signers(release or permit),
            "measures": permit["measures"] if permit else None,
            **(uses.get((row["weighbridge"], row["permit"]), {}) if permit else {}),
        }


def suspensions(run: Run) -> Iterator[dict[str, Cell]]:
    for row in lines(run.tables.suspensions):
        if row["from_ms"] < run.period.to_ms and row["to_ms"] > run.period.from_ms:
            still = row["to_ms"] in (OPEN_MS,) or row["to_ms"] > run.period.to_ms
            shown = {**row, "to_ms": None if still else row["to_ms"]}
            cause = f"停票停销指令 {row['number']} 号:{row['reason']}"
            yield {**ends(shown), "cause": cause, "ended": None if still else "到期或解除"}


def darks(run: Run) -> Iterator[dict[str, Cell]]:
    for row in lines(run.tables.darks):
        cause = "离线(正常关机)" if row["clean"] else "离线(非正常关机)"
        yield {**ends(row), "cause": cause, "ended": "重新启动"}


def keyed(rows: list[dict[str, Any]]) -> dict[Key, Facts]:
    return {(row["weighbridge"], row["number"]): row for row in rows}


def permit_uses(run: Run) -> dict[Key, dict[str, Cell]]:
    """What was sold in the month in each permit's name."""
    uses = run.tables.sale_permits
    sums = uses.group_by(["weighbridge", "number"]).agg(
        permit_sales=uses.count().cast("int64"), permit_net_kg=number(uses.net_kg.sum())
    )
    return {
        (row["weighbridge"], row["number"]): {
            "permit_sales": row["permit_sales"],
            "permit_net_kg": row["permit_net_kg"],
        }
        for row in lines(sums)
    }


def ends(row: Facts) -> dict[str, Cell]:
    to_ms = row["to_ms"]
    lasted_ms = None if to_ms is None else to_ms - row["from_ms"]
    place = row["weighbridge"]
    return {"weighbridge": place, "from_ms": row["from_ms"], "to_ms": to_ms, "lasted_ms": lasted_ms}


def worded(code: str, subject: str) -> str:
    name = f"{CAUSES.get(code, '')} {code}".strip()
    return f"{name}({subject})" if subject else name


def way(row: Facts, permit: Facts | None, release: Facts | None) -> str | None:
    if release:
        return f"审批(指令 {row['release']} 号)"
    if permit:
        return f"临时许可({row['permit']} 号)"
    return None if row["to_ms"] is None else "自动"


def signers(order: Facts | None) -> str | None:
    return "、".join(name for name in (order["by1"], order["by2"]) if name) if order else None
