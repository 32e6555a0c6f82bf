"""The log: who read what, exports, checkpoints, proof and replay."""
