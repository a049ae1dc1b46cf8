"""What `diag scale detect` says: verdicts, doubts with what settles them, and kinds of silence."""

from weighbook.phrase import Phrase

VERDICT_WORDS = {
    "CERTAIN": Phrase("结论：确定。", "Verdict: certain."),
    "LIKELY": Phrase(
        "结论：很可能，帧数还不够。请在车辆上下磅时再听一次，时间长些（--seconds）。",
        "Verdict: likely, but too few frames. Listen again, longer (--seconds), while a "
        "truck moves.",
    ),
    "DOUBT": Phrase(
        "结论：仅凭字节不能确定，请按下面的办法查清。",
        "Verdict: bytes alone cannot settle it; do as said below.",
    ),
    "NOTHING": Phrase("结论：没有认出协议。", "Verdict: no protocol was recognised."),
}

DOUBT_WORDS = {
    "DIRECTION": Phrase(
        "方向存疑：{between}。等号帧正读反读都像重量。请放一件已知重量，比对两种读法；"
        "较可能的是：{leaning}。",
        "Direction in doubt: {between}. `=` frames look like weights both ways. Put a known "
        "load on and "
        "compare; the likelier: {leaning}.",
    ),
    "TENFOLD": Phrase(
        "十倍存疑：{between}。小数码 0 或 1 时，固定零是否在六位数字里各家不同。"
        "请放一件已知重量，与仪表显示一致的那个才对。",
        "Tenfold in doubt: {between}. With decimal codes 0 and 1 makers differ on whether "
        "the fixed "
        "zeros are sent. Put a known load on: the one that agrees with the display is right.",
    ),
    "ALIKE": Phrase(
        "以下协议都解释得通：{between}。请查仪表型号和说明书，或放一件已知重量比对。",
        "All of these fit: {between}. Look up the indicator's model and manual, or compare "
        "with a known "
        "load.",
    ),
    "STABLE_ONLY": Phrase(
        "数据断断续续：仪表可能只在稳定时发送，或另有程序在询问。请在仪表上改为连续发送。",
        "Frames come in bursts: it may send only when stable, or another program asks. Set the "
        "indicator to continuous output.",
    ),
    "SPEED": Phrase(
        "此端口不理会波特率：表中的波特率只是听的时候所设。",
        "This port does not care for speed: the baud shown is only what was set while listening.",
    ),
}

NOTHING_WORDS = {
    "SILENT": Phrase(
        "各波特率下都没有一个字节。可能：一、线断、接错脚或收发接反（量收线对地应为负 3 至负 "
        "15 伏）；"
        "二、仪表在指令方式，要问才答（在仪表上改为连续发送，或用 diag scale read --protocol "
        "某指令协议试问，"
        "只发读数命令）；三、仪表只在稳定时发送而秤台在动（清空秤台再听）。",
        "Not one byte at any speed. Either: 1. the cable is broken, on wrong pins or crossed "
        "(the receive "
        "line should measure -3 to -15 V against ground); 2. the indicator is in command mode and "
        "answers only when asked (set it to continuous, or try diag scale read with an asked "
        "protocol: "
        "only reading commands are sent); 3. it sends only when stable and the deck moves "
        "(clear the "
        "deck and listen again).",
    ),
    "SCOREBOARD": Phrase(
        "600 波特、三字节一组、不是文字：这是大屏幕（记分牌）输出，不是串口数据。"
        "请改接仪表的 RS-232 数据脚。",
        "600 baud, groups of three bytes, no text: this is the scoreboard loop, not the data "
        "port. Move "
        "the cable to the indicator's RS-232 data pins.",
    ),
    "FEW": Phrase(
        "只有零星几个字节。可能是干扰、波特率不对，或仪表只在稳定时发送。"
        "请用更长时间再听（--seconds 20）。",
        "Only a few stray bytes: noise, another speed, or an indicator that sends only when "
        "stable. Listen "
        "longer (--seconds 20).",
    ),
    "UNKNOWN": Phrase(
        "有数据，但没有已知协议能解释。请记下型号，并用 diag scale decode "
        "的输入方式保存一段原始字节交给厂家或开发者。",
        "Bytes come that no known protocol explains. Note the model and keep some raw bytes "
        "for its maker "
        "or for us.",
    ),
}
