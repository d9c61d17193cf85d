"""Guarded transports, one file or folder each; import the one that you use by its name."""
