"""Takes messages in: each becomes an item, an act on an item or a rejection, always with a receipt."""
