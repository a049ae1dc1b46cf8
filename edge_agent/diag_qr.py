"""`edge-agent diag qr`: what the agent's own eyes read in picture files, and of what kind it is.

The same looks as at a camera or scanner, in the same order. Files are only read; one that is no
picture is refused by itself and does not hide the others. Signatures are not checked here.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from drivers.scanners.picture import read_picture
from drivers.scanners.picture_file import NoPicture, load_picture
from edge_agent.code_forms import CodeForm, code_text, form_of
from terminal.words import COULD_NOT, FOUND, GOOD, Columns, json_option, show, show_json
from weighbook.phrase import Phrase

COLUMNS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("file", Phrase("文件", "file")),
    ("kind", Phrase("种类与格式", "kind and form")),
    ("says", Phrase("内容", "content")),
    ("decoder", Phrase("识别", "decoder")),
    ("ms", Phrase("毫秒", "ms")),
)

NO_PICTURES: dict[str, Phrase] = {
    "P_ABSENT": Phrase("没有这个文件，请核对路径。", "There is no such file; check the path."),
    "P_DENIED": Phrase("无法读取，请检查权限。", "It cannot be read; check its permissions."),
    "P_NO_FILE": Phrase("不是普通文件，请给出图片。", "This is not a plain file; give a picture."),
    "P_LARGE": Phrase("图片过大，请缩小后再试。", "The picture is too large; make it smaller."),
    "P_FORMAT": Phrase(
        "不是可读的图片，请用 PNG 或 JPEG。", "This is no readable picture; use PNG or JPEG."
    ),
}
NOTHING = Phrase(
    "未识别到二维码：靠近、对焦、避免反光后重拍。",
    "No code was read: take it nearer, sharper, without glare.",
)
WHOLE = Phrase("完整", "whole")
TORN = Phrase("不完整", "broken")
UNSIGNED = Phrase("无签名", "unsigned")
UNCHECKED = Phrase(
    "格式完整不等于签名有效：签名在验票时核验。",
    "A whole form is not a good signature: that is checked when the ticket is used.",
)


class Look(NamedTuple):
    """What was read in one file; `refused` not None: it could not be looked at."""

    file: str
    texts: tuple[bytes, ...]
    decoder: str | None
    ms: int
    refused: NoPicture | None = None


@click.command()
@click.argument(
    "images", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="IMAGE…"
)
@json_option
@click.pass_context
def qr_command(ctx: click.Context, images: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 # click's way
    """识别图片中的二维码,并说明是票证、指令、磅单、车辆卡还是其他。

    Reads the QR codes in picture files and says what each is. IMAGE: PNG, JPEG, BMP, TIFF, WebP,
    GIF. Exit code: 0 a code was found in each, 1 in some not, 2 a file could not be looked at.
    """
    looks = []
    for image in images:
        look = look_at(image)
        looks.append(look)
        if as_json:
            show_json(row_of(look))
    if not as_json:
        show([row for look in looks for row in table_rows(look)], COLUMNS, as_json=False)
        if any(form_of(text).whole for look in looks for text in look.texts):
            click.echo(str(UNCHECKED))
    ctx.exit(exit_code(looks))


def look_at(path: Path) -> Look:
    """Every code in one file."""
    began = time.monotonic_ns()
    try:
        codes = read_picture(load_picture(path))
    except NoPicture as refused:
        return Look(str(path), (), None, _ms_since(began), refused)
    decoder = codes[0].decoder if codes else None
    return Look(str(path), tuple(code.text for code in codes), decoder, _ms_since(began))


def row_of(look: Look) -> dict[str, Any]:
    """The shape programs rely on; a refused file says why besides."""
    row = {
        "file": look.file,
        "found": bool(look.texts),
        "texts": [code_text(text) for text in look.texts],
        "decoder": look.decoder,
        "ms": look.ms,
    }
    if look.refused is None:
        return row
    return row | {"code": look.refused.code} | NO_PICTURES[look.refused.code]._asdict()


def table_rows(look: Look) -> Iterator[dict[str, Any]]:
    """One line per code, and one for a file without."""
    row: dict[str, Any] = {"file": Path(look.file).name, "decoder": look.decoder, "ms": look.ms}
    if look.refused is not None:
        yield row | {"mark": "✗", "says": str(NO_PICTURES[look.refused.code])}
    elif not look.texts:
        yield row | {"mark": "✗", "says": str(NOTHING)}
    for text in look.texts:
        form = form_of(text)
        mark = "!" if form.whole is False else "✓"
        yield row | {"mark": mark, "kind": str(_kind_and_form(form)), "says": form.says}


def _kind_and_form(form: CodeForm) -> Phrase:
    words = {True: WHOLE, False: TORN, None: UNSIGNED}[form.whole]
    return Phrase(f"{form.kind.zh}，{words.zh}", f"{form.kind.en}, {words.en}")


def exit_code(looks: list[Look]) -> int:
    if any(look.refused is not None for look in looks):
        return COULD_NOT
    return GOOD if all(look.texts for look in looks) else FOUND


def _ms_since(began_ns: int) -> int:
    return (time.monotonic_ns() - began_ns) // 1_000_000
