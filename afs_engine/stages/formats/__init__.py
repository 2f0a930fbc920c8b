"""The shapes that trainers read: one file a format, each with a validator of its own output."""
