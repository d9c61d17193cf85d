"""The forms in which things are compared: addresses, phones, names, look-alike skeletons."""
