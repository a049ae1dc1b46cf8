"""`collector`: the bureau's one command. Finds sub-commands, says refusals, exits 0, 1 or 2.

Commands live in modules of their own and are imported when they are called, so `--help` and `init`
do not wait for DuckDB or a broker. A new command is a line in COMMANDS.
"""

from dataclasses import replace
from pathlib import Path

import click

from collector.session import Session
from terminal.late_group import Entry, LateGroup
from weighbook.phrase import Phrase

COMMANDS: tuple[Entry, ...] = tuple(
    Entry(name, f"collector.{module}", attribute, title)
    for name, module, attribute, title in (
        ("init", "cli_registry", "init_command", Phrase("新建汇总端目录", "make a home")),
        ("enterprise", "cli_registry", "enterprise_group", Phrase("企业登记", "enterprises")),
        ("weighbridge", "cli_weighbridges", "weighbridge_group", Phrase("磅房", "weighbridges")),
        ("camera", "cli_weighbridges", "camera_group", Phrase("摄像头", "cameras")),
        ("buyer", "cli_registry", "buyer_group", Phrase("购买方", "buyers")),
        ("product", "cli_registry", "product_group", Phrase("产品目录", "products")),
        ("officer", "cli_registry", "officer_group", Phrase("经办人", "officers")),
        ("ticket", "cli_tickets", "ticket_group", Phrase("票证台账", "the ticket ledger")),
        ("quota", "cli_quota", "quota_group", Phrase("配额", "quotas of tonnage")),
        ("order", "cli_orders", "order_group", Phrase("指令", "signed orders")),
        ("request", "cli_requests", "request_group", Phrase("申请与批准", "ask and approve")),
        ("view", "cli_views", "view_command", Phrase("调看画面", "pictures on demand")),
        ("halts", "cli_halts", "halts_group", Phrase("停销一览", "who is halted, and why")),
        ("case", "cli_cases", "case_group", Phrase("案件与处理", "cases and measures")),
        ("blacklist", "cli_cases", "blacklist_group", Phrase("失信名单", "the blacklist")),
        ("draw", "cli_draw", "draw_group", Phrase("随机抽查", "the draw of inspectors")),
        ("verify-slip", "cli_road", "verify_slip_command", Phrase("核验磅单", "check a slip")),
        ("road", "cli_road", "road_group", Phrase("路面稽查", "inspectors on the road")),
        ("log", "cli_log", "log_group", Phrase("操作日志", "the bureau's log")),
        ("staff", "cli_staff", "staff_command", Phrase("人员操作汇总", "the bureau's people")),
        ("run", "cli_server", "run_command", Phrase("运行全部服务", "run everything")),
        ("ingest", "cli_server", "ingest_command", Phrase("接收记录", "receive records")),
        ("broker", "cli_server", "broker_group", Phrase("消息服务", "the message broker")),
        ("trace", "cli_trace", "trace_command", Phrase("追溯一票一车", "trace a ticket or plate")),
        ("import", "cli_import", "import_group", Phrase("导入数据", "take in others' data")),
        ("reconcile", "cli_month", "reconcile_command", Phrase("月度比对", "reconcile a month")),
        ("export", "cli_month", "export_command", Phrase("月报导出", "export a month")),
        ("verify", "cli_month", "verify_command", Phrase("核验导出或账簿", "verify an export")),
    )
)


@click.group(
    cls=LateGroup, entries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    envvar="WEIGHHOUSE_HOME",
    help="汇总端目录(或 $WEIGHHOUSE_HOME)/ the collector's home",
)
@click.version_option(package_name="weighhouse")
@click.pass_context
def cli(ctx: click.Context, home: Path | None) -> None:
    """汇总端：登记、票证、指令、接收、比对、导出。

    The collector: registry, tickets, orders, records, reconciliation, exports.
    """
    # Whoever calls this from a program may bring a session with a clock of his own.
    session = ctx.obj if isinstance(ctx.obj, Session) else Session(None)
    ctx.obj = replace(session, path=home)


def main() -> None:
    """The entry point of the `collector` script."""
    cli()
