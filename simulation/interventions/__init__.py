"""What policy can do: one file per intervention."""
