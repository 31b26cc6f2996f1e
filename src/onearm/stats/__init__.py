"""Exact binomial tails and intervals, inference after two stages, Kaplan-Meier; numbers in, numbers out."""
