"""`collector reconcile | export | verify`: a month judged, handed over, and checked by anybody.

Exit codes: 0 nothing found, 1 something found (a finding, a failed check), 2 could not.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.home import Home
from collector.period import read_month
from collector.session import Session, json_option, say
from collector.ticket_closing import note_reconciled
from weighbook.phrase import Phrase, Refusal

if TYPE_CHECKING:
    from collector.inspection import Check
    from collector.reconcile import Run
    from weighbook.keys import PublicKey

FOUND = 1
month_option = click.option(
    "--month", required=True, metavar="YYYY-MM", help="税款所属月 / tax month, Asia/Shanghai"
)
revision_option = click.option(
    "--revision",
    default="R1",
    show_default=True,
    type=click.Choice(["R1", "R2", "R3", "R4", "R5"]),
    help="R1 初核 provisional, R2 定稿 final, R3… 更正 corrected",
)


@click.command()
@month_option
@revision_option
@json_option
@click.pass_context
def reconcile_command(ctx: click.Context, month: str, revision: str, as_json: bool) -> None:  # noqa: FBT001  a click flag
    """月度比对:票证与过磅逐一核对,列出问题。

    Judges a month: findings by severity, totals by enterprise. Exit 1 when something was found.
    """
    home = ctx.ensure_object(Session).home()
    run = judged(home, month, revision)
    if as_json:
        for line in json_lines(run):
            click.echo(line)
    else:
        from collector.month_screen import show_run

        show_run(run)
    ctx.exit(FOUND if run.findings else 0)


@click.command()
@month_option
@revision_option
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="DIR", help="新目录")
@click.pass_context
def export_command(ctx: click.Context, month: str, revision: str, to: Path) -> None:
    """导出月报:工作簿、CSV、Parquet、清单与签名。

    Writes the month's workbook, CSV and Parquet files, manifest and signature to a new folder.
    """
    from collector.export import check_empty, files_of, write_folder
    from collector.manifest import (
        KEYS,
        MANIFEST,
        ROOT,
        SIGNATURE,
        File,
        make_manifest,
        sign_manifest,
    )

    home = ctx.ensure_object(Session).home()
    bureau = Phrase(home.config.bureau.name_zh, home.config.bureau.name_en)
    check_empty(to)
    run = judged(home, month, revision)
    files = files_of(run, bureau)
    manifest = make_manifest(run, files, bureau)
    signature = sign_manifest(manifest, home.key("receipt"))
    own = (
        File(MANIFEST, manifest, None),
        File(SIGNATURE, signature, None),
        File(KEYS, newest_keyset(home), None),
        File(ROOT, home.root.cose_key, None),
    )
    write_folder(to, (*files, *own))
    say(
        Phrase(
            f"已导出 {month} {revision} 到 {to}：{len(files)} 个文件,问题 {len(run.findings)} 项。",
            f"Exported {month} {revision} to {to}: {len(files)} files,"
            f" {len(run.findings)} findings.",
        )
    )


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--root", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="能源局根公钥文件 / the bureau's root key")  # fmt: skip
@json_option
@click.pass_context
def verify_command(ctx: click.Context, path: Path, root: Path | None, as_json: bool) -> None:  # noqa: FBT001  a click flag
    """核验月报导出目录或账簿,无需联网。

    Checks an exported month or a weighbridge's book, offline. Exit 1 when anything does not hold.
    """
    from collector.inspection import inspect, is_export

    if not is_export(path):
        ctx.exit(verify_book(path, root, as_json=as_json))
    checks = inspect(path, pinned_root(ctx.ensure_object(Session), root))
    show_checks(checks, as_json=as_json)
    ctx.exit(0 if all(check.ok for check in checks) else FOUND)


def judged(home: Home, month: str, revision: str) -> "Run":
    """The run; that the month was reconciled is noted, since cancelling tickets asks for it.

    Refusals E_MONTH for what is no month, E_MONTH_AHEAD for one that has not begun.
    """
    period = read_month(month)
    if period.from_ms > home.now_ms():
        raise Refusal(
            "E_MONTH_AHEAD",
            Phrase(f"{month} 尚未开始。", f"{month} has not begun yet."),
            Phrase("请写一个已开始的月份。", "Name a month that has begun."),
        )
    # DuckDB and Ibis take half a second to import: only who judges a month pays it.
    from collector.reconcile import reconcile

    run = reconcile(home.db, period, revision)
    note_reconciled(home.db, month, home.now_ms(), run.result_sha256)
    return run


def json_lines(run: "Run") -> Iterable[str]:
    """Each finding, each enterprise's totals, and last the month's."""
    from collector.finding import as_json
    from collector.totals import county

    yield from map(as_json, run.findings)
    month = {"period": run.period.name, "revision": run.revision}
    for line in run.totals:
        yield json.dumps({"totals": {**month, **line}}, ensure_ascii=False)
    summary = {
        **month,
        "formulas": run.formulas,
        "findings": len(run.findings),
        **county(run.totals),
        "inputs_sha256": run.inputs_sha256,
        "result_sha256": run.result_sha256,
    }
    yield json.dumps({"month": summary}, ensure_ascii=False)


def newest_keyset(home: Home) -> bytes:
    row = home.db.execute("SELECT message FROM keysets ORDER BY version DESC LIMIT 1").fetchone()
    return bytes(row["message"])


def pinned_root(session: Session, root: Path | None) -> "PublicKey | None":
    """The root key the verifier trusts: a file he gives, else his own home's, else none."""
    from weighbook.verdict import read_root

    if root is not None:
        return read_root(root)
    return session.home().root if session.path is not None else None


def show_checks(checks: tuple["Check", ...], *, as_json: bool) -> None:
    for check in checks:
        if as_json:
            told = {"zh": check.told.zh, "en": check.told.en}
            click.echo(
                json.dumps({"name": check.name, "ok": check.ok, "told": told}, ensure_ascii=False)
            )
        elif not check.ok or not check.name.startswith(("csv/", "tables/")):
            click.echo(
                f"{'✓' if check.ok else '✗'} {check.name}  {check.told.zh} / {check.told.en}"
            )
    bad = sum(not check.ok for check in checks)
    if not as_json:
        say(
            Phrase(f"核验 {len(checks)} 项,全部一致。", f"{len(checks)} checks, all good.")
            if not bad
            else Phrase(
                f"核验 {len(checks)} 项,{bad} 项不符：此导出不可采信。",
                f"{len(checks)} checks, {bad} failed: do not rely on this export.",
            )
        )


def verify_book(path: Path, root: Path | None, *, as_json: bool) -> int:
    """A weighbridge's book.db or its export: the verdict of `weighbook`, and the exit code."""
    from weighbook.verdict import verify_path

    audit = verify_path(path, root)
    if as_json:
        click.echo(json.dumps(audit.as_json(), ensure_ascii=False))
        return 0 if audit.ok else FOUND
    for found in audit.breaks:
        click.echo(f"✗ {found.seq} {found.code}  {found.words.zh} / {found.words.en}")
    say(audit.coverage)
    return 0 if audit.ok else FOUND
