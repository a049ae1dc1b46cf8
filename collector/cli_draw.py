"""`collector draw announce | run | verify`: who is sent where, so that nobody can choose."""

import json
from pathlib import Path
from typing import Any

import click

from collector import draw_store
from collector.option_types import NAME
from collector.session import Session, by_option, json_option, say, show
from terminal.words import FOUND
from weighbook.phrase import Phrase, Refusal

P = Phrase
LARGEST_FILE_BYTES = 1 << 20
TASKS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("inspectors", P("检查人员", "inspectors")),
    ("lots", P("签数", "lots")),
)


@click.group("draw")
def draw_group() -> None:
    """随机抽取检查人员和磅房：先预告种子的摘要，后抽取。 The draw of inspectors and places."""


@draw_group.command("announce")
@click.argument("name", type=NAME)
@by_option
@click.pass_obj
def announce_command(session: Session, /, name: str, by: str) -> None:
    """预告：生成种子，公布其摘要。 Make a seed and say its hash, before any name is known."""
    said = draw_store.announce(session.home(), name, by).hex()
    say(P(f"请现在公布 {name} 的摘要：{said}", f"Publish this for {name} now: {said}"))


@draw_group.command("run")
@click.argument("name", type=NAME)
@click.option("--inspector", "inspectors", multiple=True, required=True, type=NAME,
              help="检查人员，可重复 / repeatable")  # fmt: skip
@click.option("--tasks", type=click.IntRange(1, 1_000), required=True, help="几组 / teams")
@click.option("--team", type=click.IntRange(1, 20), default=2, show_default=True,
              help="每组人数 / people in each")  # fmt: skip
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False),
              help="公开文件 / file to publish, JSON")  # fmt: skip
@by_option
@json_option
@click.pass_obj
def run_command(
    session: Session, /, name: str, inspectors: tuple[str, ...], by: str, **options: Any
) -> None:
    """抽取，只此一次；结果可由任何人复核。 Draw, once; anybody can check it."""
    teams = (options["tasks"], options["team"])
    result = draw_store.carry_out(session.home(), name, by, inspectors, teams)
    if options["to"] is not None:
        text = json.dumps(result, ensure_ascii=False, indent=1)
        options["to"].write_text(text, encoding="utf-8")
    lots = dict(result["places"])
    rows = [
        {"weighbridge": place, "inspectors": "、".join(people), "lots": lots[place]}
        for place, people in result["tasks"]
    ]
    show(rows, TASKS, as_json=options["as_json"])
    if not options["as_json"]:
        say(P(f"种子 {result['seed']}", f"seed {result['seed']}"))


@draw_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def verify_command(ctx: click.Context, file: Path) -> None:
    """复核公开文件：摘要与结果是否由种子得出。 Check a published draw against its announcement."""
    if not is_fair(file):
        say(P("不符：结果不是由预告的种子得出。", "It does not follow from what was announced."))
        ctx.exit(FOUND)
    say(P("相符：结果由预告的种子得出。", "It follows from what was announced."))


def is_fair(file: Path) -> bool:
    """Refusal E_DRAW_FILE for a file that is no draw."""
    try:
        with file.open("rb") as data:
            result = json.loads(data.read(LARGEST_FILE_BYTES))
        return draw_store.is_fair(result)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, Refusal) as error:
        raise Refusal(
            "E_DRAW_FILE",
            P(f"{file} 不是抽取结果。", f"{file} is not a draw."),
            P("请用 collector draw run --to 写出的文件。", "Give what draw run --to wrote."),
        ) from error
