"""`collector log list | verify`: what the bureau's people did, and whether that was kept whole."""

import re

import click

from collector import bureau_log
from collector.bureau_log import Head
from collector.period import read_month, shown_briefly
from collector.session import Session, json_option, say, show
from terminal.words import FOUND, GOOD, show_json
from weighbook.phrase import Phrase, Refusal

P = Phrase
HEAD_FORM = re.compile(r"([1-9]\d{0,9}):([0-9a-f]{64})", re.ASCII)
COLUMNS = (
    ("number", P("行", "line")),
    ("at", P("时间", "at")),
    ("officer", P("人员", "who")),
    ("action", P("操作", "action")),
    ("subject", P("对象", "subject")),
    ("detail", P("说明", "detail")),
)


@click.group("log")
def log_group() -> None:
    """能源局人员操作日志：只增、链接、签名。 The bureau's own log."""


@log_group.command("list")
@click.option("--month", metavar="YYYY-MM", help="只看此月 / only this month")
@click.option("--officer", help="只看此人 / only this one")
@json_option
@click.pass_obj
def list_command(
    session: Session, /, month: str | None, officer: str | None, *, as_json: bool
) -> None:
    """列出操作。 List what was done."""
    period = None if month is None else read_month(month)
    rows = (
        {**line._asdict(), "digest": None, "message": None, "at": shown_briefly(line.at_ms)}
        for line in bureau_log.lines(session.home().db)
        if officer in (None, line.officer)
        if period is None or period.from_ms <= line.at_ms < period.to_ms
    )
    show(rows, COLUMNS, as_json=as_json)


@log_group.command("verify")
@click.option("--head", "text", metavar="LINE:HEX", help="别处记下的末行 / a head noted elsewhere")
@json_option
@click.pass_context
def verify_command(ctx: click.Context, text: str | None, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """核验日志：链条、签名、所记的末行。 Check the log. Exit code: 0 whole, 1 not."""
    home = ctx.ensure_object(Session).home()
    noted = None if text is None else read_head(text)
    verdict = bureau_log.check(bureau_log.lines(home.db), home.ring(), noted)
    if as_json:
        faults = [{"line": f.number, "code": f.code, "en": f.words.en} for f in verdict.faults]
        show_json({"ok": not faults, "head": str(verdict.head or ""), "breaks": faults})
    else:
        tell(verdict)
    ctx.exit(FOUND if verdict.faults else GOOD)


def tell(verdict: bureau_log.Verdict) -> None:
    for fault in verdict.faults:
        say(
            Phrase(
                f"第 {fault.number} 行：{fault.words.zh} [{fault.code}]",
                f"Line {fault.number}: {fault.words.en} [{fault.code}]",
            )
        )
    head = verdict.head
    say(
        Phrase(
            f"共 {verdict.lines} 行，签名到第 {verdict.signed} 行；请在别处记下末行 {head}。",
            f"{verdict.lines} lines, signed up to {verdict.signed}; note elsewhere: {head}.",
        )
    )


def read_head(text: str) -> Head:
    """Refusal E_HEAD for what is no head."""
    match = HEAD_FORM.fullmatch(text.strip())
    if match is None:
        raise Refusal(
            "E_HEAD",
            Phrase(f"“{text[:24]}”不是末行。", f'"{text[:24]}" is no head of a log.'),
            Phrase("请照抄 行号:摘要。", "Copy it as LINE:HEX."),
        )
    return Head(int(match[1]), bytes.fromhex(match[2]))
