"""Doses planned and given, and what the protocol's rules advise on a day: hold, reduce, resume, stop."""
