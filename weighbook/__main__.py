"""The auditor's command, without the agent: `python -m weighbook BOOK [--root FILE] [--json]`."""

import argparse
import json
import sys
from pathlib import Path

from weighbook.audit import Audit
from weighbook.phrase import Refusal
from weighbook.verdict import verify_path


def main() -> int:
    """0 the book is whole, 1 breaks were found, 2 it could not be judged."""
    parser = argparse.ArgumentParser(prog="python -m weighbook", description=__doc__)
    parser.add_argument(
        "book", type=Path, help="book.db 或导出文件夹 / book.db or an export folder"
    )
    parser.add_argument("--root", type=Path, help="根公钥文件 / file with the root's COSE_Key")
    parser.add_argument("--json", action="store_true", help="一行 JSON / one line of JSON")
    given = parser.parse_args()
    try:
        verdict = verify_path(given.book, given.root)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.what}\n{refusal.remedy}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"无法读取 / cannot be read: {error}\n")
        return 2
    shown = json.dumps(verdict.as_json(), ensure_ascii=False) if given.json else in_words(verdict)
    sys.stdout.write(shown + "\n")
    return 0 if verdict.ok else 1


def in_words(verdict: Audit) -> str:
    """The verdict for people: Chinese first, English below."""
    lines = [
        f"记录 {verdict.records} 条，问题 {len(verdict.breaks)} 处",
        f"{verdict.records} records, {len(verdict.breaks)} breaks",
        f"账首 / head {verdict.head}",
    ]
    for found in verdict.breaks:
        lines += [
            f"  #{found.seq:<6} {found.code:<16} {found.words.zh}",
            f"{'':26}{found.words.en}",
        ]
    return "\n".join([*lines, verdict.coverage.zh, verdict.coverage.en])


if __name__ == "__main__":
    sys.exit(main())
