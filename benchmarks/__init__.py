"""Commands that print every figure of the README."""
