"""Questionnaire items become scores, completion, changes and times to deterioration."""
