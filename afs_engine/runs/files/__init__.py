"""The guide's stand-alone commands: files in, files out, no recipe. Same stages, same ledgers."""
