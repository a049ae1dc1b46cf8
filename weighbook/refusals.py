"""Why a signed object is not accepted: one stable code per defect, with words for people."""

from weighbook.phrase import Phrase, Refusal

ASK_AGAIN = Phrase(
    "请重新出示原件或请能源局重发。",
    "Present the original again, or have the bureau issue it anew.",
)
WRONG_KEY = Phrase(
    "请核对密钥册，必要时联系能源局。", "Check the key set; if in doubt, ask the bureau."
)
REPORT = Phrase(
    "保留原件并报告能源局：可能被改动。",
    "Keep the original and report it to the bureau: it may have been altered.",
)

REASONS: dict[str, tuple[Phrase, Phrase]] = {
    "E_OVERSIZE": (Phrase("对象过大。", "The object is too large."), ASK_AGAIN),
    "E_TRAILING": (Phrase("对象之后有多余字节。", "Bytes follow after the object's end."), REPORT),
    "E_DUPLICATE_KEY": (Phrase("同一字段出现两次。", "A field stands twice."), REPORT),
    "E_NOT_SHORTEST": (
        Phrase("数字编码不是最短形式。", "A number is not in its shortest form."),
        REPORT,
    ),
    "E_INDEFINITE": (Phrase("使用了不定长编码。", "An indefinite length is used."), REPORT),
    "E_FLOAT": (Phrase("出现浮点数。", "A floating-point number stands in it."), REPORT),
    "E_KEY_ORDER": (Phrase("字段顺序不对。", "Fields are out of order."), REPORT),
    "E_KEY_TYPE": (Phrase("字段名不是整数。", "A field's key is not an integer."), REPORT),
    "E_NOT_NFC": (Phrase("文字不是规范形式。", "A text is not in normal form."), REPORT),
    "E_TAG": (Phrase("出现不允许的标记。", "A tag or simple value is not allowed."), REPORT),
    "E_CBOR": (Phrase("不是完整的编码对象。", "This is not a whole encoded object."), ASK_AGAIN),
    "E_ENVELOPE": (Phrase("不是签名信封。", "This is not a signed envelope."), ASK_AGAIN),
    "E_HEADER": (
        Phrase(
            "信封头多了、少了或放错了字段。",
            "The envelope's header has a field too many, too few or misplaced.",
        ),
        REPORT,
    ),
    "E_TYP": (
        Phrase("这不是此处要的那种对象。", "This is not the kind of object expected here."),
        ASK_AGAIN,
    ),
    "E_KID": (
        Phrase("签名的密钥不在密钥册里。", "The signing key is not in the key set."),
        WRONG_KEY,
    ),
    "E_ROLE": (
        Phrase("这把密钥无权签这种对象。", "This key may not sign this kind of object."),
        REPORT,
    ),
    "E_KEY_TIME": (Phrase("签名密钥当时无效。", "The signing key was not valid then."), WRONG_KEY),
    "E_ALG": (Phrase("算法不是这把密钥的算法。", "The algorithm is not that of the key."), REPORT),
    "E_HIGH_S": (
        Phrase("签名不是规范形式（高 s）。", "The signature is not in its normal form (high s)."),
        REPORT,
    ),
    "E_SIG": (Phrase("签名不对。", "The signature does not verify."), REPORT),
    "E_SCHEMA": (Phrase("内容不合格式。", "The content does not fit its schema."), REPORT),
    "E_TWO_SIGNERS": (
        Phrase(
            "放宽规则的指令须两人签名。",
            "An order that relaxes a rule needs two different signers.",
        ),
        Phrase("请第二位审批人签名。", "Have a second approver sign it."),
    ),
}


def refuse(code: str, detail: str = "") -> Refusal:
    """The refusal of that code; `detail` is added to both languages."""
    what, remedy = REASONS[code]
    if detail:
        what = Phrase(f"{what.zh}（{detail}）", f"{what.en} ({detail})")
    return Refusal(code, what, remedy)
