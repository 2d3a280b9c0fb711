"""Scenarios that come with the product: the reference region and the policy questions built on it."""
