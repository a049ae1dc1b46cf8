"""The few words of the NUT protocol that are needed, and what a UPS's state means. Pure.

    GET VAR ups ups.status      VAR ups ups.status "OL CHRG"
    LIST VAR ups                BEGIN LIST VAR ups … VAR ups name "value" … END LIST VAR ups
    anything                    ERR CODE

Source: Network UPS Tools, developer guide, "Network protocol information" and "Status data".
Confidence: documented.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

STATUS, CHARGE = "ups.status", "battery.charge"
VARIABLE = re.compile(r'VAR (\S+) (\S+) "((?:[^"\\]|\\.)*)"')
ESCAPED = re.compile(r"\\(.)")
ERROR = re.compile(r"ERR ([A-Z-]{1,40})(?: .*)?")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
PERCENT = re.compile(r"(\d{1,3})(?:\.\d{1,3})?")

# What upsd refuses with, and how it is told here; all else is N_REFUSED.
ERRORS = {
    "DATA-STALE": "N_STALE",
    "DRIVER-NOT-CONNECTED": "N_STALE",
    "UNKNOWN-UPS": "N_UNKNOWN",
    "VAR-NOT-SUPPORTED": "N_NO_DATA",
    "ACCESS-DENIED": "N_DENIED",
    "USERNAME-REQUIRED": "N_DENIED",
    "PASSWORD-REQUIRED": "N_DENIED",
    "INVALID-PASSWORD": "N_DENIED",
    "NOT-LOGGED-IN": "N_DENIED",
}
REFUSED, GARBAGE = "N_REFUSED", "N_GARBAGE"

ONLINE, ON_BATTERY, LOW, FORCED = "OL", "OB", "LB", "FSD"


class UpsState(NamedTuple):
    """`mains` None: the UPS does not say. `charge_percent` None: it does not tell."""

    mains: bool | None
    is_low: bool
    charge_percent: int | None


class NutFailed(Exception):
    """It is not known how the UPS stands; `code` is one of power_words."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def get(ups: str, name: str) -> bytes:
    return f"GET VAR {ups} {name}\n".encode("ascii")


def list_all(ups: str) -> bytes:
    return f"LIST VAR {ups}\n".encode("ascii")


def begin_of(ups: str) -> str:
    return f"BEGIN LIST VAR {ups}"


def end_of(ups: str) -> str:
    return f"END LIST VAR {ups}"


def read_variable(line: str, ups: str) -> tuple[str, str]:
    """A name and its value. Errors: NutFailed."""
    if (error := ERROR.fullmatch(line)) is not None:
        raise NutFailed(ERRORS.get(error[1], REFUSED), error[1])
    found = VARIABLE.fullmatch(line)
    if found is None or found[1] != ups:
        raise NutFailed(GARBAGE, line[:40])
    return found[2], ESCAPED.sub(r"\1", found[3])


def state_of(variables: Mapping[str, str]) -> UpsState:
    """What the words of a UPS come to; where they contradict each other the mains are gone."""
    words = variables.get(STATUS, "").split()
    mains = True if ONLINE in words else None
    if ON_BATTERY in words or FORCED in words:
        mains = False
    charge = PERCENT.fullmatch(variables.get(CHARGE, ""))
    percent = None if charge is None or int(charge[1]) > 100 else int(charge[1])
    return UpsState(mains, LOW in words, percent)
