"""`collector`: the bureau's one command. Finds sub-commands, says refusals, exits 0, 1 or 2.

Commands live in modules of their own and are imported when they are called, so `--help` and `init`
do not wait for DuckDB or a broker. A new command is a line in COMMANDS.
"""

import sqlite3
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from collector.session import Session, say_refusal
from weighbook.phrase import Phrase, Refusal


class Entry(NamedTuple):
    """Where a command lives: `module` holds it under `attribute`."""

    name: str
    module: str
    attribute: str
    title: Phrase


COMMANDS: tuple[Entry, ...] = (
    Entry("init", "cli_registry", "init_command", Phrase("新建汇总端目录", "make a home")),
    Entry("enterprise", "cli_registry", "enterprise_group", Phrase("企业登记", "enterprises")),
    Entry("weighbridge", "cli_weighbridges", "weighbridge_group", Phrase("磅房", "weighbridges")),
    Entry("camera", "cli_weighbridges", "camera_group", Phrase("摄像头", "cameras")),
    Entry("buyer", "cli_registry", "buyer_group", Phrase("购买方", "buyers")),
    Entry("product", "cli_registry", "product_group", Phrase("产品目录", "products")),
    Entry("officer", "cli_registry", "officer_group", Phrase("经办人", "officers")),
    Entry("ticket", "cli_tickets", "ticket_group", Phrase("票证台账", "the ticket ledger")),
    Entry("order", "cli_orders", "order_group", Phrase("指令", "signed orders")),
    Entry("run", "cli_server", "run_command", Phrase("运行全部服务", "run everything")),
    Entry("ingest", "cli_server", "ingest_command", Phrase("接收记录", "receive records")),
    Entry("broker", "cli_server", "broker_group", Phrase("消息服务", "the message broker")),
    Entry("trace", "cli_trace", "trace_command", Phrase("追溯一票一车", "trace a ticket or plate")),
    Entry("reconcile", "cli_month", "reconcile_command", Phrase("月度比对", "reconcile a month")),
    Entry("export", "cli_month", "export_command", Phrase("月报导出", "export a month")),
    Entry("verify", "cli_month", "verify_command", Phrase("核验导出或账簿", "verify an export")),
)


# Subclassing is click's documented way to load commands late.
class LateGroup(click.Group):
    """A group that imports a command when it is called and turns refusals into exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        entry = next((entry for entry in COMMANDS if entry.name == cmd_name), None)
        if entry is None:
            return None
        command = getattr(import_module(f"collector.{entry.module}"), entry.attribute)
        assert isinstance(command, click.Command), entry
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(e.name, f"{e.title.zh} / {e.title.en}") for e in COMMANDS])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            return fail(ctx, refusal)
        except BrokenPipeError:
            raise
        except (OSError, sqlite3.Error) as error:
            return fail(ctx, store_refused(error))


def fail(ctx: click.Context, refusal: Refusal) -> NoReturn:
    say_refusal(refusal)
    ctx.exit(2)


def store_refused(error: Exception) -> Refusal:
    return Refusal(
        "E_STORE",
        Phrase(f"文件或数据库出错：{error}。", f"A file or the database failed: {error}."),
        Phrase(
            "请检查路径、权限和磁盘空间后重试。",
            "Check the path, the permissions and the disk, then try again.",
        ),
    )


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    envvar="WEIGHHOUSE_HOME",
    help="汇总端目录(或 $WEIGHHOUSE_HOME)/ the collector's home",
)
@click.pass_context
def cli(ctx: click.Context, home: Path | None) -> None:
    """汇总端：登记、票证、指令、接收、比对、导出。

    The collector: registry, tickets, orders, records, reconciliation, exports.
    """
    ctx.obj = Session(home)


def main() -> None:
    """The entry point of the `collector` script."""
    cli()
