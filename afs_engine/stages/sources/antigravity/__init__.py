"""Antigravity's state database: a SQLite table whose values are base64 of protobuf, nested again."""
