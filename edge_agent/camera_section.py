"""A camera that was found, as a section of agent.toml: ready but for its password. Pure."""

import json
import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit, urlunsplit

from edge_agent.camera_report import PASSWORD_FIELD
from edge_agent.camera_survey import Surveyed

PASSWORD = "PASSWORD"  # noqa: S105 # a place to write one, not one
UNFIT = re.compile(r"[^A-Za-z0-9_-]+", re.ASCII)
MAX_NAME = 32


def section(device: Surveyed, user: str | None, taken: Collection[str]) -> str | None:
    """None for a device whose stream is not known. `taken`: names of the others."""
    main = device.main
    if main is None or main.stream is None:
        return None
    parts = urlsplit(main.stream)
    login = "" if user is None else f"{quote(user, safe='')}:{PASSWORD}@"
    source = _hidden(urlunsplit(parts._replace(netloc=login + parts.netloc)))
    lines = ["[[camera]]", f"name = {json.dumps(name_of(device, taken))}"]
    if PASSWORD in source:
        lines.append(f"# {PASSWORD}: 改成密码 / write the password there")
    lines += [f"source = {json.dumps(source)}", "deck = true"]
    return "\n".join([*lines, f"onvif = {json.dumps(device.address)}"])


def name_of(device: Surveyed, taken: Collection[str]) -> str:
    """What the configuration takes as a name, and no other camera here has."""
    said = UNFIT.sub("-", device.name or device.said.model or "").strip("-_")[:MAX_NAME]
    plain = said or "CAMERA"
    number, name = 1, plain
    while name in taken:
        number += 1
        name = f"{plain[: MAX_NAME - 4]}-{number}"
    return name


def _hidden(source: str) -> str:
    """Some devices write a password into the path itself: its place is left for it as well."""
    return PASSWORD_FIELD.sub(rf"\1={PASSWORD}", source)
