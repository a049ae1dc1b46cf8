"""The baseline of a device: a process that reads it and does nothing else.

python -m bench.bare_reader serial PORT | camera ADDRESS | film ADDRESS
"""

import sys
import time

REOPEN_S = 0.5


def read_serial(port: str) -> None:
    """As little as pyserial allows: read what comes, for ever."""
    import serial

    with serial.Serial(port, 9600, timeout=0.5) as line:
        while True:
            line.read(line.in_waiting or 1)


def read_camera(address: str) -> None:
    """As little as OpenCV allows: take every packet, decode none; open again what ended."""
    import cv2

    cv2.setNumThreads(1)
    while True:
        capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        while capture.grab():
            pass
        time.sleep(REOPEN_S)


def read_film(address: str) -> None:
    """What is usual: OpenCV decodes every frame."""
    import cv2

    while True:
        capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
        while capture.read()[0]:
            pass
        time.sleep(REOPEN_S)


READERS = {"serial": read_serial, "camera": read_camera, "film": read_film}

if __name__ == "__main__":
    READERS[sys.argv[1]](sys.argv[2])
