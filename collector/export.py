"""A judged month as a folder: workbook, CSV, Parquet, findings, manifest and signature.

`files_of()` makes every file's bytes from the run alone; `write_folder()` puts them on disk as a
whole or not at all. The Parquet files are the inputs themselves, so whoever holds the folder can
repeat the run.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from collector.csv_files import page_csv, table_csv
from collector.finding import as_json
from collector.manifest import File
from collector.pages.catalogue import pages_of
from collector.reconcile import Run
from collector.tables import SCHEMAS, arrow_schema
from collector.workbook import workbook
from weighbook.phrase import Phrase, Refusal

DETAILS = ("weighings", "tickets", "entries")


def files_of(run: Run, bureau: Phrase) -> tuple[File, ...]:
    """Every file but the manifest, its signature and the keys."""
    pages = pages_of(run)
    name = f"month-{run.period.name}-{run.revision}.xlsx"
    findings = "".join(f"{as_json(finding)}\n" for finding in run.findings).encode()
    tables = {table: ordered(run.arrow.get(table), table) for table in SCHEMAS}
    return (
        File(name, workbook(run, pages, bureau), None),
        File("findings.jsonl", findings, len(run.findings)),
        *(File(f"csv/{p.number:02d}-{p.slug}.csv", page_csv(p), len(p.rows)) for p in pages),
        *(File(f"csv/{t}.csv", table_csv(tables[t]), tables[t].num_rows) for t in DETAILS),
        *(
            File(f"tables/{name}.parquet", parquet(table), table.num_rows)
            for name, table in tables.items()
        ),
    )


def ordered(table: pa.Table | None, name: str) -> pa.Table:
    """The rows in one order, whatever order the database gave them in."""
    if table is None:
        return arrow_schema(name).empty_table()
    return table.combine_chunks().sort_by([(column, "ascending") for column in table.column_names])


def parquet(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file, compression="zstd")
    return file.getvalue()


def read_parquet(data: bytes) -> pa.Table:
    return pyarrow.parquet.read_table(io.BytesIO(data))


def check_empty(to: Path) -> None:
    """Refusal E_FOLDER unless `to` can become a new folder."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise Refusal(
            "E_FOLDER",
            Phrase(f"{to} 已有内容。", f"{to} is not empty."),
            Phrase("请指定一个新的目录。", "Name a new folder."),
        )


def write_folder(to: Path, files: Iterable[File]) -> None:
    """All files into a new folder; Refusal E_FOLDER if there is something already."""
    check_empty(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
    try:
        for file in files:
            path = draft / file.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.data)
        draft.chmod(0o755)
        os.replace(draft, to)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
