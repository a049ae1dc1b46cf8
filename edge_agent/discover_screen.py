"""What `edge-agent camera discover` shows of the devices it found; no password is part of it."""

from collections.abc import Iterator
from typing import Any

import click

from drivers.onvif.facts import Profile
from edge_agent.camera_fitness import Misfit, misfits, seconds, size
from edge_agent.camera_report import mask
from edge_agent.camera_section import name_of, section
from edge_agent.camera_survey import Surveyed
from terminal.words import Columns, harmless, say, show, show_facts, show_json
from weighbook.phrase import Phrase

FACTS: Columns = (
    ("model", Phrase("型号", "model")),
    ("firmware", Phrase("固件", "firmware")),
    ("serial", Phrase("序列号", "serial")),
    ("address", Phrase("地址", "address")),
    ("clock", Phrase("时钟偏差", "clock off")),
)
PROFILES: Columns = (
    ("name", Phrase("码流", "stream")),
    ("codec", Phrase("编码", "codec")),
    ("size", Phrase("尺寸", "size")),
    ("fps", Phrase("帧率", "fps")),
    ("gop", Phrase("关键帧间隔", "keyframe every")),
)
NOBODY = Phrase(
    "没有找到摄像头。请确认与摄像头同网段、摄像头已启用 ONVIF；组播不通时用 --address 指明一台。",
    "No camera was found. Be on their network, with ONVIF switched on in them; where multicast does"
    " not pass, name one with --address.",
)


def show_rows(surveyed: list[Surveyed], user: str | None) -> None:
    """A JSON object for each, and the count."""
    for device, text in _sections(surveyed, user):
        show_json(_row(device) | {"section": text})
    fit = sum(not misfits(device) for device in surveyed)
    show_json({"found": len(surveyed), "fit": fit})


def show_words(surveyed: list[Surveyed], user: str | None) -> None:
    """Each with its streams and what is amiss; at the end what goes into agent.toml."""
    if not surveyed:
        say(NOBODY)
    for device in surveyed:
        _show_device(device)
    texts = [text for _, text in _sections(surveyed, user) if text is not None]
    if texts:
        say(Phrase("可写入 agent.toml：", "For agent.toml:"))
        click.echo("\n" + "\n\n".join(texts))


def _sections(surveyed: list[Surveyed], user: str | None) -> Iterator[tuple[Surveyed, str | None]]:
    taken: set[str] = set()
    for device in surveyed:
        yield device, section(device, user, taken)
        taken.add(name_of(device, taken))


def _row(device: Surveyed) -> dict[str, Any]:
    return {
        "address": device.address,
        "name": device.name,
        "hardware": device.hardware,
        **device.said._asdict(),
        "clock_off_ms": device.off_ms,
        "failure": None if device.failure is None else str(device.failure),
        "profiles": [_profile(profile) for profile in device.profiles],
        "misfits": [
            {"code": one.code, "measured": one.measured, "limit": one.limit}
            for one in misfits(device)
        ],
    }


def _profile(profile: Profile) -> dict[str, Any]:
    masked = {"stream": _masked(profile.stream), "snapshot": _masked(profile.snapshot)}
    return profile._asdict() | {"gop_ms": profile.gop_ms} | masked


def _masked(address: str | None) -> str | None:
    return None if address is None else mask(address)


def _show_device(device: Surveyed) -> None:
    said, off_ms, unfit = device.said, device.off_ms, misfits(device)
    mark = "✗" if unfit else "✓"
    click.echo(harmless(f"{mark} {device.host}  {device.name or ''}".rstrip()).replace("\n", " "))
    facts = {
        "model": " ".join(filter(None, (said.maker, said.model))) or device.hardware,
        "firmware": said.firmware,
        "serial": said.serial,
        "address": device.address,
        "clock": None if off_ms is None else seconds(off_ms, "+"),
    }
    show_facts(facts, FACTS)
    if device.profiles:
        show([_cells(profile) for profile in device.profiles], PROFILES, as_json=False)
    for profile in device.profiles:
        for address in filter(None, (profile.stream, profile.snapshot)):
            click.echo(f"  {mask(address)}")
    for misfit in unfit:
        say(_words(misfit))
    click.echo("")


def _cells(profile: Profile) -> dict[str, str | None]:
    fps, gop_ms = profile.fps_milli, profile.gop_ms
    return {
        "name": profile.name or profile.token,
        "codec": profile.codec,
        "size": size(profile),
        "fps": None if fps is None else f"{fps / 1000:g}",
        "gop": None if gop_ms is None else seconds(gop_ms),
    }


def _words(misfit: Misfit) -> Phrase:
    what, remedy = misfit.words
    if misfit.why is not None:
        zh, en = misfit.why
    else:
        zh = f"实测 {misfit.measured}，要求 {misfit.limit}"
        en = f"measured {misfit.measured}, limit {misfit.limit}"
    return Phrase(f"✗ {what.zh}：{zh}\n  → {remedy.zh}", f"  {what.en}: {en}\n  → {remedy.en}")
