"""The light discriminator: hashed n-grams and a logistic regression, line by line. Needs numpy alone."""
