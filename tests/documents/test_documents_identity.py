"""Whose plan it is, of which domain and year."""

from pathlib import Path

import pytest

from app.documents import Identity, identify, read

ROOT = Path(__file__).parents[2]
GAZETTEER = [
    ("100000", "中华人民共和国"),
    ("110000", "北京市"),
    ("320000", "江苏省"),
    ("320100", "南京市"),
    ("370000", "山东省"),
    ("370100", "济南市"),
    ("370103", "市中区"),
    ("370200", "青岛市"),
    ("370202", "市南区"),
    ("370800", "济宁市"),
    ("371300", "临沂市"),
    ("371312", "河东区"),
    ("371302", "兰山区"),
    ("530000", "云南省"),
    ("540000", "西藏自治区"),
    ("610000", "陕西省"),
    ("630000", "青海省"),
    ("650000", "新疆维吾尔自治区"),
    ("510000", "四川省"),
    ("500000", "重庆市"),
    ("511000", "内江市"),
    ("511002", "市中区"),
]


@pytest.mark.parametrize("name", ["370000-edu-2020", "370200-edu-2020", "371300-edu-2020", "370800-edu-2021"])
def test_real_plans_say_who_they_are(name: str) -> None:
    found = identify(read((ROOT / f"seeds/documents/{name}.txt").read_bytes()), GAZETTEER)
    adcode, domain, year = name.split("-")
    assert found == Identity(adcode, domain, int(year))


def test_jiangsu_names_itself_only_in_its_text() -> None:
    found = identify(read((ROOT / "seeds/documents/320000-edu-2020.txt").read_bytes()), GAZETTEER)
    assert (found.adcode, found.domain, found.year) == ("320000", "edu", 2020)
    assert [doubt.kind for doubt in found.doubts] == ["place_inferred"]
    assert "江苏" in found.doubts[0].assumed


def test_yunhe_is_in_no_gazetteer() -> None:
    found = identify(read((ROOT / "tests/evaluation/yunhe.txt").read_bytes()), GAZETTEER)
    assert (found.adcode, found.domain, found.year) == (None, "edu", 2020)
    assert [doubt.kind for doubt in found.doubts] == ["unknown_place"]


def identity(head: str, body: str = "推进工作。") -> Identity:
    return identify(read(f"{head}\n\n1.标题句。{body}\n".encode()), GAZETTEER)


@pytest.mark.parametrize(
    ("head", "adcode", "domain", "year"),
    [
        ("山东省临沂市教育局2021年工作要点", "371300", "edu", 2021),
        ("臨沂市教育局2021年工作要點", "371300", "edu", 2021),
        ("临沂市兰山区教育和体育局2021年工作要点", "371302", "edu", 2021),
        ("青岛市市南区卫生健康局2022年工作要点", "370202", "health", 2022),
        ("济南市市中区民政局2022年工作要点", "370103", "civil", 2022),
        ("云南省人力资源和社会保障厅二〇二一年工作要点", "530000", "hrss", 2021),
        ("北京市交通委员会2023年重点工作", "110000", "transport", 2023),
        ("重庆市水利局2023年重点工作", "500000", "water", 2023),
        ("甲省农业农村厅2020年工作要点", None, "agriculture", 2020),
        ("2020年全市生态环境工作要点", None, "environment", 2020),
        ("工作要点", None, None, None),
    ],
)
def test_identity_from_titles(head: str, adcode: str | None, domain: str | None, year: int | None) -> None:
    found = identity(head)
    assert (found.adcode, found.domain, found.year) == (adcode, domain, year)


def test_a_county_name_that_two_cities_have_is_not_guessed() -> None:
    found = identity("市中区教育局2021年工作要点")
    assert found.adcode is None
    assert [doubt.kind for doubt in found.doubts] == ["several_places"]


def test_places_in_the_text_do_not_fool_the_issuer() -> None:
    found = identity("临沂市教育局2021年工作要点", "落实山东省山东省山东省要求，学习青岛市青岛市经验。")
    assert (found.adcode, found.doubts) == ("371300", ())


def test_a_city_plan_without_a_name_is_the_city_its_text_names() -> None:
    found = identity("2021年全市教育工作要点", "建设济南教育，推进济南都市圈，学习青岛。")
    assert found.adcode == "370100"
    assert [doubt.kind for doubt in found.doubts] == ["place_inferred"]


def test_the_year_of_the_number_is_doubted() -> None:
    found = identity("临沂市教育局工作要点\n临教办字〔2020〕11号")
    assert found.year == 2020
    assert [doubt.kind for doubt in found.doubts] == ["year_inferred"]


def test_an_empty_gazetteer() -> None:
    outline = read("临沂市教育局2021年工作要点\n\n1.标题句。推进工作。\n".encode())
    assert identify(outline, []).adcode is None
