"""Search: hyperparameter spaces, and the methods that draw configurations from them."""
