"""The budget ledger: what is spent, what is committed, and the intent behind every order."""
