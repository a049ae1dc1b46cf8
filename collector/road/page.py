"""The page an inspector keeps on a phone: one file, with everything it needs in it.

It is put together from the small sources in `web/`, the pack, and tables of QR codes; nothing is
loaded later and nothing is sent. Its policy lets the browser run these very sources and no others.
"""

import base64
import hashlib
import json
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from segno import consts

from collector.road.check import WORDS
from collector.road.pack import Pack

# In the order in which they need each other.
SCRIPTS = (
    *("facts", "bytes", "hashes", "ed25519", "p256", "base45", "cbor", "envelope", "papers"),
    *("check", "light", "finders", "plane", "outlines", "triples", "fits", "grids"),
    *("reed_solomon", "codewords", "segments", "qr", "words", "truck", "scans", "place"),
    *("pictures", "camera", "display", "main"),
)
LARGEST_VERSION = 25
LEVELS = range(4)  # as the two bits in a code name them


def write_page(pack: Pack, path: Path) -> None:
    """Errors: OSError."""
    path.write_text(page_of(pack), encoding="utf-8")


def page_of(pack: Pack) -> str:
    script, style = script_of(SCRIPTS), source("page.css")
    facts = {"pack": pack, "wrong": WORDS, "qr": qr_tables()}
    return Template(source("page.html")).substitute(
        policy=policy(script, style), style=style, script=script, facts=as_data(facts)
    )


def script_of(names: tuple[str, ...]) -> str:
    return "\n".join(source(f"{name}.js") for name in names)


def source(name: str) -> str:
    return (resources.files("collector.road") / "web" / name).read_text(encoding="utf-8")


def policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{hash_of(script)}'; style-src '{hash_of(style)}';"
        " base-uri 'none'; form-action 'none'"
    )


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def as_data(facts: Any) -> str:
    """JSON that no HTML parser takes for a tag, whatever stands in a name."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def qr_tables() -> dict[str, Any]:
    """By version, from 1: where alignment patterns stand; by level, (blocks, bytes, data bytes)."""
    return {
        "alignment": [[], [], *consts.ALIGNMENT_POS[: LARGEST_VERSION - 1]],
        "blocks": [[], *(blocks_of(version) for version in range(1, LARGEST_VERSION + 1))],
    }


def blocks_of(version: int) -> list[Any]:
    table: Any = consts.ECC
    return [table[version][level] for level in LEVELS]
