"""`collector staff --month`: findings about the bureau's own people, for the inspectorate alone."""

from collections import Counter

import click

from collector import bureau_log
from collector.bureau_log import Line
from collector.finding import Finding
from collector.finding import as_json as line_of
from collector.period import Period, read_month
from collector.session import Session, json_option, say, show
from collector.staff import Terms, findings, is_at_work
from collector.staff_loading import read_facts, read_terms
from terminal.words import FOUND, GOOD
from weighbook.phrase import Phrase

P = Phrase
FINDINGS = (
    ("code", P("疑点", "finding")),
    ("name", P("名称", "name")),
    ("subject", P("对象", "subject")),
    ("measured", P("实测", "measured")),
    ("expected", P("标准", "expected")),
    ("evidence", P("依据", "evidence")),
)
PEOPLE = (
    ("officer", P("人员", "who")),
    ("acts", P("操作数", "acts")),
    ("night", P("非工作时间", "outside hours")),
    ("most", P("主要操作", "mostly")),
)


@click.command("staff")
@click.option("--month", metavar="YYYY-MM", required=True, help="月份 / month")
@json_option
@click.pass_context
def staff_command(ctx: click.Context, month: str, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """监管人员操作汇总(仅供督查)。 The bureau's own people; for the inspectorate alone.

    Exit code: 0 nothing found, 1 findings.
    """
    home, period = ctx.ensure_object(Session).home(), read_month(month)
    terms = read_terms(home.config)
    found = findings(read_facts(home.db, home.config, period), terms, period.name)
    if as_json:
        for each in found:
            click.echo(line_of(each))
        ctx.exit(FOUND if found else GOOD)
    say(P(f"{month} 监管人员操作汇总：仅供督查。", f"{month}, the bureau's people: confidential."))
    show((row_of(each) for each in found), FINDINGS, as_json=False)
    show(people(list(bureau_log.lines(home.db)), period, terms), PEOPLE, as_json=False)
    verdict = bureau_log.check(bureau_log.lines(home.db), home.ring())
    state = P("日志完整", "The log is whole")
    if verdict.faults:
        state = P("日志被改动，请核验", "The log was touched: run collector log verify")
    say(P(f"{state.zh}；末行 {verdict.head}。", f"{state.en}; head {verdict.head}."))
    ctx.exit(FOUND if found or verdict.faults else GOOD)


def row_of(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": str(finding.name),
        "subject": finding.subject,
        "measured": str(finding.measured),
        "expected": str(finding.expected),
        "evidence": "\n".join(finding.evidence),
    }


def people(lines: list[Line], period: Period, terms: Terms) -> list[dict[str, object]]:
    """What each did in the month, by the bureau's own log."""
    month = [line for line in lines if period.from_ms <= line.at_ms < period.to_ms]
    rows = []
    for officer in sorted({line.officer for line in month}):
        own = [line for line in month if line.officer == officer]
        most = Counter(line.action for line in own).most_common(3)
        rows.append(
            {
                "officer": officer,
                "acts": len(own),
                "night": sum(not is_at_work(line.at_ms, terms) for line in own),
                "most": ", ".join(f"{action} {count}" for action, count in most),
            }
        )
    return rows
