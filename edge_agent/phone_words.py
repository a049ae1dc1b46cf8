"""What the operator is told while he telephones with the bureau, in both languages."""

from weighbook.phrase import Phrase

CHALLENGE = Phrase(
    "请致电能源局，依次报：磅房 {weighbridge}，指令号 {held}，{zh}，挑战码 {challenge}；"
    "三十分钟内有效。",
    "Call the bureau and read out: weighbridge {weighbridge}, order held {held}, {en}, challenge"
    " {challenge}; good for thirty minutes.",
)
APPLIED = Phrase(
    "电话指令 {number}（{action}）已执行；签名指令随后送达时不再重复执行。",
    "The order by telephone, {number} ({action}), is applied; its signed order will not apply it"
    " again.",
)
REFUSED: dict[str, Phrase] = {
    "E_PHONE_NONE": Phrase(
        "本磅房登记时没有约定电话密钥，不能用电话指令；请用二维码或文件。",
        "No key for the telephone was agreed at this weighbridge's enrolment. Have the order come"
        " as a QR code or a file.",
    ),
    "E_PHONE_ASK": Phrase(
        "这样的申请不能用电话办理，请核对原因、小时、车数和吨数。",
        "That cannot be asked for by telephone. Check the causes, hours, trucks and tonnes.",
    ),
    "E_PHONE_FORM": Phrase(
        "电话代码应为指令号加九位数字，例如 7 123 456 789。",
        "A code is the order's number and nine digits, as in 7 123 456 789. Type it again.",
    ),
    "E_PHONE_NO_CALL": Phrase(
        "没有有效的挑战码，请用 edge-agent challenge 重新申请。",
        "No challenge stands. Ask again with edge-agent challenge.",
    ),
    "E_PHONE_STALE": Phrase(
        "申请之后又收到新的指令，挑战码作废，请重新申请。",
        "An order has come since the challenge was made. Ask again with edge-agent challenge.",
    ),
    "E_PHONE_WAIT": Phrase(
        "上次代码有误，请等 {wait_s} 秒后再试。",
        "The last code was wrong. Wait {wait_s} s and try again.",
    ),
    "E_PHONE_CODE": Phrase(
        "电话代码不对，已记录，还可试 {left} 次；请核对代码，并核对本机时间 {at}。",
        "The code is wrong; that is recorded, {left} tries are left. Compare the code, and this"
        " machine's time {at}.",
    ),
    "E_PHONE_LOCKED": Phrase(
        "错误代码过多，电话办理已锁定；请用二维码或文件送达签名指令。",
        "Too many wrong codes: the telephone is locked. Have a signed order come as a QR code or"
        " a file.",
    ),
}
