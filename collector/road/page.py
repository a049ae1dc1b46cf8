"""The page an inspector keeps on a phone: one file, with everything it needs in it."""

import json
from pathlib import Path

from collector.road.pack import Pack


def write_page(pack: Pack, path: Path) -> None:
    """Errors: OSError."""
    path.write_text(json.dumps(pack, ensure_ascii=False), encoding="utf-8")
