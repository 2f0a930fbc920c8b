"""Secrets and personal data: found in decoded text and replaced by typed placeholders."""
