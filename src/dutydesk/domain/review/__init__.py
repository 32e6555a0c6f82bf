"""Officers and their rights, the guards of review, and decisions by two persons."""
