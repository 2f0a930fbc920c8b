"""The built-in rules by family: each module finds the candidates of one family in a probe."""
