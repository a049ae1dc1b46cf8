"""Cheats at the bureau's own desk: each function is one case, typed as a clerk would type it."""

import shutil
from pathlib import Path

from demo.cheats.waiting import must
from demo.cheats.yard import ROOM, Yard
from demo.processes import json_lines

BY = ("--by", "wang")
GOODS = ("--product", "RAW", "--max-net-kg", "35000", "--count", "1")


def c37_a_second_weighbridge(yard: Yard) -> str:
    place = ("--enterprise", "E01", "--name-zh", "二号", "--name-en", "Two")
    papers = ("--indicator", "XK", "--certificate", "C")
    return yard.county.refusal_of("weighbridge", "add", "WB-77", *place, *papers, *BY)


def c41_a_longer_way_for_several_trips(yard: Yard) -> str:
    """Eight hours are approved, a week is typed."""
    way = ("--destination", "乌海", "--hours", "168")
    return yard.county.refusal_of("ticket", "allocate", "--weighbridge", ROOM, *GOODS, *way, *BY)


def c42_a_buyer_nobody_knows(yard: Yard) -> str:
    buyer = ("--buyer", "B-INVENTED")
    return yard.county.refusal_of("ticket", "allocate", "--weighbridge", ROOM, *GOODS, *buyer, *BY)


def c45_a_clerk_releases_alone(yard: Yard) -> str:
    words = ("order", "release", "--weighbridge", ROOM, "--cause", "SCALE_SUSPECT", "--note", "x")
    return yard.county.refusal_of(*words, *BY, "--second", "wang")


def c54_the_exported_table_edited(yard: Yard) -> str:
    """The month is exported and signed; then somebody makes a figure smaller."""
    county, month = yard.county, yard.month()
    yard.room.sell(yard.plate(), yard.ticket())
    yard.room.agent.wait_until_held()
    folder, edited = county.folder / "export", county.folder / "edited"
    county.command("export", "--month", month, "--to", str(folder), allowed=(0, 1))
    shutil.copytree(folder, edited)
    table = next(path for path in sorted(edited.rglob("*.csv")) if b"48620" in path.read_bytes())
    table.write_bytes(table.read_bytes().replace(b"48620", b"38620"))
    must(not differing(folder), f"the export itself: {differing(folder)}")
    found = differing(edited)
    must(found == [str(table.relative_to(edited))], f"{found}")
    return "NOT_AS_SIGNED"


def differing(folder: Path) -> list[str]:
    """What `collector verify` finds altered."""
    lines = json_lines("collector", "verify", str(folder))
    return [str(line["name"]) for line in lines if line["ok"] is False]
