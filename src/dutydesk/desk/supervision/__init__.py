"""Measures, restrictions and bureaus off the network, and what a change of them does to items."""
