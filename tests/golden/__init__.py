"""Golden runs: a small region over 24 months, every outcome, compared number by number."""
