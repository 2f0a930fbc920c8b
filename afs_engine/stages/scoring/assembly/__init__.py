"""The assembly check: does the 65816 code in an answer assemble under asar?

Start in `checker.py`, which asks asar where it is found (`asar_*.py`) and else the built-in check
(`syntax.py` and what it reads with). `verdict.py` says what comes out. Knows texts, not samples.
"""
