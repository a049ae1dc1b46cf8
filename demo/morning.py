"""The morning: tickets are printed, the weighbridge opens, trucks come with and without right.

Every step is a command or a device of the product.
"""

from demo.day import Day, seconds
from demo.mine import TRUCKS
from demo.passes import PASS_LIMIT_S, sell
from weighbook.phrase import Phrase
from weighbook.records import Kind

OPEN_LIMIT_S = 40
HALT_LIMIT_S = 8


def register(day: Day) -> None:
    """The bureau opens its books, registers the mine and prints tickets."""
    say, bureau, mine = day.say, day.bureau, day.mine
    say.chapter(
        Phrase("一、能源局登记与发票", "1. The bureau registers the mine and prints tickets")
    )
    bureau.open()
    say.tell(
        Phrase(
            "能源局建账：密钥、数据库、配置", "the bureau opens its home: keys, database, config"
        )
    )
    bureau.enrol(mine)
    say.tell(
        Phrase(
            "登记企业、磅房、摄像头；磅房密钥由局签名入册",
            "mine, weighbridge and cameras registered; its key signed in",
        )
    )
    sheet = bureau.print_tickets(count=8)
    say.claim(
        Phrase(
            "入库、发放、配发、打印 8 张煤炭票证：{sheet}",
            "8 coal tickets stocked in, issued, allocated, printed: {sheet}",
        ),
        true=sheet.exists(),
        sheet=sheet.name,
    )


def open_sales(day: Day) -> None:
    """The agent starts closed and opens when scale, cameras and book are proven."""
    say, mine = day.say, day.mine
    say.chapter(Phrase("二、开磅", "2. The weighbridge opens"))
    day.bureau.serve()
    mine.start_devices()
    mine.start_agent()
    closed = mine.wait(lambda: mine.status().get("open") is False, OPEN_LIMIT_S)
    say.claim(
        Phrase("代理启动：先停销，逐项证明", "the agent starts: sales closed until proven"),
        true=closed is not None,
    )
    say.quote(mine.why_halted())
    took = mine.wait(mine.is_open, OPEN_LIMIT_S)
    say.claim(
        Phrase(
            "秤、摄像头、账簿均已证明，开始销售（{took}）",
            "scale, cameras and book proven: sales open ({took})",
        ),
        true=took is not None,
        took=seconds(took),
    )


def first_truck(day: Day) -> None:
    """Truck 1 is tared, loaded, weighed and sold."""
    day.say.chapter(Phrase("三、第一辆车：空车、重车、销售", "3. Truck 1: empty, loaded, sold"))
    sell(day, TRUCKS[0], ticket=0)
    day.say.quote(day.mine.last_slip())


def power_cut_at_camera(day: Day) -> None:
    """The camera loses power: sales halt, truck 2 is refused, the camera returns."""
    say, mine = day.say, day.mine
    say.chapter(Phrase("四、摄像头断电", "4. The camera loses power"))
    mine.deck_camera.say("off")
    took = mine.wait(lambda: not mine.is_open(), HALT_LIMIT_S)
    say.claim(
        Phrase(
            "磅台摄像头断电，{took}后停销", "deck camera without power; sales halted after {took}"
        ),
        true=took is not None,
        took=seconds(took),
    )
    say.quote(mine.why_halted())
    before = mine.count(Kind.PASSAGE) + mine.count(Kind.REFUSED)
    sold = mine.count(Kind.SALE) + mine.count(Kind.TARE)
    mine.drive_on(TRUCKS[1].loaded_kg, TRUCKS[1])
    mine.show_ticket(1)
    mine.settle()
    mine.drive_off()
    recorded = mine.wait(
        lambda: mine.count(Kind.PASSAGE) + mine.count(Kind.REFUSED) > before, PASS_LIMIT_S
    )
    refused = mine.count(Kind.SALE) + mine.count(Kind.TARE) == sold and not mine.barrier_opened()
    say.claim(
        Phrase(
            "第二辆车被拒，栏杆不开，过磅留痕",
            "truck 2 refused, barrier shut, its passage recorded",
        ),
        true=recorded is not None and refused,
    )
    mine.deck_camera.say("on")
    took = mine.wait(mine.is_open, OPEN_LIMIT_S)
    say.claim(
        Phrase(
            "摄像头恢复，{took}后自动恢复销售",
            "the camera is back; sales reopen by themselves after {took}",
        ),
        true=took is not None,
        took=seconds(took),
    )


def used_ticket(day: Day) -> None:
    """Truck 3 shows truck 1's ticket."""
    say, mine = day.say, day.mine
    say.chapter(Phrase("五、一票两用", "5. One ticket, two trucks"))
    before = mine.count(Kind.REFUSED)
    mine.drive_on(TRUCKS[2].empty_kg, TRUCKS[2])
    mine.show_ticket(0)
    refused = mine.wait(lambda: mine.count(Kind.REFUSED) > before, PASS_LIMIT_S)
    say.claim(
        Phrase("第三辆车出示第一辆车的票：拒绝", "truck 3 shows truck 1's ticket: refused"),
        true=refused is not None and not mine.barrier_opened(),
    )
    say.quote(mine.last_words())
    mine.drive_off()


def no_ticket(day: Day) -> None:
    """Truck 4 crosses loaded and leaves without a ticket."""
    say, mine = day.say, day.mine
    say.chapter(Phrase("六、无票过磅", "6. No ticket"))
    before = mine.count(Kind.PASSAGE)
    mine.drive_on(TRUCKS[3].loaded_kg, TRUCKS[3])
    mine.settle()
    mine.drive_off()
    seen = mine.wait(lambda: mine.count(Kind.PASSAGE) > before, PASS_LIMIT_S)
    say.claim(
        Phrase(
            "第四辆车无票离开：重量、曲线、照片已记账",
            "truck 4 leaves without a ticket: weight, curve and pictures are in the book",
        ),
        true=seen is not None,
    )
