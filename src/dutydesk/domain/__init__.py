"""The rules of the desk: frozen data and pure functions, without I/O and without a clock."""
