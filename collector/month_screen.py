"""A judged month on a terminal: totals, then findings by severity. Chinese above English."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from collector.finding import SEVERITIES, SEVERITY_NAMES, Finding
from collector.reconcile import Run
from collector.totals import county
from collector.units import hours, plain, shown, tonnes
from terminal.words import harmless, paper
from weighbook.phrase import Phrase

EVIDENCE_LINES = 3
ANY_WIDTH = 1_000
COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
WEIGHED = (
    ("sales", Phrase("车次", "Loads")),
    ("net_kg", Phrase("净重(吨)", "Net (t)")),
    ("passages_without_ticket", Phrase("无票", "No ticket")),
    ("closed_ms", Phrase("停销(时)", "Closed (h)")),
    ("dark_ms", Phrase("离线(时)", "Dark (h)")),
)
TICKETS = (
    ("tickets_open", Phrase("期初票", "Opening")),
    ("tickets_received", Phrase("领票", "Received")),
    ("tickets_used", Phrase("用票", "Used")),
    ("tickets_close", Phrase("期末票", "Closing")),
)


def show_run(run: Run, console: Console | None = None) -> None:
    """Totals by enterprise, findings by severity, and the line an auditor compares."""
    out = console or paper()
    title = f"{run.period.name} 月度比对 / Reconciliation ({run.revision})"
    for table in totals_tables(run, title, out):
        out.print(table)
    for severity in SEVERITIES:
        found = [finding for finding in run.findings if finding.severity == severity]
        if found:
            out.print(findings_table(severity, found))
    if not run.findings:
        out.print("未发现问题。\nNothing found.", style="green")
    out.print(f"结果 result {run.result_sha256}", style="dim", soft_wrap=True)


def totals_tables(run: Run, title: str, out: Console) -> tuple[Table, ...]:
    """One table if the terminal is wide enough for it, else loads and tickets apart."""
    whole = totals_table(run, title, (*WEIGHED, *TICKETS))
    if Measurement.get(out, out.options.update(width=ANY_WIDTH), whole).maximum <= out.width:
        return (whole,)
    return (totals_table(run, title, WEIGHED), totals_table(run, "票证 Tickets", TICKETS))


def heading(phrase: Phrase) -> str:
    return f"{phrase.zh}\n{phrase.en}"


def totals_table(run: Run, title: str, columns: Sequence[tuple[str, Phrase]]) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAVY,
        pad_edge=False,
        collapse_padding=True,
        show_footer=len(run.totals) > 1,
    )
    table.add_column(heading(Phrase("企业", "Enterprise")), footer="合计 Total", no_wrap=True)
    together = county(run.totals)
    for name, phrase in columns:
        footer = amount(together, name)
        table.add_column(heading(phrase), footer=footer, justify="right", no_wrap=True)
    for line in run.totals:
        table.add_row(line["enterprise"], *(amount(line, name) for name, _ in columns))
    return table


def amount(line: Mapping[str, Any], name: str) -> str:
    value = int(line[name])
    if name.endswith("_kg"):
        return tonnes(value)
    return hours(value) if name.endswith("_ms") else f"{value:,}"


def findings_table(severity: str, found: list[Finding]) -> Table:
    name = SEVERITY_NAMES[severity]
    table = Table(
        title=Text(f"{name.zh} {name.en}: {len(found)}", style=COLOURS[severity]),
        title_justify="left",
        box=box.SIMPLE_HEAVY,
        show_lines=False,
    )
    for phrase in (
        Phrase("代码", "Code"),
        Phrase("问题", "Finding"),
        Phrase("对象", "Subject"),
        Phrase("测得", "Measured"),
        Phrase("应为", "Expected"),
        Phrase("证据", "Evidence"),
    ):
        table.add_column(heading(phrase), overflow="fold")
    for finding in found:
        measured = shown(finding.measured)
        table.add_row(
            finding.code,
            heading(finding.name),
            finding.subject,
            heading(measured),
            plain(finding.expected),
            harmless(evidence(finding)),
        )
    return table


def evidence(finding: Finding) -> str:
    told = list(finding.evidence[:EVIDENCE_LINES])
    left = len(finding.evidence) - len(told)
    return "\n".join([*told, *([f"… +{left}"] if left else [])])
