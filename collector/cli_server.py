"""`collector run | ingest | broker config`: the servers, and what an external broker needs."""

import secrets
from pathlib import Path

import click

from collector.accounts import Account, list_accounts
from collector.broker_files import BrokerPlan, known_names, write_broker_files, write_private
from collector.buckets import read_buckets
from collector.home import Home
from collector.server import (
    PASSWORD_FILE,
    Parts,
    read_password,
    serve,
    stopped_by_signals,
)
from collector.session import Session, say
from weighbook.phrase import Phrase

PASSWORD_BYTES = 24
TLS_PORT = 8883
ANYWHERE = "0.0.0.0"  # noqa: S104 # a broker is there to be reached

buckets_option = click.option(
    "--buckets", metavar="0-63", help="负责的分桶 / the buckets to serve (default: settings)"
)


@click.command("run")
@click.pass_obj
def run_command(session: Session) -> None:
    """运行全部服务,直到收到 SIGTERM。 Run everything until SIGTERM.

    The broker if it is embedded, ingest with orders and receipts, the silence watch, and the
    upload of pictures, in one process.
    """
    home = session.home()
    run(home, Parts(read_buckets(home.config.ingest.buckets)))


@click.command("ingest")
@buckets_option
@click.pass_obj
def ingest_command(session: Session, buckets: str | None) -> None:
    """只接收记录(可按分桶分给多个进程)。 Receive records only, for a set of buckets.

    Several processes share the county by bucket; each set has its own fixed client id. The broker
    must be an external one.
    """
    home = session.home()
    chosen = read_buckets(buckets or home.config.ingest.buckets)
    run(home, Parts(chosen, broker=False, web=False))


def run(home: Home, parts: Parts) -> None:
    def ready() -> None:
        broker = home.config.broker
        where = f"{broker.host}:{broker.port}"
        say(Phrase(f"已启动,消息服务 {where}。", f"Running; the broker is {where}."))

    with stopped_by_signals() as stop:
        serve(home, parts, stop, ready)
    say(Phrase("已停止。", "Stopped."))


@click.group("broker")
def broker_group() -> None:
    """消息服务的配置。 What an external broker needs."""


@broker_group.command("config")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--host", default=ANYWHERE, show_default=True, help="监听地址 / listen on")
@click.option("--name", help="磅房所用的主机名 / the name agents use (default: settings)")
@click.option("--port", default=TLS_PORT, show_default=True)
@click.pass_obj
def config_command(session: Session, folder: Path, host: str, name: str | None, port: int) -> None:
    """写出 mosquitto 配置:TLS、账号、权限。 Write mosquitto's settings, accounts and rights.

    Run it again after a change of the registry, then send mosquitto SIGHUP.
    """
    home = session.home()
    collector = Account(home.config.broker.username, "", own_password(home))
    names = (name,) if name else known_names(home.config.broker)
    plan = BrokerPlan(folder, host, names, port, collector)
    for path in write_broker_files(plan, list_accounts(home.db)):
        click.echo(path)
    say(
        Phrase(
            f"请在 collector.toml 设 ca_file 为 {folder}/ca.crt,mode 为 external,tls 为 true。",
            f"Name {folder}/ca.crt as ca_file in collector.toml; set mode external and tls true.",
        )
    )


def own_password(home: Home) -> str:
    """The collector's password on an external broker, made when first needed."""
    password = read_password(home)
    if not password:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        write_private(home.path / PASSWORD_FILE, password.encode())
    return password
