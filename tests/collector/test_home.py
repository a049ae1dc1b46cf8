"""A collector's home: made once, never overwritten, keys for their owner's eyes only."""

import re
import stat
import tomllib
from pathlib import Path

import msgspec
import pytest

from collector.config import Config, Notify, load_config
from collector.home import CONFIG_SAMPLE, create_home, open_home
from collector.officers import add_officer, retire_officer
from collector.schema import APPEND_ONLY
from tests.collector.sites import Bureau, make_bureau
from weighbook.orders import Action, Suspend, open_order
from weighbook.phrase import Refusal


def test_the_sample_settings_are_the_defaults() -> None:
    assert load_config(CONFIG_SAMPLE) == Config()


def test_the_sample_settings_name_every_option() -> None:
    named = tomllib.loads(CONFIG_SAMPLE.read_text(encoding="utf-8"))
    assert named | {"notify": []} == msgspec.json.decode(msgspec.json.encode(Config()))


def test_the_sample_shows_a_receiver_of_notices_with_every_option() -> None:
    text = CONFIG_SAMPLE.read_text(encoding="utf-8").split("# [[notify]]")[1]
    options = re.findall(r"^# (\w+) = (.+)$", text, re.MULTILINE)
    assert {name for name, _ in options} == set(Notify.__struct_fields__)
    shown = tomllib.loads("\n".join(f"{name} = {value}" for name, value in options))
    assert msgspec.convert(shown, Notify).what == Notify("x", "http://x").what


def test_every_option_has_a_comment() -> None:
    lines = CONFIG_SAMPLE.read_text(encoding="utf-8").splitlines()
    sections = "\n".join(lines).split("\n[")
    assert all("#" in section for section in sections)


def test_a_misspelt_option_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "collector.toml"
    path.write_text("[bureau]\nisuer = 'X'\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_config(path)
    assert refused.value.code == "E_CONFIG"
    assert "isuer" in refused.value.what.en


def test_a_home_is_never_overwritten(tmp_path: Path) -> None:
    create_home(tmp_path / "home").close()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(Refusal) as refused:
        create_home(tmp_path / "home")
    assert refused.value.code == "E_HOME_EXISTS"
    assert before == {path: path.read_bytes() for path in before}


def test_keys_and_database_are_for_their_owner_only(tmp_path: Path) -> None:
    create_home(tmp_path / "home").close()
    private = [*(tmp_path / "home" / "keys").glob("*.pem"), tmp_path / "home" / "collector.db"]
    assert len(private) == 6
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in private)


def test_an_opened_home_knows_its_keys_officers_and_products(tmp_path: Path) -> None:
    create_home(tmp_path / "home").close()
    home = open_home(tmp_path / "home")
    roles = sorted(role for entry in home.keyset().entries for role in entry.roles)
    assert roles == ["order", "order", "receipt", "ticket"]
    assert home.db.execute("SELECT count(*) FROM products").fetchone()[0] >= 8
    assert home.ring().find(home.key("ticket").public.kid) is not None


def test_no_home_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_home(tmp_path)
    assert refused.value.code == "E_NO_HOME"


@pytest.mark.parametrize("officers", [(("one", "甲"),), (("one", "甲"), ("one", "乙"))])
def test_a_home_needs_two_officers(tmp_path: Path, officers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Refusal) as refused:
        create_home(tmp_path / "home", officers)
    assert refused.value.code == "E_TWO_OFFICERS"


def test_an_officer_cannot_be_named_like_a_key(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        create_home(tmp_path / "home", (("root", "甲"), ("two", "乙")))
    assert refused.value.code == "E_ID"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    made.enrol()
    return made


def test_a_new_officer_is_made_known_to_every_weighbridge(bureau: Bureau) -> None:
    add_officer(bureau.home, "officer-3", "经办员三", "officer-1")
    actions = bureau.home.db.execute("SELECT action FROM orders ORDER BY number").fetchall()
    assert [row[0] for row in actions] == [Action.ENROL, Action.KEYSET]
    assert bureau.home.ring().find(bureau.home.officer_key("officer-3").public.kid) is not None


def test_a_retired_officer_signs_no_more_and_his_orders_stay_provable(bureau: Bureau) -> None:
    from collector import orders

    home = bureau.home
    add_officer(home, "officer-3", "经办员三", "officer-1")
    orders.issue(home, "W01", Action.SUSPEND, Suspend("x"), by="officer-3")
    signed_s = home.now_ms() // 1000
    bureau.wall.now_ms += 5_000
    retire_officer(home, "officer-3", "officer-1")
    assert open_order(orders.find(home.db, "W01", 3).message, home.ring(), signed_s)
    with pytest.raises(Refusal) as refused:
        orders.issue(home, "W01", Action.SUSPEND, Suspend("x"), by="officer-3")
    assert refused.value.code == "E_OFFICER"


def test_two_officers_always_remain(bureau: Bureau) -> None:
    with pytest.raises(Refusal) as refused:
        retire_officer(bureau.home, "officer-2", "officer-1")
    assert refused.value.code == "E_TWO_OFFICERS"


def test_what_was_written_once_stays(bureau: Bureau) -> None:
    import sqlite3

    for table in APPEND_ONLY:
        if bureau.home.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
            with pytest.raises(sqlite3.IntegrityError):
                bureau.home.db.execute(f"DELETE FROM {table}")
