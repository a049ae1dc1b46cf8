"""One module per fault: a pure function from what was seen to a sample, measured and limit."""
