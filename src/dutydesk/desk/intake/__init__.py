"""One message becomes an item, an act on one, or a refusal, always with a receipt."""
