"""One run of one arm: the world, what happens in a month, and what is recorded of it."""
