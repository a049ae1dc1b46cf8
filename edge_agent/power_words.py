"""The words for a site's power: what is wrong with it, why a source is silent, how it is now."""

from collections.abc import Mapping
from typing import Any

from edge_agent.port_words import PORTS
from edge_agent.refusals import Words, words
from edge_agent.supply import BATTERY_LOW, CONTACT, MAINS_LOST, UNCLEAN, UPS
from weighbook.phrase import Phrase

SOURCES: dict[str, Phrase] = {
    UPS: Phrase("不间断电源", "UPS"),
    CONTACT: Phrase("市电触点", "mains contact"),
}

POWER: dict[str, Words] = {
    MAINS_LOST: words(
        "市电中断",
        "mains power is lost",
        "恢复供电；稳定 5 分钟后自动解除",
        "restore power; it clears after 5 stable minutes",
    ),
    BATTERY_LOW: words(
        "市电中断，不间断电源即将耗尽",
        "mains power is lost, and the UPS is nearly empty",
        "立即恢复供电；耗尽后本机停机，恢复后自动继续",
        "restore power now; when it is empty this PC goes down, and goes on by itself afterwards",
    ),
    UNCLEAN: words(
        "上次未正常停机：断电或死机后重新启动",
        "the machine went down without an orderly stop: power cut or crash",
        "供电稳定 5 分钟后自动解除；停机时段已记录",
        "it clears after 5 stable minutes; the dark interval is recorded",
    ),
    "start": words(
        "刚启动，尚未得知市电状态",
        "only just started, not heard yet how mains power stands",
        "等待几秒",
        "wait some seconds",
    ),
    "none since start": words(
        "启动以来一直没有得知市电状态",
        "not heard since the start how mains power stands",
        "运行 edge-agent diag power",
        "run edge-agent diag power",
    ),
    "silent": words(
        "市电状态的来源没有消息",
        "nothing more is heard of it",
        "运行 edge-agent diag power",
        "run edge-agent diag power",
    ),
    "N_UNREACHABLE": words(
        "连不上 NUT 服务",
        "the NUT server is not reached",
        "启动它：systemctl start nut-server；核对 nut_host、nut_port",
        "start it: systemctl start nut-server; compare nut_host and nut_port",
    ),
    "N_SILENT": words(
        "NUT 服务不应答",
        "the NUT server does not answer",
        "重启它：systemctl restart nut-server",
        "restart it: systemctl restart nut-server",
    ),
    "N_STALE": words(
        "NUT 与不间断电源失去联系",
        "NUT has lost the UPS",
        "检查不间断电源的 USB 线或网线，重启 nut-driver",
        "check the UPS's USB or network cable, restart nut-driver",
    ),
    "N_UNKNOWN": words(
        "NUT 中没有这台不间断电源",
        "NUT knows no UPS of that name",
        "核对 [power] 的 ups 与 ups.conf 中的名称",
        "compare ups in [power] with the name in ups.conf",
    ),
    "N_NO_DATA": words(
        "不间断电源不报告状态",
        "the UPS does not tell its state",
        "换用它的正确驱动（ups.conf 的 driver）",
        "use the right driver for it (driver in ups.conf)",
    ),
    "N_DENIED": words(
        "NUT 服务拒绝本机查询",
        "the NUT server denies us its answers",
        "允许本机读取（upsd.conf 的 LISTEN、防火墙）；读取不需要登录",
        "let this machine read (LISTEN in upsd.conf, firewall); reading needs no login",
    ),
    "N_REFUSED": words(
        "NUT 服务拒绝了查询",
        "the NUT server refused the question",
        "查看 NUT 的日志",
        "look into NUT's log",
    ),
    "N_GARBAGE": words(
        "NUT 端口上的应答不是 NUT",
        "what answers at the NUT port is not NUT",
        "核对 nut_host、nut_port",
        "compare nut_host and nut_port",
    ),
    "N_UNSAID": words(
        "不间断电源没有说是否有市电",
        "the UPS does not say whether there is mains power",
        "等它启动完毕；核对 ups.status",
        "wait until it has started; look at ups.status",
    ),
    "C_SILENT": words(
        "触点模块不应答",
        "the contact's board does not answer",
        "检查模块电源和 A/B 线，核对 contact_address、contact_baud",
        "check the board's power and its A/B wires, compare contact_address and contact_baud",
    ),
    "C_REFUSED": words(
        "触点模块没有这个输入",
        "the contact's board has no such input",
        "核对 contact_input",
        "compare contact_input",
    ),
}
ALL = POWER | PORTS


def power_words(subject: str, measured: str) -> Words | None:
    """What stands, with its source; None: the measured text says nothing that is known here."""
    entry = ALL.get(measured.partition(":")[0])
    if entry is None:
        return None
    source = SOURCES.get(subject)
    if source is None:
        return entry
    what = Phrase(f"{source.zh}：{entry.what.zh}", f"{source.en}: {entry.what.en}")
    return Words(what, entry.remedy)


def supply_words(shown: Mapping[str, Any]) -> Phrase:
    """How one source stands now, in a few words."""
    source = SOURCES.get(shown["source"], Phrase(shown["source"], shown["source"]))
    zh, en = "市电正常", "mains on"
    if shown["silent"]:
        detail = ALL.get(shown["detail"])
        zh = "状态不明" if detail is None else detail.what.zh
        en = "not known" if detail is None else detail.what.en
    elif not shown["mains"]:
        zh, en = "市电中断", "mains off"
    if shown["charge_percent"] is not None and not shown["silent"]:
        low_zh, low_en = ("，电量低", ", low") if shown["low"] else ("", "")
        zh = f"{zh}，电池 {shown['charge_percent']} %{low_zh}"
        en = f"{en}, battery {shown['charge_percent']} %{low_en}"
    return Phrase(f"{source.zh} {zh}", f"{source.en} {en}")


def power_line(supplies: list[Mapping[str, Any]]) -> Phrase:
    """The line of `edge-agent status`."""
    if not supplies:
        return Phrase("供电：未配置监视", "Power: not watched")
    told = [supply_words(one) for one in supplies]
    zh, en = "；".join(one.zh for one in told), "; ".join(one.en for one in told)
    return Phrase(f"供电：{zh}", f"Power: {en}")
