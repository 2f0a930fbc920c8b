"""What a rental costs: pure arithmetic. No clock, disk, network or provider in here."""
