"""A person's file: all that the desk knows of the person behind an item or a hit, on a timeline."""
