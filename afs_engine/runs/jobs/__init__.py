"""Jobs: runs and trainings that outlive the screen they were started from. Knows no screen."""
