"""One weighbridge: its daemon and its diagnostics."""
