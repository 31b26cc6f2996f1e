"""Adverse events and laboratory grades: what happened, how bad, related to what, and whether the trial must stop."""
