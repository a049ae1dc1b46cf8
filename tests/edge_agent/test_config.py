"""The configuration: the shipped file is complete and loads; what is wrong is named, twice."""

import re
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge_agent.config import DECK_FIELDS, AgentConfig, load_config, site_settings
from edge_agent.settings import ROAD_LIMITS_KG, SiteSettings
from weighbook.phrase import Refusal

ONVIF = 'onvif = "http://192.168.1.64/onvif/device_service"'
SHIPPED = Path(__file__).parents[2] / "config" / "agent.toml"
REGISTRY = {
    "enterprise": ["E-01", "鄂托克一矿", "Otog No. 1"],
    "certificate": "C-2026-7",
    "products": {"RAW": ["COAL", "原煤", "raw coal"], "LIME": ["NONCOAL", "石灰石", "limestone"]},
}


def saved(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_line(folder: Path, old: str, new: str) -> Path:
    """The shipped file with one line changed."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count(f"\n{old}\n") == 1, old
    return saved(folder, text.replace(f"\n{old}\n", f"\n{new}\n"))


def refused(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        load_config(path)
    assert caught.value.code == "E_CONFIG"
    return caught.value


def options(struct: type[msgspec.Struct]) -> set[str]:
    """Every option of the configuration, with those of its sections."""
    found = set()
    for field in msgspec.structs.fields(struct):
        found.add(field.name)
        inner = [field.type, *getattr(field.type, "__args__", ())]
        for kind in inner:
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                found |= options(kind)
    return found


def test_the_shipped_file_loads_and_is_what_was_read() -> None:
    config, data = load_config(SHIPPED)
    assert config.weighbridge == "WB-0001"
    assert data == SHIPPED.read_bytes()


@pytest.mark.parametrize("option", sorted(options(AgentConfig)))
def test_every_option_is_shown_in_the_shipped_file(option: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    alone = rf"^(# )?(\[+([a-z]+\.)*{option}\]+|{option} = .+)$"
    assert re.search(rf"{alone}|[{{ ]{option} = \d", text, re.MULTILINE), option


def test_every_option_of_the_shipped_file_is_explained_in_both_languages() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    assert len(re.findall("[\u4e00-\u9fff]", comments)) > 200
    assert len(re.findall("[a-z]{3,}", comments)) > 150


def test_what_the_file_leaves_out_has_the_shipped_value(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    short, _ = load_config(saved(tmp_path, text[: text.index("\n[deck]")]))
    shipped, _ = load_config(SHIPPED)
    assert short.deck == shipped.deck
    assert short.disk == shipped.disk


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('operator = ""', "operatr = 1", "operatr"),
        ("bytesize = 8", "bitesize = 8", "$.scale"),
        ("baud = 9600\nbytesize = 8", 'baud = "fast"\nbytesize = 8', "$.scale.baud"),
        ("stopbits = 1", "stopbits = 3", "$.scale.stopbits"),
        ('parity = "N"', 'parity = "X"', "$.scale.parity"),
        ('unit = "kg"', 'unit = "catty"', "$.scale.unit"),
        ("division_kg = 20", "division_kg = 20.5", "$.scale.division_kg"),
        ("max_kg = 100000", "max_kg = 0", "$.scale.max_kg"),
        ('weighbridge = "WB-0001"', 'weighbridge = "磅房"', "$.weighbridge"),
        ('protocol = "yaohua-tf0"', 'protocol = "yaohua"', "scale.protocol"),
        ("present_kg = 1000", "present_kg = 3020", "deck.present_kg"),
        ("rearm_kg = 400", "rearm_kg = 1000", "deck.rearm_kg"),
        ("zero_band_kg = 60", "zero_band_kg = 400", "deck.zero_band_kg"),
        ("settle_limit_ms = 30000", "settle_limit_ms = 3000", "deck.stable_ms"),
        ('name = "WB-0001-ROAD"', 'name = "WB-0001-DECK"', "camera.name"),
        ('port = "/dev/ttyUSB0"', 'port = ""', "scanner window"),
        ("min_free_mib = 512", "min_free_mib = -1", "$.disk.min_free_mib"),
        (ONVIF, 'onvif = "192.168.1.64"', "camera WB-0001-DECK.onvif"),
        (ONVIF, 'onvif = "http://me:secret@192.168.1.64/onvif/x"', "camera WB-0001-DECK.onvif"),
        (ONVIF, 'onvif = "http://192.168.1.64:99999/onvif/x"', "camera WB-0001-DECK.onvif"),
    ],
)
def test_a_wrong_option_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    refusal = refused(with_line(tmp_path, old, new))
    assert place in refusal.what.zh
    assert place in refusal.what.en
    assert "config/agent.toml" in refusal.remedy.zh


def test_a_missing_option_is_named(tmp_path: Path) -> None:
    refusal = refused(with_line(tmp_path, 'weighbridge = "WB-0001"', ""))
    assert "weighbridge" in refusal.what.en


@pytest.mark.parametrize("text", ["", "= 1", "[scale", "weighbridge = 'x\n", "\0"])
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    assert str(tmp_path) in refused(saved(tmp_path, text)).what.en


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    assert "agent.toml" in refused(tmp_path / "agent.toml").what.zh


def test_a_huge_file_is_not_read_into_memory_to_no_end(tmp_path: Path) -> None:
    assert "65536" in refused(saved(tmp_path, "#" * 70_000)).what.en


def test_at_least_one_camera_must_see_the_deck(tmp_path: Path) -> None:
    refusal = refused(with_line(tmp_path, "deck = true", "deck = false"))
    assert "deck = true" in refusal.what.en


# -- what the core sees of it --------------------------------------------------------------------


def shipped_site(registry: dict[str, Any] | None = None) -> SiteSettings:
    config, data = load_config(SHIPPED)
    return site_settings(config, registry or REGISTRY, "1.0", sha256(data).digest())


def test_the_shipped_site_is_the_designs_defaults() -> None:
    site = shipped_site()
    plain = {f.name: f.default for f in fields(SiteSettings) if isinstance(f.default, int | tuple)}
    assert {name: getattr(site, name) for name in plain} == plain


def test_file_and_registry_make_the_site() -> None:
    site = shipped_site()
    assert (site.weighbridge, site.enterprise, site.certificate) == ("WB-0001", "E-01", "C-2026-7")
    assert site.products == (("LIME", "NONCOAL"), ("RAW", "COAL"))
    assert site.cameras == ("WB-0001-DECK", "WB-0001-ROAD")
    assert site.deck_cameras == ("WB-0001-DECK",)
    assert site.operator is None


def test_every_deck_option_reaches_the_core(tmp_path: Path) -> None:
    for name in DECK_FIELDS:
        shipped, _ = load_config(SHIPPED)
        value = getattr(shipped.deck, name) + 2
        path = with_line(tmp_path, f"{name} = {value - 2}", f"{name} = {value}")
        config, _ = load_config(path)
        assert getattr(site_settings(config, REGISTRY, "1.0", b""), name) == value


@pytest.mark.parametrize(("road", "limits"), [("true", ROAD_LIMITS_KG), ("false", ())])
def test_off_the_road_axles_have_no_limit(tmp_path: Path, road: str, limits: object) -> None:
    config, _ = load_config(with_line(tmp_path, "road_limits = true", f"road_limits = {road}"))
    assert site_settings(config, REGISTRY, "1.0", b"").axle_limits_kg == limits


@pytest.mark.parametrize("name", ["enterprise", "certificate", "products"])
@pytest.mark.parametrize("value", [None, 7, []])
def test_a_registry_that_is_incomplete_is_refused(name: str, value: object) -> None:
    with pytest.raises(Refusal) as caught:
        shipped_site(REGISTRY | {name: value})
    assert caught.value.code == "E_REGISTRY"
