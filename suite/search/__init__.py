"""Search: hyperparameter spaces, and the methods that choose configurations from them."""
