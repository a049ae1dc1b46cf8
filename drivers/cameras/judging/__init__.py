"""Is a camera's picture alive, and of the right place? Pure: facts in, verdicts out."""
