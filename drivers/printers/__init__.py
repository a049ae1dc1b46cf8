"""Slip printers that speak ESC/POS, and a simulated one."""
