"""The command line; wires everything."""
