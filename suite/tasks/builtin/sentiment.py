"""Sentiment: tasks on generated sentences whose label depends on negation and contrast, not only on the words."""

from functools import partial

import numpy as np

from suite.tasks.builtin.reviews import SIDES, sentiment, spaced
from suite.tasks.data import Data, Split
from suite.tasks.datasets.splits import sizes

NEUTRAL = ("the", "film", "story", "actor", "scene", "music", "plot", "end", "cast", "camera")
POSITIVE = ("good", "great", "lovely", "funny", "clever")
NEGATIVE = ("bad", "awful", "dull", "weak", "boring")
WORDS = ("", *NEUTRAL, *POSITIVE, *NEGATIVE, "not", "but")
FIRST_POLAR, NOT, BUT = WORDS.index("good"), WORDS.index("not"), WORDS.index("but")
POLARITY = np.array([(word in POSITIVE) - (word in NEGATIVE) for word in WORDS])
LENGTH = 24
SCOPE = 3
# the fewest and the most words of each sort in a sentence; with fewer negations, a bag of words scores much better
COUNTS = {"polar": (1, 4), "negations": (3, 6), "contrasts": (0, 2)}


generated = partial(sentiment, ceiling=1.0, licence="none (generated)", vocabulary=len(WORDS))


@generated("sentiment-like", title="Sentiment-like sentences")
def sentiment_like(seed: int, examples: int = 4_000) -> Data:
    """Sentences of 24 words with "not" (flips a polar word within three) and "but" (voids what came before); generated.

    Is what follows the last "but" positive (1) or negative (0)? Best possible accuracy: 1; a bag of words has 0.54.
    """
    return _splits(seed, examples, LENGTH, SCOPE)


@generated(
    "sentiment-distant-{length}", title="Distant negation ({length} steps)", tags=("long-term",), lengths=(5, 20, 60)
)
def sentiment_distant(seed: int, length: int, examples: int = 4_000) -> Data:
    """Like sentiment-like with longer sentences: "not" reaches as far as the name says, an eighth of the sentence.

    Is what follows the last "but" positive (1) or negative (0)? Generated. Best possible accuracy: 1; a bag of words
    has about 0.55.
    """
    return _splits(seed, examples, length * LENGTH // SCOPE, length)


def _splits(seed: int, examples: int, length: int, scope: int) -> Data:
    rng = np.random.default_rng(seed)
    train, validation, test = (_balanced(rng, (count, length), scope) for count in sizes(examples))
    fitted = {"vocabulary": np.array(WORDS), "steps": length, "classes": SIDES, **spaced(length)}
    return Data(train, validation, test, preparation=fitted)


def verdicts(sentences: np.ndarray, scope: int) -> np.ndarray:
    """Return the labels (0 or 1) of sentences of token ids (examples, time).

    The label is 1 if, after the last "but", more polar words are positive than negative; if the numbers are equal, the
    last polar word decides. A "not" reverses the next polar word, if it is among the next `scope` words.
    """
    score, last = np.zeros(len(sentences)), np.zeros(len(sentences))
    reach = np.zeros(len(sentences))
    for words in sentences.T:
        polarity = POLARITY[words]
        meant = np.where(reach > 0, -polarity, polarity)
        score = np.where(words == BUT, 0, score + meant)
        last = np.where(polarity, meant, last)
        reach = np.where(words == NOT, scope, np.where(polarity, 0, reach - 1))
    return np.where(score, score > 0, last > 0).astype(np.int64)


def _balanced(rng: np.random.Generator, shape: tuple[int, int], scope: int) -> Split:
    """Return equally many positive and negative sentences, and their labels.

    If a sentence does not have the label drawn for it, replace each of its polar words with one of opposite polarity.
    """
    y = rng.permutation(np.arange(shape[0]) % 2)
    sentences = _sentences(rng, shape)
    mirrored = np.where(POLARITY[sentences], FIRST_POLAR + NOT - 1 - sentences, sentences)
    return np.where(verdicts(sentences, scope)[:, None] == y[:, None], sentences, mirrored).astype(np.int32), y


def _sentences(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return random token ids of the given shape (examples, time), with a polar word after the last "but"."""
    rank = rng.permuted(np.tile(np.arange(shape[1]), (shape[0], 1)), axis=1)
    polar, negations, contrasts = (rng.integers(*most, (shape[0], 1), endpoint=True) for most in COUNTS.values())
    neutral = rng.integers(1, FIRST_POLAR, rank.shape)
    sorts = (rank < polar, rank < polar + negations, rank < polar + negations + contrasts)
    words = np.select(sorts, (rng.integers(FIRST_POLAR, NOT, rank.shape), NOT, BUT), neutral)
    polar_ahead = np.maximum.accumulate(sorts[0][:, ::-1], axis=1)[:, ::-1]
    return np.where((words == BUT) & ~polar_ahead, neutral, words)
