"""On the road: checking tickets and slips without a network, and what scans give away."""
