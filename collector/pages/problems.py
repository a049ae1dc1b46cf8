"""Page 8, 问题清单: every finding with what was measured, what it should be, and the evidence."""

from collector.finding import SEVERITY_NAMES, Finding
from collector.pages.page import Column, Look, Page, lines
from collector.reconcile import Run
from collector.units import shown
from weighbook.phrase import Phrase

EVIDENCE_SHOWN = 12  # the rest stands in findings.jsonl; a cell must stay readable on paper

T = Look.TEXT
COLUMNS = (
    Column("no", "编号", "No.", T, 16),
    Column("code", "代码", "Code", T, 9),
    Column("name", "名称", "Finding", T, 24),
    Column("severity", "严重程度", "Severity", T, 10),
    Column("enterprise", "企业", "Enterprise", T, 26),
    Column("subject", "对象", "Subject", T, 16),
    Column("period", "时间", "Period", T, 10),
    Column("measured", "测得", "Measured", T, 22),
    Column("expected", "应为", "Expected", T, 22),
    Column("tolerance", "允差", "Tolerance", T, 14),
    Column("evidence", "证据", "Evidence", T, 60),
    Column("state", "状态", "State", T, 10),
    Column("checked_by", "核查人", "Checked by", T, 14),
)


def page(run: Run) -> Page:
    owners = {row["weighbridge"]: row["enterprise"] for row in lines(run.tables.weighbridges)}
    names = {row["enterprise"]: row["name"] for row in lines(run.tables.enterprises)}
    rows = tuple(
        line(run, place, finding, names.get(owners.get(finding.subject, finding.subject), ""))
        for place, finding in enumerate(run.findings, start=1)
    )
    return Page(
        8,
        "findings",
        Phrase("问题清单", "Findings"),
        COLUMNS,
        rows,
        summed=False,
        remark=Phrase("全部证据见 findings.jsonl。", "All evidence stands in findings.jsonl."),
    )


def line(run: Run, place: int, finding: Finding, enterprise: str) -> tuple[str, ...]:
    return (
        f"{run.period.name.replace('-', '')}-{run.revision}-{place:04d}",
        *(finding.code, finding.name.zh, SEVERITY_NAMES[finding.severity].zh, enterprise),
        *(finding.subject, finding.period, shown(finding.measured).zh),
        *(shown(finding.expected).zh, shown(finding.tolerance).zh, evidence(finding)),
        *("待核查", ""),
    )


def evidence(finding: Finding) -> str:
    told = list(finding.evidence[:EVIDENCE_SHOWN])
    if len(finding.evidence) > EVIDENCE_SHOWN:
        told.append(f"……共 {len(finding.evidence)} 条")
    return "\n".join(told)
