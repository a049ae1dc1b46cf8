"""The words for every reason why a camera gives nothing, and what to do. One line per reason."""

from edge_agent.reasons import Reason
from edge_agent.refusals import Words, words

REASONS: dict[Reason, Words] = {
    Reason.OWN_PC: words(
        "本机自己迟了",
        "this PC itself was late",
        "不是摄像头故障：检查本机负荷、内存和硬盘；反复出现请更换电脑",
        "no fault of the camera: check this PC's load, memory, disk; replace it if it comes again",
    ),
    Reason.OWN_LINK: words(
        "本机网卡没有连接",
        "this PC's own network link is down",
        "插好本机网线，检查它所接的交换机端口",
        "plug in this PC's network cable, check the switch's port it goes to",
    ),
    Reason.PICTURE: words(
        "有数据，问题在画面",
        "data come, the picture is wrong",
        "检查镜头和画面",
        "check the lens and what it shows",
    ),
    Reason.MAINS: words(
        "市电中断，没有电",
        "mains power is lost, it has none",
        "恢复市电；给摄像头和交换机配不间断电源",
        "restore mains power; put cameras and switch on a UPS",
    ),
    Reason.NETWORK: words(
        "交换机、供电器或上联线路不通",
        "the switch, its PoE injector or the uplink is down",
        "检查交换机电源和上联网线",
        "check the switch's power and its uplink cable",
    ),
    Reason.POWER_OR_CABLE: words(
        "断电或网线断开",
        "no power, or its cable is cut",
        "检查这个摄像头的电源和网线",
        "check this camera's power and cable",
    ),
    Reason.UNREACHABLE: words(
        "地址无应答（电源、网线或交换机）",
        "nobody answers at its address",
        "依次检查摄像头电源、网线、交换机",
        "check the camera's power, its cable, then the switch",
    ),
    Reason.SERVICE_DOWN: words(
        "在线，但视频服务没有运行或正在重启",
        "its video service is down or restarting",
        "等待 90 秒；不恢复则重启摄像头，并核对端口",
        "wait 90 s; then restart the camera and compare its port",
    ),
    Reason.PASSWORD: words(
        "登录被拒，密码被更改",
        "it refuses the login, its password was changed",
        "查明是谁更改；在配置中改正密码",
        "find out who changed it; correct it in the settings",
    ),
    Reason.PATH: words(
        "没有这个码流地址，设置被更改",
        "it has no such stream, its settings were changed",
        "查明是谁更改；改正码流地址",
        "find out who changed them; correct the stream's address",
    ),
    Reason.CODEC: words(
        "码流不能解码，编码设置被更改",
        "its coding was changed, it cannot be decoded",
        "把主码流设为 H.264 或 H.265，关闭智能编码",
        "set its main stream to H.264 or H.265, smart coding off",
    ),
    Reason.HUNG: words(
        "有电但不应答，死机",
        "it has power and hangs",
        "断电重启摄像头；反复出现请更换",
        "power it off and on; if it comes again, replace it",
    ),
    Reason.ENCODER: words(
        "应答正常但不出画面，编码器停顿或连接已满",
        "it answers, its encoder stalls or has too many viewers",
        "重启摄像头；减少同时观看的客户端",
        "restart it; have fewer clients watch it",
    ),
    Reason.UNKNOWN: words(
        "原因不明",
        "why is not known",
        "运行 edge-agent diag camera",
        "run edge-agent diag camera",
    ),
}
