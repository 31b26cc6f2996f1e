"""How long things take on this machine. Measured, never asserted in a test."""
