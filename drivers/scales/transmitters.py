"""Register maps of Modbus transmitters, as their manuals and field programs give them.

One source each; addresses count from 0 here, in manuals often from 1 or 40001. Try a map with a
known load before it is trusted.
"""

from drivers.scales.register_map import Bit, RegisterMap

KNOWN = {
    "modbus-keli-d2008": ("柯力 D2008", "Keli D2008", RegisterMap(1, 4, "ascii")),
    "modbus-id551pn": (
        "ID551PN",
        "ID551PN transmitter",
        RegisterMap(
            0,
            5,
            "float32",
            bits=(
                Bit("underload", 4, 9),
                Bit("overload", 4, 10),
                Bit("net", 4, 11),
                Bit("moving", 4, 12),
                Bit("not_ready", 4, 15, when=0),
            ),
        ),
    ),
    "modbus-pr5410": (
        "赛多利斯 PR5410",
        "Sartorius PR5410",
        RegisterMap(
            2,
            16,
            "int32",
            at=14,
            bits=(
                Bit("error", 0, 0),
                Bit("overload", 0, 1),
                Bit("underload", 0, 3),
                Bit("stable", 0, 6),
            ),
        ),
    ),
    "modbus-cas-ci600d": ("CAS CI-600D 变送", "CAS CI-600D", RegisterMap(7, 2, "int32")),
    "modbus-xinheng": ("信衡变送器", "Xinheng transmitter", RegisterMap(4, 2, "float32")),
}
