"""Whether the mains are there: a UPS asked through NUT, and a relay contact."""
