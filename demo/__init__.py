"""A mine and its bureau on one machine, from the product's own parts: `python -m demo`."""
