"""What widgets show, as pure data and arithmetic: no terminal, no disk, no clock."""
