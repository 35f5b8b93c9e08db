"""Reviews: tasks on film reviews that people wrote; is a review positive or negative?"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.archives import members
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.datasets.splits import stratified_test, three_ways
from suite.tasks.datasets.vocabulary import encode, fit, index, without_copies
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.readers import settings
from suite.tasks.own.texts.reader import TextReader
from suite.tasks.task import task

NLTK = "https://raw.githubusercontent.com/nltk/nltk_data/5db857e6f7df11eabb5e5665836db9ec8df07e28/packages/corpora/"
VOCABULARY = 10_000
VALIDATION_SHARE = 0.1
SIDES = np.array(["negative", "positive"])
FIRST_TEST_REVIEW = 800  # number of a file; the files of each class are numbered from cv000 to cv999
CP1252 = {0x91: "'", 0x96: "-", 0x97: "-"}  # punctuation marks that an earlier conversion to UTF-8 left unconverted

SENTENCES = DataSet(
    "sentence_polarity",
    (File(f"{NLTK}sentence_polarity.zip", "6e1ed4405b65c7eabf1d199a7f7c437091ac21da0ea7467b410a74062574566b"),),
    licence="CC BY 4.0",
    source="rt-polarity (Pang and Lee 2005), as shipped by NLTK",
)
REVIEWS = DataSet(
    "movie_reviews",
    (File(f"{NLTK}movie_reviews.zip", "a41211ae685019137410268134db6a1a14428c89b671eb83056151a878539008"),),
    licence="CC BY 4.0",
    source="polarity dataset 2.0 (Pang and Lee 2004), as shipped by NLTK",
)
IMDB = DataSet(
    "imdb",
    (
        File(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz",
            "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        ),
    ),
    licence="none stated (cite Maas et al. 2011)",
    source="Large Movie Review Dataset (Maas et al. 2011), as shipped by Keras",
)


sentiment = partial(
    task,
    family="sentiment",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline="bag-of-words",
)
reviews = partial(sentiment, vocabulary=VOCABULARY, trained_baseline=("bag-of-words", "tfidf"))


@reviews("sentence-polarity", tags=("real", "variable-length"), data_set=SENTENCES)
def sentence_polarity(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """A sentence from a film review: is it positive (1) or negative (0)?

    Real sentences. A fixed fifth is for testing; the seed draws a tenth of the others for validation. With folds, each
    sentence is tested once. Best possible accuracy: not known; published ones are 0.76 to 0.82.
    """
    texts = prepared(SENTENCES, _read_sentences)
    test = stratified_test(texts["labels"], fold, SENTENCES.source, "different sentences", _contents(texts))
    return _encoded(texts, three_ways(seed, texts["labels"], test, VALIDATION_SHARE), 60, spaced(60))


@reviews("movie-reviews", tags=("real", "variable-length", "long-term"), data_set=REVIEWS)
def movie_reviews(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """The last 500 words of a film review: is it positive (1) or negative (0)?

    Real reviews, the last 200 of each class for testing; the seed draws a tenth of the others for validation. With
    folds, each review is tested once. Best possible accuracy: not known, near 1.
    """
    texts = prepared(REVIEWS, _read_reviews)
    test = np.flatnonzero(texts["number"] >= FIRST_TEST_REVIEW)
    if fold.folds > 1:
        test = stratified_test(texts["labels"], fold, REVIEWS.source, "different reviews", _contents(texts))
    return _encoded(texts, three_ways(seed, texts["labels"], test, VALIDATION_SHARE), 500, spaced(500))


@reviews("imdb", title="IMDb reviews", tags=("real", "variable-length", "long-term"), data_set=IMDB, official=True)
def imdb(seed: int) -> Data:
    """The last 200 words of a film review on IMDB: is it positive (1) or negative (0)?

    Real reviews in their official split, and therefore without folds; the seed draws a tenth of the training half for
    validation. Words are given as their rank. Best possible accuracy: not known, near 1.
    """
    texts = prepared(IMDB, _read_imdb)
    rows = three_ways(seed, texts["labels"], np.flatnonzero(texts["test"]), VALIDATION_SHARE)
    return _encoded(texts, rows, 200, {})  # no reader: without a file that maps ranks to words, no new text can be read


def _encoded(texts: Arrays, rows: dict[str, np.ndarray], length: int, reader: Preparation) -> Data:
    """Return the texts at `rows` as tokens of the training vocabulary, without texts that are also in a later split."""
    vocabulary = fit(texts, rows["train"], VOCABULARY)
    x = encode(texts, vocabulary, length)
    chosen = without_copies(x, rows)
    fitted = {"vocabulary": vocabulary, "steps": length, "classes": SIDES, **reader}
    return Data.of_rows(chosen, x, texts["labels"], fitted)


def _contents(texts: Arrays) -> Iterator[bytes]:
    """Yield the words of every text."""
    yield from (words.tobytes() for words in np.split(texts["ids"], texts["ends"][:-1]))


def spaced(length: int) -> Preparation:
    """Return the settings of the reader of texts whose words are separated by spaces."""
    return settings(TextReader("text", length, spaced=True))


def _read_sentences(path: Path) -> Arrays:
    sides = dict(members(path, r"sentence_polarity/rt-polarity\.(neg|pos)"))
    # str.splitlines would also split at some characters that occur inside sentences
    lines = [sides[name].decode("utf-8").translate(CP1252).rstrip("\n").split("\n") for name in sorted(sides)]
    texts = [line.split() for side in lines for line in side]
    return index(texts) | {"labels": np.repeat(np.arange(2), [len(side) for side in lines])}


def _read_reviews(path: Path) -> Arrays:
    found = sorted(members(path, r"movie_reviews/(neg|pos)/cv\d+_\d+\.txt"))
    texts = [content.decode("ascii").split() for _, content in found]
    numbers = [int(name.partition("/cv")[2][:3]) for name, _ in found]
    labels = [int("/pos/" in name) for name, _ in found]
    return index(texts) | {"labels": np.array(labels), "number": np.array(numbers)}


def _read_imdb(path: Path) -> Arrays:
    # object arrays are pickles, which may run any code; this is safe because the file's checksum has been verified
    with np.load(path, allow_pickle=True) as file:
        halves = {name: file[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    texts = [*halves["x_train"], *halves["x_test"]]
    ids = np.concatenate([np.asarray(text, dtype=np.int32) for text in texts])
    sizes = len(halves["y_train"]), len(halves["y_test"])
    return {
        "words": np.arange(ids.max() + 1).astype(str),
        "ids": ids,
        "ends": np.cumsum([len(text) for text in texts]),
        "labels": np.concatenate([halves["y_train"], halves["y_test"]]).astype(np.int64),
        "test": np.repeat([False, True], sizes),
    }
