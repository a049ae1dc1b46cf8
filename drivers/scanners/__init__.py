"""Scanners: QR codes from a serial scanner or from pictures."""
