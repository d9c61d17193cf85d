"""How often checks find what they are for, and how often they object to honest mail."""
