"""The commands of `relosim`, a file each."""
