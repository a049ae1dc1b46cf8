"""Barriers: a relay that opens for a moment; its rest is closed."""
