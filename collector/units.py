"""Amounts as people read them: kilograms as tonnes, milliseconds as hours, counts with their
word.
"""

from collector.finding import Amount
from weighbook.phrase import Phrase

KG_PER_T = 1_000
MS_PER_HOUR = 3_600_000

WORDS = {
    "sales": Phrase("车次", "sales"),
    "trucks": Phrase("车次", "trucks"),
    "tickets": Phrase("张", "tickets"),
    "records": Phrase("条", "records"),
    "share_permille": Phrase("‰（占入洗）", "‰ of what came in"),
    "net_kg_out": Phrase("吨（产品售出）", "t of goods sent out"),
    "loads": Phrase("车次", "loads"),
    "loads_apart": Phrase("车次（到货重量不符）", "loads that weigh otherwise at the buyer"),
    "loads_not_received": Phrase("车次（未到货）", "loads not received"),
    "passages": Phrase("次", "passages"),
    "attempts": Phrase("次", "attempts"),
    "permille": Phrase("‰", "‰"),
    "net_kg_under_permit": Phrase("吨（许可内净重）", "t net under permit"),
    "net_kg": Phrase("吨（净重）", "t net"),
    "tickets_in_hand": Phrase("张（结存）", "tickets in hand"),
    "tickets_used": Phrase("张（已用）", "tickets used"),
    "tickets_reserved": Phrase("张（预占）", "tickets reserved"),
    "tickets_astray": Phrase("张（状态与分录不符）", "tickets astray"),
    "records_owed": Phrase("条（应报未报）", "records owed"),
    "sales_while_closed": Phrase("车次（停销期间）", "sales while closed"),
    "sales_without_valid_permit": Phrase("车次（无有效许可）", "sales without valid permit"),
    "trucks_under_permit": Phrase("车次（许可内）", "trucks under permit"),
    "passages_without_ticket": Phrase("次（无票过磅）", "passages without ticket"),
    "passages_while_halted": Phrase("次（停销期间过磅）", "passages while halted"),
    "sales_on_one_ticket": Phrase("车次（同一票号）", "sales on one ticket"),
    "attempts_with_spent_tickets": Phrase("次（持已用票）", "attempts with spent tickets"),
    "ledger_notes": Phrase("条（入账异常）", "surprises at posting"),
    "forked_records": Phrase("条（分叉记录）", "forked records"),
    "forked_checkpoints": Phrase("条（分叉心跳）", "forked checkpoints"),
    "broken_links": Phrase("条（断链）", "broken links"),
    "dark_ms": Phrase("小时（离线）", "h dark"),
}


def shown(amount: Amount) -> Phrase:
    """The amount in both languages, in the unit people use."""
    number = plain(amount)
    word = WORDS.get(amount.unit, Phrase(amount.unit, amount.unit))
    return Phrase(f"{number} {word.zh}", f"{number} {word.en}")


def plain(amount: Amount) -> str:
    if "_kg" in amount.unit:
        return tonnes(amount.value)
    if amount.unit.endswith("_ms"):
        return hours(amount.value)
    return f"{amount.value:,}"


def tonnes(kg: int) -> str:
    sign, kg = ("-" if kg < 0 else ""), abs(kg)
    return f"{sign}{kg // KG_PER_T:,}.{kg % KG_PER_T:03d}"


def hours(ms: int) -> str:
    """Hours to the hundredth, rounded down."""
    hundredths = ms * 100 // MS_PER_HOUR
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"
