"""Devices: bytes to readings, orders to relays; a simulator beside each kind."""
