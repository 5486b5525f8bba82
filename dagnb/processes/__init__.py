"""Processes: find what one has started, and let nothing outlive its owner."""
