"""Makes a store anew from its log, and from the bodies and texts that another store still has."""
