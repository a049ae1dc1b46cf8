"""What software this is, told by its code."""

import shutil
import time
from pathlib import Path

from edge_agent.release import PACKAGES, code_digest, software

ROOT = Path(__file__).parent.parent.parent


def copied(folder: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    return folder


def test_it_names_version_and_code() -> None:
    name, version, digest = software().split()
    assert (name, len(digest)) == ("weighhouse", 12)
    assert version[0].isdigit()


def test_the_same_code_elsewhere_is_the_same_software(tmp_path: Path) -> None:
    assert code_digest(copied(tmp_path)) == code_digest(ROOT)


def test_c56_one_altered_character_is_another_software(tmp_path: Path) -> None:
    rules = copied(tmp_path) / "edge_agent" / "load_rules.py"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("<=", "<", 1), encoding="utf-8")
    assert code_digest(tmp_path) != code_digest(ROOT)


def test_c56_a_file_renamed_or_added_is_another_software(tmp_path: Path) -> None:
    before = code_digest(copied(tmp_path))
    (tmp_path / "edge_agent" / "helper_of_a_cheat.py").write_text("", encoding="utf-8")
    assert code_digest(tmp_path) != before


def test_it_costs_a_start_next_to_nothing() -> None:
    began = time.process_time()
    software()
    assert time.process_time() - began < 1
