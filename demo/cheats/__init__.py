"""Every cheat that the deck or the collector decides, tried for real: `python -m demo.cheats`."""
