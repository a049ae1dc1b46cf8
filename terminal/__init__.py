"""What both commands share on a terminal: late commands, words in two languages, tables, JSON."""
