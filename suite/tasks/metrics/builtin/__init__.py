"""The built-in metrics, one family a file; beside each, what every evaluated target contributes to its score.

Some scores are means. For all others, the contributions are those of first order (`item_scores` explains them).
"""
