"""`collector ticket chain WASHERY --month`: its coal in, its goods out, and what is left."""

from typing import Any

import click

from collector import registry
from collector.cli_ticket_moves import month_option
from collector.period import read_month
from collector.session import Session, json_option, show
from collector.units import tonnes
from collector.washery import load_bands
from collector.washery_month import HIGH, LOW, OK, UNJUDGED, Line, Month, months
from terminal.words import show_facts
from weighbook.phrase import Phrase

P = Phrase
FOUND = 1
FACTS = (
    ("enterprise", P("洗煤厂", "washery")),
    ("period", P("月份", "month")),
    ("opening", P("上月结转(吨)", "carried on t")),
    ("input", P("入洗(吨)", "in t")),
    ("output", P("产品售出(吨)", "out t")),
    ("left", P("结余(吨)", "left t")),
    ("judged", P("判定", "judged")),
)
COLUMNS = (
    ("product", P("产品", "product")),
    ("loads", P("车次", "loads")),
    ("output", P("吨", "t")),
    ("explained", P("有上游票(吨)", "with parents t")),
    ("share", P("占入洗", "share")),
    ("band", P("区间", "band")),
    ("verdict", P("结论", "verdict")),
)
VERDICTS = {
    OK: P("正常", "within"),
    LOW: P("偏低 F-R08", "too little"),
    HIGH: P("偏高 F-R08", "too much"),
    UNJUDGED: P("未定区间", "no band"),
}


@click.command("chain")
@click.argument("enterprise", metavar="WASHERY")
@month_option
@json_option
@click.pass_context
def chain_command(ctx: click.Context, enterprise: str, month: str, *, as_json: bool) -> None:
    """洗煤厂一月的入洗与产出；不合则退出码 1。 A washery's month; exit code 1 if it cannot be."""
    session: Session = ctx.obj
    home = session.home()
    registry.find(home.db, registry.ENTERPRISES, enterprise)
    found = months(home.db, read_month(month), load_bands())
    told = next((one for one in found if one.enterprise == enterprise), None)
    if told is None:
        told = Month(enterprise, month, 0, 0, 0, 0, is_judged=False, lines=())
    if as_json:
        lines = [line._asdict() for line in told.lines]
        show([{**told._asdict(), "lines": lines, "ok": told.ok}], FACTS, as_json=True)
    else:
        show_facts(facts_of(told), FACTS)
        show(map(row_of, told.lines), COLUMNS, as_json=False)
    ctx.exit(0 if told.ok else FOUND)


def facts_of(told: Month) -> dict[str, Any]:
    amounts = {name: tonnes(getattr(told, f"{name}_kg")) for name in ("opening", "input", "output")}
    judged = P("是", "yes") if told.is_judged else P("否，有自产煤", "no, it has coal of its own")
    if told.is_over:
        judged = P("产出多于入洗 F-R08", "more went out than came in")
    return {
        "enterprise": told.enterprise,
        "period": told.period,
        **amounts,
        "left": tonnes(told.left_kg),
        "judged": f"{judged.zh} {judged.en}",
    }


def row_of(line: Line) -> dict[str, Any]:
    verdict = VERDICTS[line.verdict]
    band = "" if line.least_permille is None else f"{line.least_permille}–{line.most_permille}‰"
    return {
        "product": line.product,
        "loads": line.loads,
        "output": tonnes(line.output_kg),
        "explained": tonnes(line.explained_kg),
        "share": "" if line.share_permille is None else f"{line.share_permille}‰",
        "band": band,
        "verdict": f"{verdict.zh}\n{verdict.en}",
    }
