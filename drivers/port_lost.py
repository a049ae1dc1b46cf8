"""Why a port cannot be used, as one exception with a code; the words for people are elsewhere."""

CODES = {
    "P_ABSENT": "no such device now",
    "P_AMBIGUOUS": "several adapters fit the address",
    "P_BUSY": "another program has the port, or reads from it as well",
    "P_DENIED": "this user may not open it",
    "P_URL": "no address of a serial port",
    "P_SETTINGS": "the port does not take these settings",
    "P_UNREACHABLE": "the serial server does not answer",
    "P_VANISHED": "it was open and has gone",
    "P_STUCK": "it takes no bytes",
    "P_NO_PAPER": "the printer's paper has ended",
    "P_SILENT": "it is there and open, and no byte comes",
}


class PortLost(Exception):
    """The port cannot be used, now or any more; `code` is one of CODES."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
