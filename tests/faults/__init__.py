"""A study survives what happens to computers: nothing lost, nothing twice, the same bits in the end."""
