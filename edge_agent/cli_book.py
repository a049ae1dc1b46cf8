"""`edge-agent verify`, `export`, `replay`: what a book says, and whether it can be believed."""

from pathlib import Path

import click

from edge_agent.book import Book
from edge_agent.book_file import BookFailed
from edge_agent.cli_run import book_refused
from edge_agent.clockwork import boot_id
from edge_agent.config import load_config, site_settings
from edge_agent.ledger import blank, read_orders
from edge_agent.opening import newest_keyset
from edge_agent.replay import replay
from edge_agent.session import config_option
from edge_agent.site import Site
from terminal.words import FOUND, GOOD, json_option, say, show_json
from weighbook import cbor
from weighbook.__main__ import in_words
from weighbook.files import write_export
from weighbook.keys import PublicKey, SigningKey
from weighbook.phrase import Phrase
from weighbook.verdict import verify_path


@click.command()
@click.argument("book", type=click.Path(path_type=Path, exists=True))
@click.option("--root", type=click.Path(path_type=Path, exists=True), help="根公钥 / root key file")
@json_option
@click.pass_context
def verify_command(ctx: click.Context, book: Path, root: Path | None, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """核验账簿:签名、链、累计、指令、回执、附件。

    Every break in a book.db or an export folder. Exit code: 0 whole, 1 breaks, 2 unreadable.
    """
    verdict = verify_path(book, root)
    if as_json:
        show_json(verdict.as_json())
    else:
        click.echo(in_words(verdict))
    ctx.exit(GOOD if verdict.ok else FOUND)


@click.command()
@click.argument("book", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="DIR", help="新目录")
def export_command(book: Path, to: Path) -> None:
    """导出账簿原文、指令、回执、密钥和附件。

    The original messages with everything needed to check them elsewhere.
    """
    manifest = write_export(book, book.parent / "evidence", to)
    counts = manifest["counts"]
    say(
        Phrase(
            f"已导出 {counts['records.cbor-seq']} 条记录、{counts['attachments']} 个附件到 {to}。",
            f"Exported {counts['records.cbor-seq']} records and {counts['attachments']}"
            f" attachments to {to}.",
        )
    )


@click.command()
@config_option
@click.argument("book", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_context
def replay_command(ctx: click.Context, config_path: Path, book: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """按现行规则重放账簿,指出判定不同之处。

    Folds a recorded book again; says where today's rules would decide differently.
    """
    config, _ = load_config(config_path)
    found = 0
    try:
        opened = Book(book, SigningKey.load(Site(config.state).key), boot_id())
        keyset, root = newest_keyset(opened), PublicKey.read(opened.fact("root"))
        registry = cbor.decode(opened.fact("registry"), max_bytes=1 << 20)
        site = site_settings(config, registry, "replay", bytes(32))
        orders = read_orders(opened.orders(), keyset)
        ledger = blank(opened.head.weighbridge, root, keyset, orders)
        for difference in replay((line.record for line in opened.lines()), ledger, site):
            found += 1
            shown = {"seq": difference.seq, "code": difference.code}
            if as_json:
                show_json(shown | difference.words._asdict())
            else:
                click.echo(f"#{difference.seq:<8} {difference.code:<12} {difference.words.zh}")
                click.echo(f"{'':22} {difference.words.en}")
        count = opened.head.seq
        opened.close()
    except BookFailed as failure:
        raise book_refused(book, str(failure)) from failure
    if not as_json:
        say(
            Phrase(
                f"重放 {count} 条记录，{found} 处不同。",
                f"Replayed {count} records, {found} differences.",
            )
        )
    ctx.exit(FOUND if found else GOOD)
