"""The words for orders and receipts that were not accepted: why, and what to do."""

from weighbook.phrase import Phrase

ORDERS: dict[str, Phrase] = {
    "E_SIG": Phrase(
        "签名或格式不成立，请向能源局核实。",
        "its signature or form does not hold; ask the bureau.",
    ),
    "E_TWO_SIGNERS": Phrase(
        "放宽规则须两人签名，请能源局补签。",
        "an order that relaxes a rule needs two signers; ask the bureau.",
    ),
    "E_ORDER_FOREIGN": Phrase(
        "这是其他磅房的指令。", "it is for another weighbridge; use it there."
    ),
    "E_ORDER_REPLAYED": Phrase(
        "此指令已处理过或已过时，无须再扫。", "it was dealt with before; nothing to do."
    ),
    "E_ORDER_GAP": Phrase(
        "缺少之前的指令，请先送达较早的指令。",
        "an earlier order is missing; bring that one first.",
    ),
    "E_ORDER_CHAIN": Phrase(
        "与上一条指令不衔接，请向能源局核实。",
        "it does not follow the order before; ask the bureau.",
    ),
    "E_ORDER_EXPIRED": Phrase(
        "指令已过期，请能源局重新签发。", "it has expired; ask the bureau for a new one."
    ),
    "E_ORDER_ARGS": Phrase(
        "指令内容在本磅房不适用，请向能源局核实。",
        "its content does not apply here; ask the bureau.",
    ),
    "E_KEYSET": Phrase(
        "密钥集签名不成立或版本不高于现有版本。",
        "its key set is not signed by the root, or is not newer than ours.",
    ),
    "E_RECEIPT_FOREIGN": Phrase(
        "回执属于其他磅房或其他纪元。", "it is for another weighbridge or epoch."
    ),
}
