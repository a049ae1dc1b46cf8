"""What each tamper check says when it objects, one phrase a code."""

from weighbook.phrase import Phrase

WORDS: dict[str, Phrase] = {
    "T_UNIT": Phrase("称重途中单位改变", "the unit changed during a weighing"),
    "T_GRAMMAR": Phrase("称重途中报文格式改变", "the form of the frames changed during a weighing"),
    "T_DIVISION": Phrase("重量不合分度值", "weights do not fit the division"),
    "T_PERIOD": Phrase("称重途中报文间隔改变", "the pace of the frames changed during a weighing"),
    "T_GAP": Phrase("称重途中线路中断", "the line was silent during a weighing"),
    "T_SWAP": Phrase("线路中断前后重量不连贯", "behind a silence the weight is another"),
    "T_STEP": Phrase("重量突变而无车辆移动", "the weight stepped without a movement"),
    "T_MOTION": Phrase("重量变化而仪表未示动态", "the weight changed and no motion was flagged"),
    "T_REPLAY": Phrase("称重曲线以前出现过", "this weight curve was seen before"),
    "T_LOST": Phrase("车轴驶上后又少了一轴", "an axle that came on is missing"),
    "T_LATE": Phrase("取重之后又有车轴驶上", "an axle came on after the capture"),
    "T_AXLES": Phrase("车轴数与登记不符", "the axles counted are not those known"),
    "T_MIRROR": Phrase("驶上与驶下的曲线不对应", "the ramps up and down do not mirror"),
    "T_LIFELESS": Phrase("稳定段毫无波动", "the plateau is too perfect"),
    "T_RESIDUE": Phrase("车已驶离而显示仍有重量", "the load has left and a rest stays"),
    "T_ZERO": Phrase("空秤零点前后不一致", "the empty deck shows another zero than before"),
    "T_UNHEARD": Phrase("线路无数据而秤台有动静", "the line was silent while the deck moved"),
    "T_NOT_ZEROED": Phrase("两车之间未回零", "no zero was seen between two loads"),
}
