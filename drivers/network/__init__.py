"""Questions to a network that end in time: does a host answer, a port open, our own link stand."""
