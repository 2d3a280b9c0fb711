"""Many runs: design, workers, the store of results, the command line."""
