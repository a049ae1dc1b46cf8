"""What is signed, and how anyone can check it.

Envelopes, records, chains, tickets, orders, receipts and slips. Needs a CBOR codec and a crypto
library, and nothing else of ours: an auditor reads this package and a book, and needs no more.
"""
