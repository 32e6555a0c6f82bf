"""What all use cases share: context, clock, settings, rows, and the effects that several acts have."""
