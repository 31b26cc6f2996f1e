"""Criteria of the protocol become verdicts on patients: met, not met or unknown, each with the value it used."""
