"""Judge a message just before it is sent."""
