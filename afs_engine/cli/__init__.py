"""The command line: flags in, one engine call, a result out. Owns words and exit codes, no work."""
