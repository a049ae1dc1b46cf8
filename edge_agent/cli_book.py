"""`edge-agent verify`, `export`, `replay`: what a book says, and whether it can be believed.

All three read a `book.db`, its folder or an export, change nothing, and need neither this machine's
key nor a running agent.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from edge_agent.cli_run import book_refused
from edge_agent.config import load_config, site_settings
from edge_agent.ledger import blank, read_orders
from edge_agent.replay import Difference, Find, replay
from edge_agent.session import config_option
from edge_agent.settings import SiteSettings
from terminal.words import FOUND, GOOD, harmless, json_option, say, show_json
from weighbook.__main__ import in_words
from weighbook.envelope import payload_of
from weighbook.files import read_book, ring_of, write_export
from weighbook.keys import PublicKey
from weighbook.manifest import attachments_in
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Record, parse_record
from weighbook.verdict import verify_path

# Replaying asks what was decided, not what goods are called.
NO_NAMES: dict[str, object] = {"enterprise": [""], "certificate": "", "products": {}}


@click.command()
@click.argument("book", type=click.Path(path_type=Path))
@click.option("--root", type=click.Path(path_type=Path), help="根公钥文件 / the root's key file")
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
        click.echo(harmless(in_words(verdict)))
    ctx.exit(GOOD if verdict.ok else FOUND)


@click.command()
@click.argument("book", type=click.Path(path_type=Path))
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="新目录 / a new folder",
)
def export_command(book: Path, to: Path) -> None:
    """导出账簿原文、指令、回执、密钥和附件。

    The original messages with everything needed to check them elsewhere. DIR must be new or empty.
    Exit code: 0 exported, 2 could not.
    """
    book = book / "book.db" if book.is_dir() else book
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise _taken(to)
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
@click.argument("book", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def replay_command(ctx: click.Context, config_path: Path, book: Path, as_json: bool) -> None:  # noqa: FBT001 # click's way
    """按现行规则重放账簿,指出判定不同之处。

    Folds a recorded book again; says where today's rules would decide differently. Without a
    configuration the usual settings count. Exit code: 0 no difference, 1 some, 2 could not.
    """
    found = 0
    records = list(_records(book))
    for difference in _replayed(book, records, config_path):
        found += 1
        _show(difference, as_json=as_json)
    if not as_json:
        say(
            Phrase(
                f"重放 {len(records)} 条记录，{found} 处不同。",
                f"Replayed {len(records)} records, {found} differences.",
            )
        )
    ctx.exit(FOUND if found else GOOD)


def _records(book: Path) -> Iterator[Record]:
    """The records as they stand. Errors: Refusal E_BOOK at the first that cannot be read."""
    for place, message in enumerate(read_book(book).messages, 1):
        try:
            yield parse_record(payload_of(message))
        except Refusal as refusal:
            raise book_refused(book, f"#{place} {refusal.code}") from refusal


def _replayed(book: Path, records: list[Record], config_path: Path) -> Iterator[Difference]:
    if not records:
        return
    parts = read_book(book)
    keyset = ring_of(parts, None).keyset
    root, weighbridge = PublicKey.read(parts.root or b""), records[0].weighbridge
    ledger = blank(weighbridge, root, keyset, read_orders(parts.orders, keyset))
    try:
        site = _settings(config_path, weighbridge)
        yield from replay(records, ledger, site, _evidence_of(book))
    except AssertionError as error:
        # The fold asserts what an agent writes; a book is written by whoever holds the key.
        raise book_refused(book, "E_SCHEMA") from error


def _evidence_of(book: Path) -> Find:
    """The evidence beside a book, or among the attachments of an export."""
    folder = book if book.is_dir() else book.parent / "evidence"
    held = {file.name: file for file in attachments_in(folder)} if folder.is_dir() else {}

    def find(digest: bytes) -> bytes | None:
        file = held.get(digest.hex())
        return None if file is None else file.read_bytes()

    return find


def _settings(config_path: Path, weighbridge: str) -> SiteSettings:
    if config_path.exists():
        config, _ = load_config(config_path)
        return site_settings(config, NO_NAMES, "replay", bytes(32))
    return SiteSettings(weighbridge, "", "", "", "replay", bytes(32), (), (), ())


def _show(difference: Difference, *, as_json: bool) -> None:
    if as_json:
        row = {"seq": difference.seq, "code": difference.code}
        show_json(row | difference.words._asdict())
        return
    click.echo(f"#{difference.seq:<8} {difference.code:<12} {difference.words.zh}")
    click.echo(f"{'':22} {difference.words.en}")


def _taken(to: Path) -> Refusal:
    return Refusal(
        "E_NOT_EMPTY",
        Phrase(f"{to} 不是空目录。", f"{to} is not an empty folder."),
        Phrase("请给出新的目录名。", "Give the name of a new folder."),
    )
