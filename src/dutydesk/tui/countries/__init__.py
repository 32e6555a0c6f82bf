"""Countries, their measures and owners' restrictions."""
