"""Page 11, 数据质量: how complete, how prompt and how sound each weighbridge's records are.

Owed counts are by sequence number: what the books themselves say must exist.
"""

from collections import defaultdict

from collector.pages.page import Cell, Column, Look, Page, lines
from collector.reconcile import Run
from collector.rules.k4_records_owed import gaps, tail
from collector.rules.shape import Expression, number
from weighbook.phrase import Phrase

COLUMNS = (
    Column("weighbridge", "磅房", "Weighbridge", Look.TEXT, 14),
    Column("name", "名称", "Name", Look.TEXT, 24),
    Column("due", "应报条数", "Records due", Look.COUNT, 11),
    Column("held", "实报条数", "Records held", Look.COUNT, 11),
    Column("missing", "缺失条数", "Missing", Look.COUNT, 10),
    Column("ranges", "缺失号段", "Missing ranges", Look.TEXT, 40),
    Column("latest_ms", "迟报最大时长(小时)", "Longest delay (h)", Look.HOURS, 13),
    Column("refused", "拒收条数", "Quarantined", Look.COUNT, 10),
    Column("bad_signatures", "签名失败", "Bad signatures", Look.COUNT, 10),
    Column("broken", "断链条数", "Broken links", Look.COUNT, 10),
    Column("software", "软件版本", "Software", Look.TEXT, 18),
    Column("certificate", "检定证书", "Certificate", Look.TEXT, 24),
)


def page(run: Run) -> Page:
    found: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in lines(run.tables.weighbridges):
        found[row["weighbridge"]].update(name=row["name"], certificate=row["certificate"])
    for row in lines(held(run.tables.records)):
        found[row["weighbridge"]].update(row)
    for row in lines(refused(run.tables.quarantine)):
        found[row["weighbridge"]].update(row)
    missing = missing_records(run)
    rows = tuple(
        tuple(described(place, found[place], missing[place])[c.key] for c in COLUMNS)
        for place in sorted({*found, *missing} - {""})
    )
    return Page(
        11,
        "quality",
        Phrase("数据质量", "Data quality"),
        COLUMNS,
        rows,
        summed=False,
        remark=Phrase(
            "应报按记录连续序号计算。", "Records due are counted by their sequence numbers."
        ),
    )


def held(records: Expression) -> Expression:
    return records.group_by("weighbridge").agg(
        held=records.count().cast("int64"),
        latest_ms=number((records.received_ms - records.at_ms).max()),
        broken=number((1 - records.intact).sum()),
        software=records.software.max(),
    )


def refused(quarantine: Expression) -> Expression:
    bad = quarantine.code == "E_SIG"
    return quarantine.group_by("weighbridge").agg(
        refused=quarantine.count().cast("int64"), bad_signatures=number(bad.ifelse(1, 0).sum())
    )


def missing_records(run: Run) -> dict[str, list[tuple[str, int]]]:
    """weighbridge → (range, how many), in order."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    owed = gaps(run.tables.records).union(tail(run.tables.heads, run.period))
    for row in sorted(lines(owed), key=lambda row: str(row["evidence"])):
        place = row["evidence"].removeprefix(f"missing:{row['weighbridge']}/")
        found[row["weighbridge"]].append((place, row["missing"]))
    return found


def described(
    weighbridge: str, facts: dict[str, Cell], missing: list[tuple[str, int]]
) -> dict[str, Cell]:
    count = sum(number for _, number in missing)
    counted = int(facts.get("held") or 0)
    blank: dict[str, Cell] = dict.fromkeys(("name", "software", "certificate"), "")
    zero: dict[str, Cell] = dict.fromkeys(("refused", "bad_signatures", "broken"), 0)
    return {
        **blank,
        **zero,
        "latest_ms": None,
        **facts,
        "weighbridge": weighbridge,
        "held": counted,
        "missing": count,
        "due": counted + count,
        "ranges": "、".join(place for place, _ in missing),
    }
