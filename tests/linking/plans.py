"""Plans for tests, written as plain sentences."""

import re
from collections.abc import Iterable, Sequence

from app.linking.values import ItemText, Judgement, PlanText, TaskText

# Commitments of two fields as such plans word them; none is taken from a plan.
SENTENCES = (
    "完善城市公交专用道网络，新增夜间公交线路二十条",
    "推进社区养老服务设施建设，实现街道全覆盖",
    "年底前全面取缔城区燃煤小锅炉",
    "开展餐饮油烟专项整治，安装在线监测设备",
    "建立河湖长巡查制度，整治入河排污口",
    "实施老旧小区加装电梯补贴政策",
    "组织中小学生研学旅行，建设研学基地",
    "提升乡镇卫生院诊疗能力，配备数字化影像设备",
    "推动家庭医生签约服务，重点人群签约率达到七成",
    "规范校车运营管理，排查行驶线路隐患",
    "加强传染病监测预警，完善医疗物资储备",
    "培育农村电商带头人，发展冷链物流",
    "深化政务公开，办好民生服务热线",
    "推广垃圾分类，建设厨余处理厂",
    "落实残疾儿童康复救助制度",
    "开展青少年近视筛查，建立视力档案",
)


def item(number: int, title: str, sentences: Sequence[str]) -> ItemText:
    """An item whose tasks are the clauses of its sentences."""
    text = "".join(f"{sentence}。" for sentence in (title, *sentences))
    clauses = [m for m in re.finditer(r"[^，。]+", text) if m.start() > len(title)]
    return ItemText(number, title, text, tuple(TaskText(k, m.start(), m.end()) for k, m in enumerate(clauses, 1)))


def plan(*items: tuple[str, Iterable[str]]) -> PlanText:
    """A plan of (title, sentences), numbered from 1."""
    return PlanText(tuple(item(number, title, tuple(rest)) for number, (title, rest) in enumerate(items, 1)))


def city_tasks(judgement: Judgement) -> dict[tuple[int, int], tuple[str, float]]:
    """(item, task) → (coverage, score), rounded as far as sums in another order agree."""
    return {(v.item, v.task): (v.coverage.value, round(v.score, 9)) for v in judgement.tasks}
