"""Tests of redaction, and the corpus of planted secrets they share."""
