"""How often each cheat is found, and honest trucks are suspected: the table in the README.

    python -m edge_agent.tamper_table [--honest 10000] [--cheats 1000] [--seed 1] [--markdown]

Every stay is a whole weighing of simulated frames, put before the agent's own settling and checks
with the limits it ships with. The same seed gives the same table.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import click

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.cheats import CHEATS
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.scenario import HONEST, Line
from drivers.scales.traffic import Place
from edge_agent.settings import SiteSettings
from edge_agent.tamper.checks import SUSPECT_CODES
from edge_agent.tamper.trace import Suspicion
from edge_agent.tamper.trial import Trial
from terminal.words import Columns, json_option, show
from weighbook.phrase import Phrase

PAPER = "PAPER"
SHOWN_CODES = 3

COLUMNS: Columns = (
    ("kind", Phrase("过磅", "passages")),
    ("case", Phrase("情形", "case")),
    ("count", Phrase("次数", "number")),
    ("suspect", Phrase("停销", "sales closed")),
    ("flagged", Phrase("仅标记", "only flagged")),
    ("unseen", Phrase("未发现", "nothing seen")),
    ("codes", Phrase("最常见的代码", "most frequent codes")),
)


@dataclass
class Tally:
    """What became of the stays of one kind. `suspect`: SCALE_SUSPECT was raised."""

    kind: str
    count: int = 0
    suspect: int = 0
    flagged: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, found: Iterable[Suspicion]) -> None:
        codes = {suspicion.code for suspicion in found}
        closes = bool(codes & SUSPECT_CODES)
        self.count += 1
        self.suspect += closes
        self.flagged += bool(codes) and not closes
        self.codes.update(codes)

    def row(self) -> dict[str, str]:
        cheat = CHEATS.get(self.kind)
        title = ("守规车辆", "honest trucks") if cheat is None else cheat.title
        unseen = self.count - self.suspect - self.flagged
        most = ", ".join(code for code, _ in self.codes.most_common(SHOWN_CODES))
        return {
            "kind": " ".join(title),
            "case": "" if cheat is None else cheat.case,
            "count": str(self.count),
            "suspect": self._share(self.suspect),
            "flagged": self._share(self.flagged),
            "unseen": self._share(unseen),
            "codes": most,
        }

    def _share(self, part: int) -> str:
        return f"{100 * part / max(1, self.count):.2f} %"


def trials(protocol: ScaleProtocol, honest: int, cheats: int, seed: int) -> list[Tally]:
    """All stays, the honest ones first: the cheats are done to the traffic they made."""
    line, trial = Line(Place(), protocol, seed), Trial(_site())
    tallies = [Tally(HONEST), *(Tally(kind) for kind in CHEATS)]
    stays = [(tallies[0], honest), *((tally, cheats) for tally in tallies[1:])]
    total = sum(count for _, count in stays)
    with click.progressbar(length=total, label="trials", file=sys.stderr) as bar:
        for tally, count in stays:
            for _ in range(count):
                is_honest = tally.kind == HONEST
                stay = line.honest() if is_honest else line.cheat(tally.kind)
                tally.add(trial.play(stay, protocol))
                if is_honest:
                    trial.keep()
                bar.update(1)
    return tallies


def markdown(tallies: Iterable[Tally]) -> str:
    """The table as it stands in the README."""
    head = [" ".join(title) for _, title in COLUMNS]
    rows = [[tally.row()[key] for key, _ in COLUMNS] for tally in tallies]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


@click.command()
@click.option("--honest", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True,
              help="守规过磅次数 / honest passages")  # fmt: skip
@click.option("--cheats", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True,
              help="每种作弊次数 / passages of each cheat")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="种子 / seed")
@click.option("--protocol", "name", type=click.Choice(sorted(PROTOCOLS)), default="yaohua-tf0",
              show_default=True, help="仪表协议 / the indicator's protocol")  # fmt: skip
@click.option("--markdown", "as_markdown", is_flag=True, help="README 用的表 / as in the README")
@json_option
def table_command(
    honest: int,
    cheats: int,
    seed: int,
    name: str,
    as_markdown: bool,  # noqa: FBT001 # click's way
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """统计各种作弊的发现率和误报率。 Counts how often cheats are found and the honest suspected."""
    tallies = trials(PROTOCOLS[name], honest, cheats, seed)
    if as_markdown:
        click.echo(markdown(tallies), nl=False)
        return
    show([tally.row() for tally in tallies], COLUMNS, as_json=as_json)


def _site() -> SiteSettings:
    """The limits the agent ships with."""
    return SiteSettings(
        weighbridge=PAPER,
        enterprise=PAPER,
        indicator=PAPER,
        certificate="",
        software="",
        config=b"",
        products=(),
        cameras=(),
        deck_cameras=(),
    )


if __name__ == "__main__":
    table_command()
