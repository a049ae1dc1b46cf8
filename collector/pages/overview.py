"""Page 1, 总表: one line per enterprise — loads, tonnes, tickets, closed hours, findings.

Columns for output, invoices, taxes and fees keep their places and stay empty until those files are
imported.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from collector.pages.page import Cell, Column, Look, Page, lines
from collector.reconcile import Run
from weighbook.phrase import Phrase

T, C, W, H = Look.TEXT, Look.COUNT, Look.TONNES, Look.HOURS
FAMILY_NAMES = {"COAL": "煤炭", "NONCOAL": "非煤"}
GRAVE = ("critical", "high")

COLUMNS = (
    Column("no", "序号", "No.", T, 6),
    Column("enterprise_name", "企业名称", "Enterprise", T, 26),
    Column("uscc", "统一社会信用代码", "Credit code", T, 22),
    Column("licence_no", "采矿许可证号", "Mining licence", T, 26),
    Column("minerals", "矿种", "Mineral", T, 10),
    Column("weighbridges", "磅房编号", "Weighbridges", T, 16),
    Column("capacity_10kt", "核定产能(万吨/年)", "Capacity (10 kt/a)", T, 12),
    Column("output_kg", "本月产量(吨)", "Output (t)", W, 14),
    Column("output_year_kg", "本年累计产量(吨)", "Output this year (t)", W, 14),
    Column("capacity_share", "产能占比(%)", "Share of capacity (%)", T, 10),
    Column("net_kg", "本月过磅销量(吨)", "Weighed sales (t)", W, 16),
    Column("sales", "过磅车次", "Loads", C, 10),
    Column("tickets_open", "上月结存票(张)", "Tickets, opening", C, 10),
    Column("tickets_received", "本月领票(张)", "Received", C, 10),
    Column("tickets_used", "本月用票(张)", "Used", C, 10),
    Column("tickets_returned", "退票(张)", "Returned", C, 9),
    Column("tickets_void", "作废(张)", "Void", C, 9),
    Column("tickets_expired", "过期(张)", "Expired", C, 9),
    Column("tickets_lost", "挂失(张)", "Lost", C, 9),
    Column("tickets_close", "本月结存票(张)", "Tickets, closing", C, 10),
    Column("tickets_residual", "票证差额(张)", "Ticket residual", C, 10),
    Column("invoiced_kg", "开票数量(吨)", "Invoiced (t)", W, 13),
    Column("invoiced_yuan", "开票金额(元,不含税)", "Invoiced (yuan, ex VAT)", T, 14),
    Column("declared_kg", "申报数量(吨)", "Declared (t)", W, 13),
    Column("declared_yuan", "申报销售额(元)", "Declared sales (yuan)", T, 14),
    Column("tax_due_yuan", "应缴资源税(元)", "Resource tax due (yuan)", T, 14),
    Column("tax_paid_yuan", "已缴资源税(元)", "Resource tax paid (yuan)", T, 14),
    Column("tax_off_yuan", "资源税差额(元)", "Resource tax off (yuan)", T, 14),
    Column("fee_due_yuan", "应缴水保费(元)", "Soil-water fee due (yuan)", T, 14),
    Column("fee_paid_yuan", "已缴水保费(元)", "Soil-water fee paid (yuan)", T, 14),
    Column("fee_off_yuan", "水保费差额(元)", "Soil-water fee off (yuan)", T, 14),
    Column("closed_ms", "停销时长(小时)", "Sales closed (h)", H, 10),
    Column("dark_ms", "离线时长(小时)", "Dark (h)", H, 10),
    Column("findings", "问题数(严重/一般)", "Findings (grave/other)", T, 12),
    Column("opinion", "处理意见", "Decision", T, 18),
    Column("remarks", "备注", "Remarks", T, 18),
)


def page(run: Run) -> Page:
    registered = {row["enterprise"]: row for row in lines(run.tables.enterprises)}
    minerals, decks = families(run), weighbridges(run)
    counts = finding_counts(run)
    rows = []
    for number, total in enumerate(run.totals, start=1):
        enterprise = total["enterprise"]
        facts = {
            **total,
            **described(registered.get(enterprise)),
            "no": str(number),
            "minerals": "、".join(sorted(minerals[enterprise])),
            "weighbridges": "、".join(decks[enterprise]),
            "tickets_residual": residual(total),
            "findings": "{}/{}".format(*counts[enterprise]),
        }
        facts.setdefault("enterprise_name", enterprise)
        rows.append(tuple(facts.get(column.key) for column in COLUMNS))
    return Page(
        1,
        "overview",
        Phrase("总表", "Overview"),
        COLUMNS,
        tuple(rows),
        summed=True,
        remark=Phrase(
            "空白栏:资料尚未导入。", "Empty columns: the data has not been imported yet."
        ),
    )


def described(row: Mapping[str, Any] | None) -> dict[str, Cell]:
    """The registry's words about an enterprise."""
    if row is None:
        return {}
    capacity_t = row["capacity_t"]
    shown = f"{capacity_t // 10_000}.{capacity_t % 10_000 // 100:02d}"
    return {
        "enterprise_name": row["name"],
        "uscc": row["uscc"],
        "licence_no": row["licence_no"],
        "capacity_10kt": shown if capacity_t else None,  # nobody approves a capacity of nothing
    }


def residual(total: Mapping[str, Any]) -> int:
    """What is in hand minus what should be: zero, or the ledger is wrong."""
    came = total["tickets_received"] + total["tickets_reversed"]
    left = ("used", "returned", "void", "expired", "lost", "disputed")
    went = sum(int(total[f"tickets_{name}"]) for name in left)
    return int(total["tickets_close"]) - (int(total["tickets_open"]) + int(came) - went)


def families(run: Run) -> dict[str, set[str]]:
    seen: dict[str, set[str]] = defaultdict(set)
    weighings, entries = run.tables.weighings, run.tables.entries
    sold = weighings.select("enterprise", "family").distinct()
    moved = entries.select(enterprise=entries.enterprise_to, family=entries.family).distinct()
    for row in lines(sold.union(moved, distinct=True)):
        if row["family"]:
            seen[row["enterprise"]].add(FAMILY_NAMES.get(row["family"], row["family"]))
    return seen


def weighbridges(run: Run) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in sorted(lines(run.tables.weighbridges), key=lambda row: str(row["weighbridge"])):
        found[row["enterprise"]].append(row["weighbridge"])
    return found


def finding_counts(run: Run) -> dict[str, tuple[int, int]]:
    """Per enterprise (grave, other); a finding on a weighbridge is its owner's."""
    owner = {row["weighbridge"]: row["enterprise"] for row in lines(run.tables.weighbridges)}
    grave: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for finding in run.findings:
        side = grave if finding.severity in GRAVE else other
        side[owner.get(finding.subject, finding.subject)] += 1
    return defaultdict(lambda: (0, 0), {key: (grave[key], other[key]) for key in {*grave, *other}})
