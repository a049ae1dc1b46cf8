"""One module each: its docstring is the wire specification, its last object the declaration."""
