"""Tests mirror the tree; `test_house.py` keeps the house itself in order."""
