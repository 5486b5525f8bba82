"""The values of outputs, as typed files."""
