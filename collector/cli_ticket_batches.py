"""`collector ticket generate | stock-in`: batches of numbers made, printed, taken into stock."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from collector.cli_ticket_moves import paper_option, stamp_of
from collector.home import Home
from collector.option_types import MANY_TICKETS
from collector.period import ZONE
from collector.session import Session, by_option, say, second_option
from collector.ticket_batches import LARGEST_LIST_BYTES, Batch, generate, stock_in, take_in
from collector.ticket_closing import summary
from collector.ticket_entries import Stamp
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import FAMILIES

LAST_BATCH = 9_999

family_option = click.option("--family", type=click.Choice(tuple(FAMILIES)), default="COAL")
batch_option = click.option(
    "--batch", type=click.IntRange(1, LAST_BATCH), help="批次号，默认下一个 / default: the next"
)
listed_file = click.Path(path_type=Path, dir_okay=False)


@click.command("generate")
@family_option
@click.option("--count", type=MANY_TICKETS, required=True, help="张数 / how many")
@batch_option
@click.option("--to", "target", type=listed_file, required=True, help="清单文件 / the list")
@paper_option
@by_option
@second_option
@click.pass_obj
def generate_command(
    session: Session, /, family: str, count: int, target: Path, **options: Any
) -> None:
    """生成一批票号和清单，待印好后凭清单入库(双人)。 Make a batch and its list, to be printed."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    batch = new_batch(home, family, count, options["batch"], stamp)
    listed = generate(home.db, batch, count, stamp)
    target.write_bytes(listed)
    digest = hashlib.sha256(listed).hexdigest()
    home.log(stamp.by1, "ticket generate", batch.name, digest)
    say(
        Phrase(
            f"批次 {batch.name} 生成 {count} 张，清单 {target}，摘要 {digest}。",
            f"Made {count} as batch {batch.name}; its list is {target}, SHA-256 {digest}.",
        )
    )


@click.command("stock-in")
@family_option
@click.option("--count", type=MANY_TICKETS, help="生成并入库的张数 / make and stock in so many")
@click.option("--list", "listed", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="凭清单入库 / the batch of this list")  # fmt: skip
@batch_option
@paper_option
@by_option
@second_option
@click.pass_obj
def stock_in_command(
    session: Session, /, family: str, count: int | None, listed: Path | None, **options: Any
) -> None:
    """入库(双人)：新生成的，或凭清单已印好的一批。 Stock in a new batch, or the one of a list."""
    home = session.home()
    stamp = stamp_of(home, options["by"], options["second"], options["paper"])
    if (count is None) == (listed is None):
        raise Refusal(
            "E_OPTIONS",
            Phrase(
                "请写 --count 或 --list，二者取一。", "Give a --count or a --list, one of both."
            ),
            Phrase("清单由 collector ticket generate 生成。", "Lists come from ticket generate."),
        )
    if count is not None:
        batch = new_batch(home, family, count, options["batch"], stamp)
        numbers = stock_in(home.db, batch, count, stamp)
    else:
        assert listed is not None
        numbers = take_in(home.db, read_list(listed), stamp)
    name = numbers[0][:13]
    home.log(stamp.by1, "ticket stock-in", summary(numbers), stamp.source)
    done = len(numbers)
    say(Phrase(f"批次 {name} 入库 {done} 张。", f"Batch {name}: {done} stocked in."))


def read_list(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_LIST_BYTES)


def new_batch(home: Home, family: str, count: int, number: int | None, stamp: Stamp) -> Batch:
    """A batch of this year; Refusal E_COUNT for more than one holds."""
    if count > home.config.tickets.largest_batch:
        raise Refusal(
            "E_COUNT",
            Phrase(
                f"一批最多 {home.config.tickets.largest_batch} 张。",
                "That is more than a batch holds.",
            ),
            Phrase("请分批入库。", "Stock in several batches."),
        )
    year = datetime.fromtimestamp(stamp.at_ms // 1000, ZONE).year % 100
    batch = Batch(family, home.config.bureau.county, year, number or 1)
    return next_batch(home, batch) if number is None else batch


def next_batch(home: Home, first: Batch) -> Batch:
    """The batch after the year's last; Refusal E_RANGE_OVERLAP when its numbers are used up."""
    prefix = first.name[:-4]
    last = home.db.execute(
        "SELECT max(batch) FROM tickets WHERE batch LIKE ?", (prefix + "%",)
    ).fetchone()[0]
    number = first.batch if last is None else int(last[-4:]) + 1
    if number > LAST_BATCH:
        raise Refusal(
            "E_RANGE_OVERLAP",
            Phrase(f"本年批次号已用到 {LAST_BATCH}。", f"Batch {LAST_BATCH} of the year is used."),
            Phrase("请用 --batch 写一个空着的批次号。", "Name a free one with --batch."),
        )
    return first._replace(batch=number)
