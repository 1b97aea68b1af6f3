"""Whose plan it is, of which domain and year."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert found == Identity(adcode, domain, int(year), said_by=found.said_by)
    assert set(found.said_by) == {"adcode", "domain", "year"}
    assert set(found.said_by.values()) <= {"issuer", "plan_title", "title"}


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


DEEPER = (
    "临沂市兰山区|烟台市芝罘区|北京市朝阳区|济宁市曲阜市|曲阜市|烟台市长岛海洋生态文明综合试验区|济宁市太白湖新区|临沂市经济技术开发区|临沂市高新区"
    "|潍坊市滨海经济技术开发区|苏州市工业园区|上海市浦东新区|济南市市中区|荆州市沙市区|常德市津市市|新乡市红旗区|赤峰市阿鲁科尔沁旗"
    "|呼伦贝尔市莫力达瓦达斡尔族自治旗|本溪市本溪满族自治县|赣州市全南县|衡水市武强县|成都市都江堰市|济宁市邹城市|邵阳市城步苗族自治县"
    "|延边朝鲜族自治州和龙市|阳泉市城区|六盘水市六枝特区|新疆维吾尔自治区石河子市|北京市房山区|聊城市东昌府区|泰安市泰山风景名胜区"
).split("|")  # fmt: skip
ORGANS = ("教育和体育局", "人民政府办公室", "卫生健康局", "市场监督管理局", "民政局", "城市管理局", "教育委员会")
SEEDS = [tuple(row.split(",")) for row in (ROOT / "seeds/jurisdictions.csv").read_text("utf-8").split()[1:]]


def of_seeds(head: str, gazetteer: Iterable[tuple[str, ...]] = SEEDS) -> Identity:
    outline = read(f"{head}\n\n1.标题句。推进工作。\n".encode())
    return identify(outline, [(code, name) for code, name in gazetteer])


@pytest.mark.parametrize("place", DEEPER)
@pytest.mark.parametrize("organ", ORGANS)
def test_a_county_is_not_its_city(place: str, organ: str) -> None:
    for head in (f"{place}{organ}2020年教育工作要点", f"{place}{organ}关于印发2020年教育工作要点的通知"):
        found = of_seeds(head)
        assert found.adcode is None, head
        assert [doubt.kind for doubt in found.doubts] == ["unknown_place"]
        assert place in found.doubts[0].assumed


@pytest.mark.parametrize(
    "head",
    ["中共临沂市兰山区委教育工委2020年工作要点", "山东省临沂市兰山区2020年教育工作要点", "臨沂市蘭山區教育局2020年工作要點",
     "兰山区教育局转发临沂市教育局关于2020年工作要点的通知", "临沂市罗庄区册山街道办事处2020年教育工作要点"],
)  # fmt: skip
def test_a_county_is_not_its_city_however_it_is_written(head: str) -> None:
    found = of_seeds(head)
    assert found.adcode is None
    assert [doubt.kind for doubt in found.doubts] == ["unknown_place"]


@pytest.mark.parametrize(
    ("head", "adcode"),
    [
        *((f"临沂市{rest}", "371300") for rest in
          ("教育局2020年工作要点", "城市管理局2020年工作要点", "市场监督管理局2020年工作要点", "社区教育委员会2020年工作要点", "城区学校2020年教育工作要点",
           "教育强市2020年工作要点", "全市教育系统2020年工作要点", "县域医共体建设2020年卫生工作要点", "区域教育2020年工作要点", "文明城市建设2020年工作要点",
           "市区学校2020年教育工作要点", "现代职业教育示范区建设2020年工作要点", "产教融合示范区建设2020年教育工作要点", "县区教育局2020年工作要点",
           "各县市区教育局2020年工作要点", "住房和城乡建设局2020年工作要点", "乡村振兴局2020年工作要点", "校区建设2020年教育工作要点",
           "行政区划调整2020年民政工作要点", "贫困地区教育2020年工作要点", "山区教育2020年工作要点")),
        ("中共临沂市委教育工委2020年工作要点", "371300"),
        ("青島市教育局2020年工作要點", "370200"),
        ("内蒙古自治区教育厅2020年工作要点", "150000"),
        ("内蒙古自治区呼和浩特市教育局2020年工作要点", "150100"),
        ("新疆维吾尔自治区阿克苏地区教育局2020年工作要点", "652900"),
        ("吉林省吉林市教育局2020年工作要点", "220200"),
        ("海南藏族自治州教育局2020年工作要点", "632500"),
        ("聊城市教育和体育局2020年工作要点", "371500"),
        ("市教育局2020年工作要点", None),
    ],
)  # fmt: skip
def test_words_that_end_like_a_place_are_none(head: str, adcode: str | None) -> None:
    found = of_seeds(head)
    assert found.adcode == adcode
    assert "unknown_place" not in [doubt.kind for doubt in found.doubts]


@pytest.mark.parametrize(
    ("head", "added", "adcode"),
    [
        ("临沂市兰山区教育和体育局2020年工作要点", ("371302", "兰山区"), "371302"),
        ("济宁市曲阜市教育和体育局2020年工作要点", ("370881", "曲阜市"), "370881"),
        ("石家庄市桥西区教育局2020年工作要点", ("130503", "桥西区"), None),  # Xingtai's
        ("泰和县教育局2020年工作要点", ("340523", "和县"), None),
        ("马鞍山市和县教育局2020年工作要点", ("340523", "和县"), "340523"),
        ("临沂市教育局2020年工作要点", ("371399", " "), "371300"),
        ("临沂市教育局2020年工作要点", ("371399", "临"), "371300"),
        ("临沂市教育局2020年工作要点", ("371399", ""), "371300"),
    ],
)
def test_a_gazetteer_with_one_more_place(head: str, added: tuple[str, str], adcode: str | None) -> None:
    assert of_seeds(head, [*SEEDS, added]).adcode == adcode


@given(city=st.sampled_from([row for row in SEEDS if not row[0].endswith("0000")]), organ=st.sampled_from(ORGANS))
def test_every_registered_city_is_itself_and_its_unregistered_county_is_not(city: tuple[str, str], organ: str) -> None:
    assert of_seeds(f"{city[1]}{organ}2020年工作要点").adcode == city[0]
    assert of_seeds(f"{city[1]}云桥区{organ}2020年工作要点").adcode is None
    assert of_seeds(f"{city[1]}云桥区{organ}2020年工作要点", [*SEEDS, (city[0][:4] + "99", "云桥区")]).adcode == (
        city[0][:4] + "99"
    )
