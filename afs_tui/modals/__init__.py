"""Questions and answers over a screen: errors, confirmations, help, jump letters, a path, a text."""
