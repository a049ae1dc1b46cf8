"""Cameras: a process that reads, a slot it fills, a pure judge, and a simulated camera."""
