"""The words for every refusal at the deck: what happened, and what to do, in Chinese and English.

`DECK` is the table of codes; `{names}` are filled from the objection. The words for causes are in
`cause_words`, those for orders and receipts in `order_words`.
"""

from typing import NamedTuple

from edge_agent.facts import Objection
from edge_agent.shown_time import shown_time
from weighbook.phrase import Phrase, Refusal


class Words(NamedTuple):
    what: Phrase
    remedy: Phrase


def words(zh: str, en: str, zh_remedy: str, en_remedy: str) -> Words:
    return Words(Phrase(zh, en), Phrase(zh_remedy, en_remedy))


DECK: dict[str, Words] = {
    "E_CODE_UNKNOWN": words(
        "扫到的不是票证、指令或车辆卡。",
        "The scanned code is no ticket, order or vehicle card.",
        "请出示能源局发放的票证二维码。",
        "Show the ticket's own QR code.",
    ),
    "E_FOREIGN_TICKET": words(
        "这是其他系统（{system}）的票 {number}，本磅房不能用。",
        "This is ticket {number} of another system ({system}); it is not good here.",
        "请出示能源局发放的票证二维码。",
        "Show the ticket the bureau has issued.",
    ),
    "E_TICKET_FORMAT": words(
        "票证二维码读不出内容。",
        "The ticket's code cannot be read as a ticket.",
        "请把码放平擦净后重扫；仍不行请换票。",
        "Flatten and clean it and scan again; if that fails, use another ticket.",
    ),
    "E_SIG": words(
        "票证签名不成立，不是能源局所发。",
        "The ticket's signature does not hold: the bureau did not issue it.",
        "扣下此票，报告能源局；换一张真票。",
        "Keep the ticket and report it to the bureau; use a genuine one.",
    ),
    "E_NO_TICKET": words(
        "没有出示票证。",
        "No ticket was shown.",
        "请扫描本车的票证后重新过磅。",
        "Scan this truck's ticket and weigh again.",
    ),
    "E_PRODUCT": words(
        "本磅房没有登记产品 {product}。",
        "Product {product} is not registered at this weighbridge.",
        "请换用已登记产品的票证，或请能源局登记该产品。",
        "Use a ticket for a registered product, or have the bureau register this one.",
    ),
    "E_FAMILY": words(
        "票种 {family} 与产品 {product} 不符。",
        "Ticket family {family} does not fit product {product}.",
        "煤炭用煤票，非煤用非煤票，请换票。",
        "Use a coal ticket for coal and a non-coal ticket for the rest.",
    ),
    "E_WEIGHBRIDGE": words(
        "此票只能在磅房 {other} 使用，这里是 {ours}。",
        "This ticket is for weighbridge {other}; this is {ours}.",
        "请到票面所列磅房过磅。",
        "Weigh at the weighbridge named on the ticket.",
    ),
    "E_ENTERPRISE": words(
        "此票属于企业 {other}，本矿是 {ours}。",
        "This ticket belongs to enterprise {other}; this is {ours}.",
        "请使用本企业的票证。",
        "Use a ticket of this enterprise.",
    ),
    "E_NOT_YET": words(
        "此票 {at} 才生效。",
        "This ticket is valid only from {at}.",
        "请等到生效后再用，或换票。",
        "Wait until then, or use another ticket.",
    ),
    "E_EXPIRED": words(
        "此票已于 {at} 过期。",
        "This ticket expired at {at}.",
        "请换一张有效的票证。",
        "Use a valid ticket.",
    ),
    "E_SPENT": words(
        "此票已由车辆 {plate} 使用。",
        "This ticket has already been used, by {plate}.",
        "一票一车一次，请换票。",
        "A ticket is good for one load; use another one.",
    ),
    "E_REVOKED": words(
        "此票已被能源局挂失或作废。",
        "The bureau has revoked this ticket.",
        "扣下此票并报告能源局；换票。",
        "Keep it and report to the bureau; use another one.",
    ),
    "E_NO_PLATE": words(
        "不知道车号。",
        "The plate is not known.",
        "请扫车辆卡，或由磅房录入车号。",
        "Scan the vehicle card, or have the operator enter the plate.",
    ),
    "E_PLATE": words(
        "车号 {plate} 与票证绑定的 {bound} 不符。",
        "Plate {plate} is not {bound}, to which the ticket is bound.",
        "请核对车号；每车使用自己的票证。",
        "Check the plate; each truck uses its own ticket.",
    ),
    "E_SECOND_TICKET": words(
        "同一次过磅出示了两张票。",
        "Two tickets were shown in one weighing.",
        "只出示本车的一张票，重新扫描。",
        "Scan again, only the one ticket of this truck.",
    ),
    "E_OPEN_SESSION": words(
        "车辆 {plate} 已用票 {other} 过空车，尚未完成。",
        "Truck {plate} already has an open weighing under ticket {other}.",
        "请用原票完成重车过磅。",
        "Finish it with that ticket.",
    ),
    "E_HALT": words(
        "已停票停销（{causes}）。",
        "Sales are closed ({causes}).",
        "按屏幕所示排除停销原因，恢复后重新过磅。",
        "Clear the causes shown on the screen, then weigh again.",
    ),
    "E_INTERRUPTED": words(
        "过磅中途停销，本次称重作废。",
        "Sales were closed during this weighing; it does not count.",
        "恢复后请下磅重新过磅，票证保留。",
        "When sales are open, drive off and weigh again; the ticket is kept.",
    ),
    "E_UNSTABLE": words(
        "重量在规定时间内没有稳定。",
        "The weight did not settle in time.",
        "请下磅，熄火停稳后重新过磅。",
        "Drive off, then stop, engine off, and weigh again.",
    ),
    "E_CHANGED": words(
        "称得 {was_kg} 千克后，秤上变为 {now_kg} 千克。",
        "Weighed at {was_kg} kg, the deck now shows {now_kg} kg.",
        "请下磅，停稳后重新过磅；过磅中不得装卸。",
        "Drive off and weigh again; nothing is loaded or unloaded on the deck.",
    ),
    "E_ZERO": words(
        "上磅前空秤显示 {zero_kg} 千克，不在零点。",
        "The empty deck showed {zero_kg} kg before this truck.",
        "下磅后清扫秤台，在仪表上置零，再过磅。",
        "Drive off, clean the deck, set the indicator to zero, weigh again.",
    ),
    "E_CAPACITY": words(
        "重量 {weight_kg} 千克超出称量范围（{min_kg}–{max_kg}）。",
        "{weight_kg} kg is outside the scale's range ({min_kg}–{max_kg}).",
        "请检查车辆是否完全上磅，或减载。",
        "See that the truck stands wholly on the deck, or unload.",
    ),
    "E_PICTURE": words(
        "缺少摄像头照片：{cameras}。",
        "Pictures are missing from: {cameras}.",
        "检查摄像头后下磅重新过磅。",
        "Check the cameras, drive off and weigh again.",
    ),
    "E_TARE_HEAVY": words(
        "没有空车记录，而重量 {weight_kg} 千克超过皮重上限 {limit_kg}。",
        "There is no tare, and {weight_kg} kg is over the tare limit of {limit_kg} kg.",
        "请先卸空过空车磅。",
        "Empty the truck and weigh its tare first.",
    ),
    "E_TARE_OLD": words(
        "空车过磅已超过 {hours} 小时。",
        "The tare is older than {hours} hours.",
        "请卸空重新过空车磅。",
        "Unload and weigh the tare again.",
    ),
    "E_TARE_USED": words(
        "存储的皮重已用 {uses} 车次，达到上限。",
        "The stored tare has served {uses} loads, which is the limit.",
        "请卸空重新过空车磅。",
        "Unload and weigh the tare again.",
    ),
    "E_NET": words(
        "毛重 {gross_kg} 千克不大于皮重 {tare_kg} 千克。",
        "Gross {gross_kg} kg is not above tare {tare_kg} kg.",
        "请装车后再过重车磅。",
        "Load the truck, then weigh its gross.",
    ),
    "E_QTY": words(
        "净重 {net_kg} 千克超过票面允许的 {limit_kg} 千克。",
        "Net {net_kg} kg is over the ticket's {limit_kg} kg.",
        "请卸下超出部分后重新过磅。",
        "Unload what is too much and weigh again.",
    ),
    "E_OVERLOAD": words(
        "总重 {gross_kg} 千克超过轴数限值 {limit_kg} 千克。",
        "Gross {gross_kg} kg is over the axle limit of {limit_kg} kg.",
        "请卸载到限值以内后重新过磅。",
        "Unload to the limit and weigh again.",
    ),
    "E_OVERLOAD_TRIES": words(
        "同一车货已超载 {tries} 次。",
        "This load has been too heavy {tries} times.",
        "请全部卸下，从过空车磅重新开始。",
        "Unload it all and begin again with the tare.",
    ),
    "E_TEST": words(
        "正在试磅，不收票、不开栏杆。",
        "The weighbridge is in test mode: no ticket is taken and the barrier stays shut.",
        "请等试磅结束后下磅重新过磅。",
        "Wait until the test is over, drive off and weigh again.",
    ),
}


def refusal(objection: Objection) -> Refusal:
    """The objection in words, its facts filled in."""
    what, remedy = DECK[objection.code]
    facts = dict(objection.facts)
    if isinstance(at_ms := facts.get("at_ms"), int):
        facts["at"] = shown_time(at_ms)
    return Refusal(objection.code, what.fill(**facts), remedy.fill(**facts))


def refusal_phrase(objection: Objection) -> Phrase:
    """What happened and what to do, as one phrase for the screen."""
    told = refusal(objection)
    detail = f"（{objection.also}）" if objection.also else ""
    return Phrase(
        f"{told.what.zh}{detail}{told.remedy.zh}",
        f"{told.what.en} {objection.also + ': ' if objection.also else ''}{told.remedy.en}",
    )
