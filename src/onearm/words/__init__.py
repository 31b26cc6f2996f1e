"""The one catalogue of words. Data only: rooms return codes, the edges print what stands here."""
