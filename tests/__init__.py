"""Tests of relosim; a package of its own, because a library that tests compare with brings one of the same name."""
