"""What the operator is told at each important moment, in both languages."""

from weighbook.phrase import Phrase

SALES_OPEN = Phrase("可以销售。", "Sales are open.")
SALES_CLOSED = Phrase("停票停销：{causes}。", "Sales are closed: {causes}.")
TICKET_TAKEN = Phrase("已读票 {ticket_no}。", "Ticket {ticket_no} read.")
PLATE_TAKEN = Phrase("车号 {plate}。", "Plate {plate}.")
DISK_CROWDED = Phrase(
    "证据占用 {used_mib} MiB，超出 {too_much_mib} MiB，平台尚未收到，不能删除；请检查网络。",
    "Evidence takes {used_mib} MiB, {too_much_mib} MiB too much, and the collector does not have it"
    " yet, so none may go. Check the network.",
)
HELD = Phrase("请上磅。", "Drive onto the deck.")
PLATE_WANTED = Phrase("请扫车辆卡或录入车号。", "Scan the vehicle card, or have the plate entered.")
TICKET_WANTED = Phrase("请扫描票证。", "Scan the ticket.")
TICKET_WANTED_AGAIN = Phrase(
    "车辆 {plate} 已过空车，请再次出示票 {ticket_no}。",
    "Truck {plate} has its tare; show ticket {ticket_no} again.",
)
HELD_DROPPED = Phrase(
    "扫描后超过时间没有车辆上磅，已取消，请重新扫描。",
    "No truck came in time after the scan; it was dropped. Scan again.",
)
CAPTURED = Phrase("重量 {weight_kg} 千克。", "Weight {weight_kg} kg.")
NOT_SETTLED = Phrase(
    "重量不稳定，请下磅停稳后重新过磅。",
    "The weight did not settle; drive off, stop still and weigh again.",
)
TARE_DONE = Phrase(
    "空车 {tare_kg} 千克，车号 {plate}，请去装车。",
    "Tare {tare_kg} kg for {plate}. Go and load.",
)
SALE_DONE = Phrase(
    "净重 {net_kg} 千克，车号 {plate}，请取磅单离开。",
    "Net {net_kg} kg for {plate}. Take the slip and leave.",
)
WEIGH_AGAIN = Phrase(
    "过磅中断，票证保留；恢复销售后请下磅重新过磅。",
    "The weighing was interrupted and the ticket is kept. Drive off and weigh again later.",
)
DRIVE_OFF = Phrase(
    "本次过磅已多次被拒，请下磅后重新过磅。",
    "This load has been refused too often; drive off and weigh again.",
)
PASSAGE_KEPT = Phrase(
    "未售车辆 {peak_kg} 千克通过，已记录。",
    "A load of {peak_kg} kg passed without a sale; it was recorded.",
)
NOT_RECORDED = Phrase(
    "账簿不能写入，刚才的车辆没有记录！",
    "The book cannot be written: the last load was not recorded!",
)
ORDER_APPLIED = Phrase(
    "能源局指令 {number}（{action}）已执行。", "The bureau's order {number} ({action}) is applied."
)
ORDER_REFUSED = Phrase("指令未接受（{code}）：{zh}", "An order was not accepted ({code}): {en}")
ORDER_WAITS = Phrase(
    "账簿不能写入，指令未执行；账簿恢复后请重新送达。",
    "The book cannot be written: the order is not applied. Bring it again when it can.",
)
RECEIPT_REFUSED = Phrase("回执未接受（{code}）：{zh}", "A receipt was not accepted ({code}): {en}")
REPRINTED = Phrase("磅单 {seq} 重印第 {copy} 份。", "Slip {seq} is printed again, copy {copy}.")
REPRINT_REFUSED = Phrase(
    "磅单 {seq} 不能重印：没有这笔记录，或已重印多次。",
    "Slip {seq} is not printed again: there is no such record, or it was too often.",
)
TEST_ON = Phrase(
    "试磅 {minutes} 分钟，不收票、不开栏杆；今日还可试 {left} 次。",
    "Test mode for {minutes} minutes: no ticket is taken, the barrier stays shut; {left} left"
    " today.",
)
TEST_ENDS = Phrase("试磅结束。", "Test mode is over.")
TEST_REFUSED = Phrase(
    "不能试磅：一次最多 {most} 分钟，今日还剩 {left} 次。",
    "No test mode: at most {most} minutes at a time, and {left} weighings are left today.",
)
TEST_KEPT = Phrase(
    "试磅 {peak_kg} 千克，已记录，未销售。",
    "A test weighing of {peak_kg} kg was recorded; nothing was sold.",
)
DEVICE_LOST = Phrase("设备 {device} 不能使用：{zh}。", "Device {device} cannot be used: {en}.")
DEVICE_BACK = Phrase("设备 {device} 已恢复。", "Device {device} is back.")
ZERO_DRIFTED = Phrase(
    "空秤零点由 {before_kg} 变为 {after_kg} 千克，请清扫秤台并置零。",
    "The empty deck went from {before_kg} to {after_kg} kg. Clean it and set it to zero.",
)
CALIBRATION_IN_FORCE = Phrase(
    "摄像头 {camera} 的标定已生效并记入账簿。",
    "The calibration of camera {camera} is in force and recorded.",
)
CALIBRATION_AWAITS = Phrase(
    "摄像头 {camera} 的新标定已记入账簿，等待能源局批准现场；批准前仍按原标定判断。",
    "The new calibration of camera {camera} is recorded and awaits the bureau's approval of the"
    " site; until then the one in force stays.",
)
CALIBRATION_KNOWN = Phrase(
    "摄像头 {camera} 的这份标定已登记过，无须再送。",
    "This calibration of camera {camera} is recorded already; nothing to do.",
)
CALIBRATION_WAITS = Phrase(
    "账簿不能写入，标定未登记；账簿恢复后请重新标定。",
    "The book cannot be written: the calibration is not recorded. Calibrate again when it can.",
)
CALIBRATION_REFUSED = Phrase(
    "标定未接受：{zh}。请在本机用 edge-agent camera calibrate 重新标定。",
    "A calibration was not accepted: {en}. Calibrate again here with edge-agent camera calibrate.",
)
STOPPING = Phrase("磅房程序正在停止，销售关闭。", "The agent is stopping; sales are closed.")

SUSPICIOUS = Phrase(
    "可疑：{zh}（实测 {measured}，限值 {limit}）。",
    "Suspicious: {en} (measured {measured}, limit {limit}).",
)
