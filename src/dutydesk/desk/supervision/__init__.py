"""Measures, restrictions and bureaus off the network, and the effect of a change on items."""
