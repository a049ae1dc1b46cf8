"""Indicators: bytes to readings, and the simulator that speaks the same bytes."""
