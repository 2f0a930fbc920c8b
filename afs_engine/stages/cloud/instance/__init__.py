"""The rented machine: what runs on it first, how it is reached, and the job that is done there."""
