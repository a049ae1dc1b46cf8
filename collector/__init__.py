"""The bureau: all weighbridges, the ticket ledger, the month laid side by side."""
