"""The configuration of the demo's weighbridge, as a technician would write it."""

CONFIG = """weighbridge = "{weighbridge}"
state_dir = "{state}"

[scale]
port = "{devices}/scale.tty"
protocol = "yaohua-tf0"
indicator = "{indicator}"
{cameras}
[camera_limits]
floor_fps_milli = 4000

[[scanner]]
name = "window"
port = "{devices}/scanner.tty"

[barrier]
port = "{devices}/barrier.tty"

[pictures]
url = "http://127.0.0.1:{web}"

[disk]
min_free_mib = 64
"""
CAMERA = """
[[camera]]
name = "{name}"
source = "http://127.0.0.1:{port}/stream.mjpg"
deck = {deck}
"""
