"""`collector import receipts FILE`: what buyers weighed, with a preview of what is wrong where."""

from pathlib import Path
from typing import Any

import click

from collector.buyer_receipts import Problem, check_known, keep_receipts, read_rows
from collector.cli_ticket_moves import paper_option, stamp_of
from collector.session import Session, by_option, json_option, say, show
from weighbook.phrase import Phrase

P = Phrase
FOUND = 1
LARGEST_FILE_BYTES = 64 * 1024 * 1024
COLUMNS = (
    ("line", P("行", "line")),
    ("column", P("列", "column")),
    ("code", P("代码", "code")),
    ("meaning", P("问题", "what is wrong")),
    ("shown", P("内容", "there")),
)
MEANINGS = {
    "E_TICKET_NO": P("票号不成立", "no ticket number"),
    "E_KG": P("不是整公斤净重", "no net weight in whole kg"),
    "E_TIME": P("不是时间", "no time"),
    "E_NO_TICKET": P("台账中没有或未配发", "not an allocated ticket"),
    "E_UNKNOWN": P("购买方未登记", "no registered buyer"),
    "E_ROW": P("此行读不出，其后未读", "cannot be read; the rest was not either"),
    "E_COUNT": P("行数过多，其后未读", "too many rows; the rest was not read"),
}


@click.group("import")
def import_group() -> None:
    """导入他方数据。 Take in what others have."""


@import_group.command("receipts")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--partly", is_flag=True, help="有问题的行除外，其余导入 / load the rows that fit")
@paper_option
@by_option
@json_option
@click.pass_context
def receipts_command(ctx: click.Context, /, file: Path, *, partly: bool, **options: Any) -> None:
    """导入购买方到货磅单(CSV)；有问题的行先列出。 Buyers' receipts; exit 1 if any row is wrong."""
    session: Session = ctx.obj
    home = session.home()
    stamp = stamp_of(home, options["by"], None, options["paper"])
    with file.open("rb") as source:
        receipts, wrong = read_rows(source.read(LARGEST_FILE_BYTES))
    wrong += check_known(home.db, receipts)
    wrong.sort()
    if wrong:
        show(map(row_of, wrong), COLUMNS, as_json=options["as_json"])
    bad = {one.line for one in wrong}
    if wrong and not partly:
        say(P(f"{len(bad)} 行有问题，未导入。", f"{len(bad)} rows are wrong; nothing was loaded."))
        ctx.exit(FOUND)
    done = keep_receipts(home.db, [one for one in receipts if one.line not in bad], stamp)
    home.log(stamp.by1, "import receipts", file.name, f"{done.new}")
    say(
        P(
            f"导入 {done.new} 行，收货 {done.received} 张，一票多次到货 {len(done.cloned)} 张。",
            f"Loaded {done.new}; {done.received} tickets received, {len(done.cloned)} more than"
            " once.",
        )
    )
    ctx.exit(FOUND if wrong or done.cloned else 0)


def row_of(one: Problem) -> dict[str, object]:
    meaning = MEANINGS[one.code]
    return {**one._asdict(), "meaning": f"{meaning.zh}\n{meaning.en}"}
