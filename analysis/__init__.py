"""Reads the result files of a study and says what they mean; imports nothing of the simulation."""
