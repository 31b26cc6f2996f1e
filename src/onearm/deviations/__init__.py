"""How patients went through the trial, and where it departed from its protocol, for a person to confirm."""
