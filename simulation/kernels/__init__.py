"""Compiled loops over plain arrays.

The folder of compiled code is named by a digest of every kernel's source and of the versions that
compile it, so that an edit in any kernel file can never meet a stale compiled caller (Numba looks
at the edited file alone). It must be set before the first kernel is declared: here.
"""

from simulation.kernels.cache import use_keyed_cache

CACHE_FOLDER = use_keyed_cache()
