"""The afternoon: the network goes, the PC loses power, and the month is laid side by side."""

from demo.day import Day, seconds
from demo.mine import TRUCKS
from demo.passes import PASS_LIMIT_S, gross, sell, tare
from weighbook.phrase import Phrase
from weighbook.records import Kind

OPEN_LIMIT_S = 40
SYNC_LIMIT_S = 30


def offline(day: Day) -> None:
    """The network goes, two trucks sell, the network returns, nothing is missing."""
    say, mine, bureau = day.say, day.mine, day.bureau
    say.chapter(Phrase("七、断网", "7. The network goes"))
    mine.line.cut()
    say.tell(Phrase("网络中断，销售照常", "the network is gone; selling goes on"))
    sell(day, TRUCKS[4], ticket=2)
    sell(day, TRUCKS[5], ticket=3)
    owed = mine.unsent()
    say.claim(
        Phrase("待传记录 {owed} 条", "{owed} records wait to be sent"), true=owed > 0, owed=owed
    )
    mine.line.mend()
    took = mine.wait(lambda: mine.unsent() == 0, SYNC_LIMIT_S)
    whole = bureau.holds(mine.head())
    say.claim(
        Phrase(
            "网络恢复，{took}内补传完毕，局里一条不缺",
            "the network is back; sent within {took}, nothing is missing",
        ),
        true=took is not None and whole,
        took=seconds(took),
    )


def power_cut_at_the_pc(day: Day) -> None:
    """kill -9 in the middle of a sale; the book is whole and the truck is weighed again."""
    say, mine = day.say, day.mine
    say.chapter(Phrase("八、工控机断电", "8. The PC loses power in the middle of a sale"))
    truck = TRUCKS[6]
    tare(day, truck, ticket=4)
    sales = mine.count(Kind.SALE)
    mine.drive_on(truck.loaded_kg, truck)
    mine.show_ticket(4)
    mine.wait(mine.settling, PASS_LIMIT_S)
    mine.kill_agent()
    mine.drive_off()
    say.claim(
        Phrase(
            "重车在磅上，称重途中断电（kill −9），未成交",
            "loaded truck on the deck, power cut (kill −9) before the sale",
        ),
        true=mine.count(Kind.SALE) == sales,
    )
    verdict = mine.verify_book()
    say.claim(
        Phrase("账簿完整：{n} 条记录，零断点", "the book is whole: {n} records, no break"),
        true=verdict.get("ok") is True,
        n=verdict.get("records"),
    )
    mine.start_agent()
    took = mine.wait(mine.is_open, OPEN_LIMIT_S)
    say.claim(
        Phrase(
            "重新上电，{took}后恢复；离线区间已记账",
            "power is back; open after {took}; the dark interval is in the book",
        ),
        true=took is not None and mine.count(Kind.DARK) > 0,
        took=seconds(took),
    )
    gross(day, truck, ticket=4)


def month(day: Day) -> None:
    """The month is laid side by side, exported and verified."""
    say, bureau, mine = day.say, day.bureau, day.mine
    say.chapter(Phrase("九、月度比对", "9. The month laid side by side"))
    mine.wait(lambda: mine.unsent() == 0, SYNC_LIMIT_S)
    say.quote(bureau.trace(TRUCKS[0].plate))
    findings, printed = bureau.reconcile()
    say.quote(printed)
    codes = sorted({str(finding["code"]) for finding in findings})
    say.claim(
        Phrase(
            "问题清单：{codes}（无票过磅 F-W01 必须在列）",
            "findings: {codes} (the unticketed passage F-W01 must be among them)",
        ),
        true="F-W01" in codes and "F-S01" not in codes and "F-X06" not in codes,
        codes=", ".join(codes),
    )
    workbook = bureau.export()
    say.claim(
        Phrase(
            "月报已导出、签名并离线校验：{name}",
            "workbook exported, signed and verified offline: {name}",
        ),
        true=workbook.exists() and bureau.verify_export(),
        name=workbook.name,
    )
