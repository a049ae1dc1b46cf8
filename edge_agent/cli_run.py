"""`edge-agent run`: the service."""

import logging
import sys
from pathlib import Path

import click
import structlog

from edge_agent.book_file import BookFailed
from edge_agent.config import load_config
from edge_agent.daemon import build, stop_on_signals
from edge_agent.release import software
from edge_agent.session import config_option
from weighbook.phrase import Phrase, Refusal


@click.command()
@config_option
@click.option("--debug", is_flag=True, help="详细日志 / verbose log")
def run_command(config_path: Path, debug: bool) -> None:  # noqa: FBT001 # click's way
    """运行磅房服务,直到收到 SIGTERM。

    Runs the agent until SIGTERM; the log goes to standard error, one JSON object a line.
    """
    set_up_log(logging.DEBUG if debug else logging.INFO)
    config, text = load_config(config_path)
    try:
        running = build(config, text, software())
    except BookFailed as failure:
        raise book_refused(config.state / "book.db", str(failure)) from failure
    except FileNotFoundError as error:
        raise not_enrolled(error) from error
    stop_on_signals(running)
    running.run()


def set_up_log(level: int) -> None:
    """One JSON object a line on standard error, which journald keeps."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def not_enrolled(error: OSError) -> Refusal:
    return Refusal(
        "E_NOT_ENROLLED",
        Phrase(
            f"本磅房尚未登记：缺少 {error.filename}。",
            f"Not enrolled: {error.filename} is missing.",
        ),
        Phrase(
            "请依次运行 edge-agent enrol request 和 enrol accept。",
            "Run edge-agent enrol request, then enrol accept.",
        ),
    )


def book_refused(path: Path, detail: str) -> Refusal:
    return Refusal(
        "E_BOOK",
        Phrase(f"账簿 {path} 不能打开：{detail}。", f"The book {path} cannot be opened: {detail}."),
        Phrase(
            "不要删除它；运行 edge-agent verify 并报告能源局。",
            "Do not delete it; run edge-agent verify and report to the bureau.",
        ),
    )
