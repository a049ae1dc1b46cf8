"""`edge-agent enrol`: ask for enrolment, and accept what the bureau gives back."""

from pathlib import Path

import click

from edge_agent.book_file import BookFailed
from edge_agent.cli_run import book_refused
from edge_agent.config import load_config
from edge_agent.enrolment import LARGEST_BUNDLE_BYTES, accept_bundle, write_request
from edge_agent.evidence import write_whole
from edge_agent.rekeying import ask_rekeying, switch_key
from edge_agent.session import config_option
from terminal.words import say
from weighbook.phrase import Phrase


@click.group()
def enrol_group() -> None:
    """磅房登记:先申请,再接受能源局的登记包。

    Enrolment: first the request, then the bureau's bundle.
    """


@enrol_group.command("request", short_help="生成申请 / make the request")
@config_option
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="申请文件 / the request",
)
def request_command(config_path: Path, to: Path) -> None:
    """生成密钥和登记申请。

    Makes this machine's key, if there is none, and the request to take to the bureau, which gives
    back a bundle for `edge-agent enrol accept`. The private key never leaves this machine.
    """
    config, _ = load_config(config_path)
    write_request(config, to)
    say(
        Phrase(
            f"申请已写入 {to}，请交给能源局。", f"The request is in {to}; take it to the bureau."
        )
    )


@enrol_group.command("next-key", short_help="申请换钥 / ask for the next key")
@config_option
@click.option(
    "--to", required=True, type=click.Path(path_type=Path), metavar="FILE", help="申请 / request"
)
def next_key_command(config_path: Path, to: Path) -> None:
    """生成下一把密钥和申请,交能源局 collector weighbridge rekey 登记。

    Makes the key after this one, and the request for it; the book goes on.
    """
    config, _ = load_config(config_path)
    write_whole(to, ask_rekeying(config))
    say(Phrase(f"申请已写入 {to}，请交给能源局。", f"The request is in {to}; take it there."))


@enrol_group.command("switch", short_help="换用新密钥 / switch to the next key")
@config_option
def switch_command(config_path: Path) -> None:
    """服务停止后换用已登记的新密钥,账簿继续。

    With the agent stopped: records the change, signed by the old key; the new one takes its place.
    """
    config, _ = load_config(config_path)
    try:
        seq = switch_key(config)
    except BookFailed as failure:
        raise book_refused(config.state / "book.db", str(failure)) from failure
    say(
        Phrase(
            f"已换钥，账簿第 {seq} 条；请启动服务。",
            f"Keys are changed, record {seq}. Start the agent.",
        )
    )


@enrol_group.command("accept", short_help="接受登记包 / accept the bundle")
@config_option
@click.argument("bundle", type=click.Path(path_type=Path))
def accept_command(config_path: Path, bundle: Path) -> None:
    """接受登记包,开立账簿。

    Checks the bureau's bundle, makes the book and its first record. The same bundle again changes
    nothing. Exit code: 0 accepted, 2 refused.
    """
    config, _ = load_config(config_path)
    with bundle.open("rb") as file:
        data = file.read(LARGEST_BUNDLE_BYTES + 1)
    try:
        accepted = accept_bundle(config, data)
    except BookFailed as failure:
        raise book_refused(config.state / "book.db", str(failure)) from failure
    say(
        Phrase(
            f"磅房 {config.weighbridge} 已登记，第 {accepted.args.epoch} 期，账簿已开立。",
            f"{config.weighbridge} is enrolled, epoch {accepted.args.epoch}; its book is begun.",
        )
    )
