"""The judging of cameras, on scenes drawn by script."""
