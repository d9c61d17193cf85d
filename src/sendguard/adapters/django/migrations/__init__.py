"""How the tables of held messages came to be."""
