"""The mark that everything made of simulated records carries; nothing removes it."""

SIMULATED_MARK = "SIMULATED"
"""Heads the first column of every CSV and stands in each of its rows; ``mark`` of every JSON; text in every figure."""
