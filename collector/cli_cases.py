"""`collector case | blacklist`: measures against a mine, each step by its officers."""

from collections.abc import Callable
from typing import Any

import click

from collector import blacklist
from collector.case_entries import Case, Signed, list_cases, read_case
from collector.case_states import NAMES as STATE_NAMES
from collector.cases import open_case, take_step
from collector.finding import CODES
from collector.option_types import MANY_KG, MANY_TICKETS, REMARK
from collector.penalties import OF_FINDING, REASONS, VIOLATIONS, Violation
from collector.period import day_of, shown_briefly
from collector.session import (
    Session,
    by_option,
    json_option,
    read_day,
    say,
    second_option,
    show,
)
from collector.units import tonnes
from terminal.words import show_facts
from weighbook.phrase import Phrase, Refusal

P = Phrase
MAX_FEN_PER_T = 10_000_000
COLUMNS = (
    ("case_no", P("案号", "case")),
    ("enterprise", P("企业", "enterprise")),
    ("violation_shown", P("违规", "violation")),
    ("state_shown", P("状态", "state")),
    ("nth", P("第几次", "which")),
    ("stop", P("停票停销", "stopped")),
)
FACTS = (
    *COLUMNS,
    ("opened", P("立案", "opened")),
    ("day", P("违规日", "day of the deed")),
    ("finding", P("疑点", "finding")),
    ("evidence", P("依据", "evidence")),
    ("product", P("产品", "product")),
    ("make_up_tickets", P("应补票", "tickets to make up")),
    ("make_up_t", P("应补吨", "tonnes to make up")),
    ("resource_tax", P("资源税", "resource tax")),
    ("vat", P("增值税", "VAT")),
    ("soil_and_water", P("水土保持补偿费", "soil-and-water fee")),
    ("tickets_frozen", P("冻结票证", "tickets frozen")),
    ("orders_shown", P("停销指令", "orders")),
    ("blacklist_shown", P("拟列入失信名单", "proposed for the blacklist")),
    ("objections_shown", P("企业异议", "objections")),
    ("note", P("说明", "note")),
)
LISTED = (
    ("enterprise", P("企业", "enterprise")),
    ("state_shown", P("状态", "state")),
    ("since", P("自", "since")),
    ("case_no", P("案号", "case")),
    ("reasons_shown", P("理由", "reasons")),
)
day_option = click.option("--day", type=read_day, metavar="YYYY-MM-DD")


@click.group("case")
def case_group() -> None:
    """案件：立案、异议、查实、结案。 Cases: opened, objected to, verified, ended."""


@case_group.command("open")
@click.argument("enterprise")
@click.option("--violation", type=click.Choice([str(one) for one in Violation]),
              help="四类违规之一 / one of the four; left out, as the finding says")  # fmt: skip
@click.option("--finding", metavar="CODE", help="疑点代码，如 F-W01 / the finding it rests on")
@click.option("--evidence", type=REMARK, required=True, help="依据 / what proves it")
@day_option
@click.option("--tickets", type=MANY_TICKETS, help="缺票张数 / tickets missing")
@click.option("--net-kg", type=MANY_KG, help="净重公斤 / net kilograms carried off")
@click.option("--product", help="产品代码 / product code")
@click.option("--price-fen-per-t", type=click.IntRange(1, MAX_FEN_PER_T),
              help="每吨价(分，不含税) / price, fen a tonne without VAT")  # fmt: skip
@by_option
@click.pass_obj
def open_command(
    session: Session, /, enterprise: str, violation: str | None, by: str, **facts: Any
) -> None:
    """立案待查实；不产生任何处罚。 Open a case to be verified; nothing follows yet."""
    chosen = violation_of(violation, facts["finding"])
    given = {name: value for name, value in facts.items() if value is not None}
    case_no = open_case(session.home(), enterprise, chosen, Signed(by), given)
    name = VIOLATIONS[chosen]
    say(P(f"已立案 {case_no}：{name.zh}。", f"Opened the case {case_no}: {name.en}."))


def violation_of(given: str | None, finding: str | None) -> Violation:
    """As named, else as the finding's code stands in the table. Refusals E_FINDING, E_VIOLATION."""
    if finding is not None and finding not in {one.code for one in CODES}:
        raise Refusal(
            "E_FINDING",
            P(f"没有疑点代码 {finding}。", f"There is no finding {finding}."),
            P("代码见月报的疑点清单。", "The codes are those of the month's findings."),
        )
    if given is not None:
        return Violation(given)
    known = OF_FINDING.get(finding or "")
    if known is not None:
        return known
    raise Refusal(
        "E_VIOLATION",
        P("没有写明是哪类违规。", "It was not said which violation this is."),
        P("请用 --violation 写明。", "Name it with --violation."),
    )


def step_command(name: str, zh: str, en: str, *, text: bool = False) -> click.Command:
    """One step of a case as a command of its own."""

    def run(session: Session, /, case_no: str, by: str, second: str | None, **facts: Any) -> None:
        given = {key: value for key, value in facts.items() if value is not None}
        if name == "confirm":
            given.setdefault("verified", day_of(session.now_ms()))
        case = take_step(session.home(), case_no, name, Signed(by, second), given)
        tell(case)

    command: Callable[..., Any] = click.pass_obj(run)
    if name == "confirm":
        command = click.option("--verified", type=read_day, metavar="YYYY-MM-DD",
                               help="查实日，默认今天 / day of verification")(command)  # fmt: skip
    word = "text" if text else "note"
    command = click.option(f"--{word}", type=REMARK, required=text, help="说明 / words")(command)
    command = by_option(second_option(command))
    return click.command(name, help=f"{zh}。 {en}.")(click.argument("case_no")(command))


for one in (
    step_command("object", "记录企业异议", "Record what the mine objects", text=True),
    step_command("confirm", "查实(双人)：停票停销、冻结、补票", "Verify it (two officers)"),
    step_command("dismiss", "不成立(双人)", "It is not so (two officers)"),
    step_command("end", "期满结案(双人)：解除、解冻", "The stop is over (two officers)"),
    step_command("withdraw", "撤销(双人)，不再计次", "It was wrong (two officers)"),
):
    case_group.add_command(one)


@case_group.command("list")
@click.option("--enterprise", help="只看此企业 / only this one")
@json_option
@click.pass_obj
def list_command(session: Session, /, enterprise: str | None, *, as_json: bool) -> None:
    """列出案件。 List cases."""
    found = list_cases(session.home().db, enterprise)
    show(map(row_of if as_json else shown, found), COLUMNS, as_json=as_json)


@case_group.command("show")
@click.argument("case_no")
@json_option
@click.pass_obj
def show_command(session: Session, /, case_no: str, *, as_json: bool) -> None:
    """一案的全部内容。 Everything about one case."""
    case = read_case(session.home().db, case_no)
    if as_json:
        show([row_of(case)], FACTS, as_json=True)
        return
    tell(case)


def tell(case: Case) -> None:
    row = shown(case)
    show_facts({key: value for key, value in row.items() if value not in (None, "")}, FACTS)


def row_of(case: Case) -> dict[str, Any]:
    return {**case.facts, **case._asdict(), "state": str(case.state)}


def shown(case: Case) -> dict[str, Any]:
    """In words, both languages."""
    facts = case.facts
    stop = f"{facts['stop_first']} — {facts['stop_until']}" if "stop_first" in facts else ""
    row = row_of(case) | {
        "violation_shown": " ".join(VIOLATIONS[Violation(facts["violation"])]),
        "state_shown": " ".join(STATE_NAMES[case.state]),
        "nth": facts.get("nth") or "",
        "stop": stop,
        "opened": shown_briefly(case.opened_ms),
        "orders_shown": ", ".join(f"{w} #{n}" for w, n in facts.get("orders", {}).items()),
        "blacklist_shown": "；".join(" ".join(REASONS[one]) for one in facts.get("blacklist", ())),
        "objections_shown": "；".join(case.objections),
    }
    kg = facts.get("make_up_kg")
    row["make_up_t"] = f"{tonnes(kg)} 吨 t" if kg else ""
    for name in ("resource_tax", "vat", "soil_and_water"):
        if f"{name}_fen" in facts:
            fen = facts[f"{name}_fen"]
            row[name] = "未定 not known" if fen is None else f"{fen // 100}.{fen % 100:02d} 元 yuan"
    return row


@click.group("blacklist")
def blacklist_group() -> None:
    """失信名单：拟列入、听取、确认、公示、移出。 The list of dishonest enterprises."""


@blacklist_group.command("list")
@click.option("--published", is_flag=True, help="只列已公示的 / only what is public")
@json_option
@click.pass_obj
def listed_command(session: Session, /, *, published: bool, as_json: bool) -> None:
    """名单；--published 为对外公示内容。 The list; with --published, what is public."""
    db = session.home().db
    found = blacklist.published(db) if published else blacklist.listings(db)
    show(map(listing_row, found), LISTED, as_json=as_json)


def listing_row(one: blacklist.Listing) -> dict[str, Any]:
    return {
        **one._asdict(),
        "state_shown": " ".join(STATE_NAMES[one.state]),
        "since": shown_briefly(one.since_ms),
        "reasons_shown": "；".join(" ".join(REASONS[reason]) for reason in one.reasons),
    }


def list_step_command(name: str, zh: str, en: str) -> click.Command:
    def run(
        session: Session, /, enterprise: str, by: str, second: str | None, note: str | None
    ) -> None:
        signed = Signed(by, second)
        found = blacklist.take_list_step(session.home(), enterprise, name, signed, note or "")
        state = STATE_NAMES[found.state]
        say(P(f"{enterprise}：{state.zh}。", f"{enterprise}: {state.en}."))

    command: Callable[..., Any] = click.option("--note", type=REMARK)(click.pass_obj(run))
    command = by_option(second_option(command))
    return click.command(name, help=f"{zh}。 {en}.")(click.argument("enterprise")(command))


for one in (
    list_step_command("hear", "已听取企业陈述", "The mine was heard"),
    list_step_command("confirm", "确认列入(双人)", "Confirm (two officers)"),
    list_step_command("publish", "公示(双人)", "Publish (two officers)"),
    list_step_command("remove", "移出(双人)", "Take it off (two officers)"),
):
    blacklist_group.add_command(one)
