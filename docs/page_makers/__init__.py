"""One module for each page of ``docs/reference``."""
