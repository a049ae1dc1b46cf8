"""`edge-agent`: one command for the service and for whoever stands before the weighbridge.

Commands live in modules of their own and are imported when they are called. A new command is a line
in COMMANDS. Refusals become two sentences and exit code 2, never a traceback.
"""

from collections.abc import Iterable

import click

from terminal.late_group import Entry, LateGroup
from weighbook.phrase import Phrase

COMMANDS: tuple[Entry, ...] = tuple(
    Entry(name, f"edge_agent.{module}", attribute, title)
    for name, module, attribute, title in (
        ("run", "cli_run", "run_command", Phrase("运行磅房服务", "run the agent")),
        ("status", "cli_status", "status_command", Phrase("当前状态", "how things stand")),
        ("why-halted", "cli_status", "why_halted_command", Phrase("为何停销", "why halted")),
        ("camera", "cli_camera", "camera_group", Phrase("摄像头标定", "cameras into service")),
        ("order", "cli_orders", "order_group", Phrase("送达指令", "bring orders")),
        ("challenge", "cli_orders", "challenge_group", Phrase("电话申请", "ask by telephone")),
        ("answer", "cli_orders", "answer_command", Phrase("输入电话代码", "type the code in")),
        ("diag", "cli_diag", "diag_group", Phrase("技术员检查", "a technician's checks")),
        ("verify", "cli_book", "verify_command", Phrase("核验账簿", "check a book")),
        ("export", "cli_book", "export_command", Phrase("导出账簿", "export a book")),
        ("replay", "cli_book", "replay_command", Phrase("重放账簿", "replay a book")),
        ("plate", "cli_deck", "plate_command", Phrase("录入车号", "enter a plate")),
        ("test", "cli_deck", "test_command", Phrase("试磅", "test mode")),
        ("slip", "cli_slip", "slip_group", Phrase("磅单", "slips")),
        ("waybill", "cli_waybill", "waybill_group", Phrase("电子运单", "e-waybills")),
        ("enrol", "cli_enrol", "enrol_group", Phrase("磅房登记", "enrol this weighbridge")),
    )
)


@click.group(cls=LateGroup, entries=COMMANDS)
@click.version_option(package_name="weighhouse")
def program() -> None:
    """磅房智能体:称重、验票、看摄像头、记账、停销。

    The weighbridge agent: weighs, checks tickets, watches cameras, keeps the book, closes sales.
    """


def main(words: Iterable[str] | None = None) -> None:
    """The console script."""
    program.main(args=None if words is None else list(words), prog_name="edge-agent")


if __name__ == "__main__":
    main()
