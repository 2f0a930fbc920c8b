"""What the engine's answers say to a person: one file a screen or thing. Pure; knows no widget."""
