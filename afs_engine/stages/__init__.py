"""The stages: each a function of its inputs. They know `data`, never `runs`, `cli` or each other's state."""
