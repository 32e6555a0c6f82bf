"""The law of the desk: frozen data and pure functions, no I/O and no clock of its own."""
