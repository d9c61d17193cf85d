"""The fast core against its peers, on data of a fixed seed."""
