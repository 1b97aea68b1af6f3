from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir

import pytest

from app.linking import words
from app.linking.abbreviations import short_form, short_forms
from app.linking.lexicon import AUDIENCE, GENERIC, word_factor
from app.linking.segments import CLAUSE_ENDS, SENTENCE_ENDS, split, without_notes
from app.linking.words import rarity, units


def pieces(text: str, ends: frozenset[str]) -> list[str]:
    return [text[piece.start : piece.end] for piece in split(text, ends)]


def test_clauses_end_at_commas_but_not_inside_quotes_brackets_and_numbers() -> None:
    text = "打造“服务,叫您满意”品牌,培训1,200人(含骨干,不含新进),达到8:1"
    assert pieces(text, CLAUSE_ENDS) == ["打造“服务,叫您满意”品牌", "培训1,200人(含骨干,不含新进)", "达到8:1"]


def test_a_bracket_left_open_ends_with_the_sentence() -> None:
    assert pieces("推进(试点。完善制度;加强监管", SENTENCE_ENDS) == ["推进(试点", "完善制度", "加强监管"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("新建幼儿园。(责任科室:学前教育科;完成时限:12月底前)", ["新建幼儿园"]),
        ("改善条件(牵头单位:规划科、财务科)。加强监管[配合部门:督导室(兼)]", ["改善条件", "加强监管"]),
        ("压实(责任科室:办公室)工作。", ["压实", "工作"]),
        ("建立制度(含:办法、细则),落实责任(区、县)", ["建立制度(含:办法、细则),落实责任(区、县)"]),
        ("(完成时限:年底,其中一所延后),做好宣传", ["(完成时限:年底,其中一所延后),做好宣传"]),
    ],
)
def test_responsibility_notes_are_left_out_and_nothing_moves(text: str, left: list[str]) -> None:
    kept = without_notes(text)
    assert len(kept) == len(text)
    assert pieces(kept, SENTENCE_ENDS) == left
    assert all(a in {b, "。"} for a, b in zip(kept, text, strict=True))


@pytest.mark.parametrize("text", ["", "。", "，。；"])
def test_there_is_always_a_piece(text: str) -> None:
    assert split(text, SENTENCE_ENDS)


def test_a_single_character_joins_the_word_before_it_and_singles_join_each_other() -> None:
    assert "大班额" in units("消除大班额")
    assert "控辍保学" in units("推进控辍保学工作")
    assert units("加大师德宣传") == ["加大", "师德", "宣传"]


def test_generic_words_and_their_compounds_weigh_little() -> None:
    assert word_factor("推进") == word_factor("管理工作") == 0.15
    assert word_factor("学生") == 0.35
    assert word_factor("近视") == 1.0
    assert GENERIC.isdisjoint(AUDIENCE)


def test_rare_words_are_rarer_than_common_ones() -> None:
    assert 0 <= rarity("工作") < rarity("近视") <= 1
    assert 0 < rarity("查无此词也") <= 1


def test_short_forms_are_initials_that_are_words_themselves() -> None:
    assert short_form("职业教育") == "职教"
    assert short_form("近视筛查") is None
    assert "党建" in short_forms(["党的建设"])


def test_the_tokenizer_is_built_once_for_all_threads_and_leaves_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_loaded", [])
    before = set(Path(gettempdir()).glob("jieba*"))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(units, ["推进控辍保学"] * 8))
    assert all(one == found[0] for one in found)
    assert len(words._loaded) == 1
    assert set(Path(gettempdir()).glob("jieba*")) == before
