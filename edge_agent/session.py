"""What every command of `edge-agent` shares: where the configuration is."""

from pathlib import Path

import click

DEFAULT_CONFIG = Path("/etc/weighhouse/agent.toml")

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_CONFIG,
    show_default=True,
    envvar="WEIGHHOUSE_CONFIG",
    metavar="FILE",
    help="配置文件 / the configuration",
)
