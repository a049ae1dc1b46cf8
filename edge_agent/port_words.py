"""The words for a port that cannot be used: what happened, and what to do. One line per code."""

from edge_agent.refusals import Words, words
from weighbook.phrase import Phrase

PORTS: dict[str, Words] = {
    "P_ABSENT": words(
        "找不到串口设备",
        "the serial device is not there",
        "插好 USB 转换器或串口线；核对配置的端口名（ls /dev/serial/by-id）",
        "plug in the adapter; compare the port's name in the settings (ls /dev/serial/by-id)",
    ),
    "P_AMBIGUOUS": words(
        "有几个相同的转换器，无法确定是哪一个",
        "several adapters fit, and nothing tells which one it is",
        "在端口后面写明位置 @PLACE，例如 usb:1A86:7523@1-1.4",
        "name its place as well: @PLACE, such as usb:1A86:7523@1-1.4",
    ),
    "P_BUSY": words(
        "串口被另一个程序占用",
        "another program has the port, or reads from it too",
        "关闭该程序（sudo fuser -v 端口 可以查到）；同一串口只能由本服务使用",
        "end that program (sudo fuser -v PORT names it); the port must be this service's alone",
    ),
    "P_DENIED": words(
        "没有打开串口的权限",
        "this user may not open the port",
        "把运行用户加入 dialout 组（sudo usermod -aG dialout weighhouse），然后重启服务",
        "add the user to dialout (sudo usermod -aG dialout weighhouse), restart the service",
    ),
    "P_URL": words(
        "端口地址不是串口",
        "the address is not that of a serial port",
        "改正配置的 port：/dev/serial/by-id/…、usb:VID:PID、socket://主机:端口",
        "correct port in the settings: /dev/serial/by-id/…, usb:VID:PID, socket://HOST:PORT",
    ),
    "P_SETTINGS": words(
        "串口不接受这样的波特率或校验位",
        "the port does not take this baud rate or parity",
        "核对配置的 baud、bytesize、parity、stopbits 与仪表一致，或更换转换器",
        "compare baud, bytesize, parity and stopbits with the indicator, or change the adapter",
    ),
    "P_UNREACHABLE": words(
        "网络串口服务器没有应答",
        "the serial server in the network does not answer",
        "检查它的电源和网线，核对地址和端口；确认没有别的程序已连着它",
        "check its power and cable, address and port; see that no other program is connected to it",
    ),
    "P_VANISHED": words(
        "串口在使用中消失",
        "the port was open and has gone",
        "重新插紧 USB 或网线；常掉线请换线、换转换器、加供电集线器",
        "plug it in again; if it happens often change the cable, the adapter or use a powered hub",
    ),
    "P_STUCK": words(
        "串口写不出数据",
        "the port takes no bytes",
        "拔下转换器再插上；检查对端是否通电",
        "unplug the adapter and plug it in again; see that the device behind it has power",
    ),
    "P_NO_PAPER": words(
        "打印机缺纸",
        "the printer has no paper",
        "装好纸卷并合上盖子；未打的磅单会补打",
        "put in a roll and close the lid; slips that wait are printed then",
    ),
    "P_SILENT": words(
        "串口正常打开，但一个字节也收不到",
        "the port is there and open, and not one byte comes",
        "检查仪表是否开机、信号线（TXD、RXD、地线）和仪表的通讯方式；转换器可拔下重插",
        "check the indicator's power, its wires (TXD, RXD, ground) and its output mode; replug the"
        " adapter",
    ),
}

LAMPS: dict[str, Words] = {
    "L_LATE": words(
        "信号灯的继电器总是动作过迟",
        "the lamp's relay is always switched too late",
        "检查本机负荷和继电器板的线路",
        "check what else loads this machine, and the board's line",
    ),
    "L_UNSEEN": words(
        "信号灯在亮，但画面中一直无从判断",
        "the lamp is lit, and the pictures have long not shown whether they see it",
        "检查画面中信号灯的位置（标定或 lamp_box）和该摄像头的关键帧间隔",
        "check where the lamp is in the picture (calibration, or lamp_box), and its keyframes",
    ),
}


def lost_words(code: str) -> Phrase:
    """One phrase: what happened and what to do; the bare code if there are no words."""
    entry = PORTS.get(code) or LAMPS.get(code)
    if entry is None:
        return Phrase(code, code)
    what, remedy = entry
    return Phrase(f"{what.zh}（{code}）。{remedy.zh}", f"{what.en} ({code}): {remedy.en}")
