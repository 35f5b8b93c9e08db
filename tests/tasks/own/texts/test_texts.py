"""Texts: the words of a column become tokens; what only the owner knows is asked about, and nothing is silent."""

import re

import numpy as np
import pandas as pd
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS
from suite.tasks.own import READERS, texts_from_csv
from suite.tasks.own.readers import restored
from suite.tasks.task import TASKS

TEXTS = [f"{word} film number {word[0]}{number}" for number in range(30) for word in ("good", "bad")]
LETTERS = "abcdefghijklm"


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


@pytest.fixture
def texts(tmp_path):
    """Declares texts, two classes by turns, and returns the task."""

    def declare(rows: list[str] | None = None, header: str = "text,label", **options):
        TASKS.forget(__file__)
        rows = [f"{text},{'np'[index % 2]}" for index, text in enumerate(TEXTS)] if rows is None else rows
        (tmp_path / "own.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return texts_from_csv("own", tmp_path / "own.csv", **({"text": "text", "label": "label"} | options))

    return declare


def framed(texts, named=None, **options):
    """Declares texts that a data frame holds, by default of two classes by turns."""
    TASKS.forget(__file__)
    named = ["np"[index % 2] for index in range(len(texts))] if named is None else named
    frame = pd.DataFrame({"text": texts, "label": named})
    return texts_from_csv("own", frame, text="text", label="label", **options)


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def words_of(data, split):
    return data.preparation["vocabulary"][getattr(data, split)[0]]


def sentences(letters: str, space: str, count: int = 60, least: int = 12) -> list[str]:
    """Sentences of random letters, each of another length."""
    rng = np.random.default_rng(1)
    return [space.join(rng.choice(list(letters), least + number % 7)) for number in range(count)]


class TestTexts:
    def test_tokens_come_from_the_training_split(self, texts):
        data = texts().load(1)
        words = data.preparation["vocabulary"]
        assert set(words[2:]) == {"good", "bad", "film", "number"}
        assert data.train[0].max() == len(words) - 1
        assert set(words[data.test[0]][:, 0]) == {"good", "bad"}

    def test_the_classes_are_stratified_and_the_seed_redraws_all_but_the_test_split(self, texts):
        task = texts()
        one, other = task.load(1), task.load(2)
        assert [np.bincount(getattr(one, split)[1]).tolist() for split in SPLITS] == [[18, 18], [6, 6], [6, 6]]
        np.testing.assert_array_equal(words_of(one, "test"), words_of(other, "test"))
        assert one.checksum() != other.checksum()
        assert task.load(1).checksum() == one.checksum()

    def test_copies_stay_on_one_side(self, texts):
        rows = [f"{text},{'np'[index % 2]}" for index, text in enumerate(TEXTS)]
        data = texts([*rows, *(row.upper().replace(",N", ",n").replace(",P", ",p") for row in rows)]).load(1)
        assert [len(getattr(data, split)[0]) for split in SPLITS] == [72, 24, 24]

    def test_a_group_stays_on_one_side(self, texts):
        rows = [f"{text},{'np'[index % 2]},author {index // 6}" for index, text in enumerate(TEXTS)]
        data = texts(rows, header="text,label,who", group="who").load(1)
        whole = [set(data.groups[split]) for split in SPLITS]
        assert len(set.union(*whole)) == sum(map(len, whole)) == 10

    def test_long_texts_lose_their_first_words(self, texts):
        data = texts(length=2).load(1)
        assert data.train[0].shape[1] == 2
        assert set(data.preparation["vocabulary"][2:]) == {"number"}

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            (["good,p", " ,n"], "row 3, column 'text' is empty"),
            (["good,p", "bad,"], "row 3, column 'label' is empty"),
            (["good,p", "bad,p", "dull,p"], "column 'label': there is only one class, 'p'"),
            ([f"{text},{'np'[index == 7]}" for index, text in enumerate(TEXTS)], "class 'p' has 1 different examples"),
            (
                ["good,p", "good,p", "fine,p", "bad,n", "sad,n", "ill,n"],
                "class 'p' has 2 different examples, but three",
            ),
            ([f"{'abcde'[n % 5]},{'np'[n % 2]}" for n in range(60)], "the different examples cannot be split so that"),
            ([f"{text},{text}" for text in TEXTS], "column 'label' has 60 different labels in 60 texts"),
        ],
    )
    def test_texts_that_cannot_be_split_are_an_error(self, texts, rows, said):
        task = texts(rows)
        assert said in refusal(lambda: task.load(1))

    def test_empty_texts_can_be_left_out(self, texts):
        rows = [f"{text},{'np'[index % 2]}" for index, text in enumerate(TEXTS)]
        data = texts(["  ,p", *rows, ",n"], missing="drop").load(1)
        assert sum(len(getattr(data, split)[0]) for split in SPLITS) == 60

    def test_a_class_that_only_two_groups_have(self, texts):
        rows = [f"{text},{'np'[index % 2]},{index % 4}" for index, text in enumerate(TEXTS)]
        task = texts(rows, header="text,label,who", group="who")
        assert "class 'n' has 2 groups, but three splits need 3" in refusal(lambda: task.load(1))


class TestWordsOrCharacters:
    @pytest.mark.parametrize("letters", ["个今包快装欢在商这很到", "すごいよかったねぇ映画", "กขคงจฉชซ"])
    def test_texts_without_spaces_are_read_as_characters_and_it_is_said(self, letters):
        data = framed(sentences(letters, "")).load(1)
        assert set(data.preparation["vocabulary"][2:]) == set(letters)
        assert data.sheet.facts["read as"] == "characters, because there are hardly any spaces"
        assert set(data.sheet.facts["unknown characters"].values()) == {"0.0%"}

    def test_texts_with_spaces_are_read_as_words_however_few_are_known(self):
        data = framed([f"{text} {number} w{number}" for number, text in enumerate(sentences("xyz", " "))]).load(1)
        assert data.sheet.facts["read as"] == "words"

    def test_few_spaces_are_no_matter_if_the_words_are_known(self):
        data = framed(
            [("unbelievable", "disappointing", "extraordinary")[n * n % 3] + "!" * (n % 9) for n in range(60)]
        )
        assert "unbelievable" in data.load(1).preparation["vocabulary"]

    def test_what_the_user_says_wins(self):
        data = framed(sentences("ab", " "), by="characters").load(1)
        assert set(data.preparation["vocabulary"][2:]) == {"a", "b", " "}
        assert data.sheet.facts["read as"] == "characters"
        assert "no word occurs twice in the training texts: say by='characters'" in refusal(
            lambda: framed([f"{text}{n}" for n, text in enumerate(sentences("ab", ""))], by="words").load(1)
        )

    def test_new_texts_are_read_in_the_same_way(self, tmp_path):
        data = framed(sentences("个今包快", ""), keep="first", length=5).load(1)
        reader = restored({name: np.asarray(value) for name, value in data.preparation.items()}, READERS)
        (tmp_path / "new.csv").write_text("text\n今今快快包今今\n", encoding="utf-8")
        x, _ = reader.inputs(reader.read(tmp_path / "new.csv"), data.preparation)
        assert "".join(data.preparation["vocabulary"][x[0]]) == "今今快快包"

    def test_many_unknown_words_are_a_notice_that_by_settles(self):
        rare = [f"{text} {number} b{number} c{number} d{number}" for number, text in enumerate(["good", "bad"] * 30)]
        (notice,) = framed(rare).load(1).sheet.notices
        assert "80% of the words of the test split are unknown: say by='characters', by='words'" in notice
        assert framed(rare, by="words").load(1).sheet.notices == ()


class TestEnds:
    footer = " ".join(f"legal{number}" for number in range(30))

    def test_a_footer_that_fills_the_kept_words_of_all_texts_is_refused(self):
        task = framed([f"{text} {self.footer}" for text in TEXTS], length=20)
        assert "(as a signature is): say keep='first', keep='last' or a larger length=" in refusal(lambda: task.load(1))

    def test_a_footer_that_fills_half_of_the_kept_words_is_a_notice(self):
        signed = [f"{text} {self.footer}" for text in TEXTS]
        data = framed([f"{text}!" for text in TEXTS] + signed, length=20).load(1)
        assert "50% of the different texts are cut to a part" in data.sheet.notices[0]
        assert data.sheet.facts["shortened"] == "60 of 120 texts, to their last words"

    def test_the_other_end_can_be_kept(self):
        data = framed([f"{text} {self.footer}" for text in TEXTS], length=4, keep="first").load(1)
        assert set(words_of(data, "test")[:, 1]) == {"film"}
        assert data.sheet.notices == ()

    def test_whole_texts_may_end_alike(self):
        assert framed([f"{text} {self.footer}" for text in TEXTS]).load(1).sheet.notices == ()


class TestRows:
    def test_a_new_row_without_a_text_is_a_fault_of_its_own(self, texts, tmp_path):
        reader = texts().function.keywords["reader"]
        (tmp_path / "new.csv").write_text("text,label\ngood film,p\n  ,n\nbad,p,x,y\n")
        raw = reader.read(tmp_path / "new.csv")
        assert raw.origin["row"] == [2, 3, 4]
        assert [raw.faults[example].partition("new.csv', ")[2][:20] for example in (1, 2)] == [
            "row 3, column 'text'",
            "row 4 has 4 cells, b",
        ]

    def test_a_file_of_which_no_row_can_be_read_is_refused(self, texts, tmp_path):
        reader = texts().function.keywords["reader"]
        (tmp_path / "new.csv").write_text("text,label\n,n\n")
        assert "row 2, column 'text' is empty" in refusal(lambda: reader.read(tmp_path / "new.csv"))

    def test_left_out_rows_and_columns_are_said(self, texts):
        rows = [f"{text},{'np'[index % 2]},x" for index, text in enumerate(TEXTS)]
        sheet = texts([*rows, ",n,x"], header="text,label,note", missing="drop").load(1).sheet
        assert sheet.facts["rows"] == {"read": 61, "dropped": 1}
        assert sheet.facts["ignored columns"] == ["note"]


class TestSpellings:
    def test_labels_that_differ_by_spelling_alone_are_asked_about(self):
        labels = [["Positive", "positive ", "negative"][n % 3] for n in range(60)]
        said = refusal(lambda: framed(TEXTS, labels).load(1))
        assert "the labels 'Positive' and 'positive' differ by spelling alone: say labels='merge'" in said
        merged = framed(TEXTS, labels, labels="merge").load(1)
        assert merged.preparation["classes"].tolist() == ["Positive", "negative"]
        assert merged.sheet.facts["merged labels"] == ["'positive' into 'Positive'"]
        exact = framed(TEXTS, labels, labels="exact").load(1)
        assert exact.preparation["classes"].tolist() == ["Positive", "negative", "positive"]

    def test_groups_that_differ_by_spelling_alone_stay_in_one_split_and_are_asked_about(self, texts):
        who = [f"{'Aa'[n % 2]}uthor {n // 6}" for n in range(60)]
        rows = [f"{text},{'np'[n // 3 % 2]},{who[n]}" for n, text in enumerate(TEXTS)]
        data = texts(rows, header="text,label,who", group="who").load(1)
        assert sum(len(set(data.groups[split])) for split in SPLITS) == 10
        assert "the groups 'Author 0' and 'author 0' (and 9 more) differ" in data.sheet.notices[0]
        assert data.sheet.facts["groups"] == "10 in column 'who'"
        assert texts(rows, header="text,label,who", group="who", labels="merge").load(1).sheet.notices == ()


class TestSeveralLabels:
    tags = [("billing; refund", "billing", "Refund ;delivery", "")[n % 4] for n in range(60)]  # noqa: RUF012

    def test_the_labels_of_a_cell(self):
        assert "the labels 'refund' and 'Refund' differ" in refusal(
            lambda: framed(TEXTS, self.tags, labels_sep=";").load(1)
        )
        task = framed(TEXTS, self.tags, labels_sep=";", labels="merge")
        data = task.load(1)
        assert (task.kind, task.metric) == ("multi-label", "micro_f1")
        assert data.preparation["classes"].tolist() == ["billing", "delivery", "refund"]
        assert sum(getattr(data, split)[1].sum(axis=0) for split in SPLITS).tolist() == [30, 15, 30]
        assert data.sheet.facts["texts without label"] == 15
        assert "ignored columns" not in data.sheet.facts

    def test_a_column_for_every_label(self, texts):
        rows = [f"{text},{n % 2},{('yes', 'no', 'no')[n % 3]}" for n, text in enumerate(TEXTS)]
        data = texts(rows, header="text,late,broken", label=["late", "broken"]).load(1)
        assert data.preparation["classes"].tolist() == ["late", "broken"]
        assert sum(getattr(data, split)[1].sum(axis=0) for split in SPLITS).tolist() == [30, 20]
        rows[4] = "good film,2,no"
        task = texts(rows, header="text,late,broken", label=["late", "broken"])
        assert "row 6, column 'late' is neither 0 nor 1" in refusal(lambda: task.load(1))

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"label": ["a", "b"], "labels_sep": ";"}, "label must be one column, with labels_sep="),
            ({"labels_sep": ""}, "label must be one column, with labels_sep="),
            ({"label": []}, "label must be one column, with labels_sep="),
            ({"labels_sep": ";", "rare": "drop"}, "rare='drop' is for texts with one label each"),
            ({"kind": "multi-label"}, 'kind="multi-label" needs labels_sep='),
        ],
    )
    def test_arguments_that_do_not_fit_together(self, texts, options, said):
        assert said in refusal(lambda: texts(**options))


class TestRareClasses:
    labels = [*["p", "n"] * 28, "x", "x", "y", "y"]  # noqa: RUF012

    def test_they_are_refused_merged_or_left_out(self):
        assert 'say rare="other" or rare="drop"' in refusal(lambda: framed(TEXTS, self.labels).load(1))
        other = framed(TEXTS, self.labels, rare="other").load(1)
        assert other.preparation["classes"].tolist() == ["n", "other", "p"]
        dropped = framed(TEXTS, self.labels, rare="drop").load(1)
        assert dropped.preparation["classes"].tolist() == ["n", "p"]
        assert sum(len(getattr(dropped, split)[0]) for split in SPLITS) == 56
        assert dropped.sheet.facts["rare classes left out (with their examples)"] == {"x": 2, "y": 2}


@pytest.mark.parametrize(("text", "label", "told"), [
    ('["a", "b"]', "yes", "column 'text' has lists: join the words of each by spaces"),
    ("a b", "['yes']", "column 'label' has lists: join the labels of each by ';', and say labels_sep=';'"),
])  # fmt: skip
def test_lists_in_cells_are_no_texts(text, label, told):
    table = pd.DataFrame({"text": [text] * 30, "label": [label, label + " "] * 15})
    with pytest.raises(RequestError, match=re.escape(told)):
        texts_from_csv("own-lists", table, text="text", label="label").load(1)
    TASKS.forget(__file__)


def test_words_that_mean_missing_may_be_named(texts):
    rows = [f"{text},{'np'[index % 2]}" for index, text in enumerate([TEXTS[0], "none", *TEXTS[1:]])]
    texts(rows).load(1)
    assert "row 3, column 'text' is empty" in refusal(lambda: texts(rows, absent="none").load(1))
