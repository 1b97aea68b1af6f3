"""What the codes of the API are called in reports: Chinese and English, and what each of them means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A code's name and meaning."""

    zh: str
    en: str
    meaning_zh: str = ""
    meaning_en: str = ""

    def name(self, *, english: bool) -> str:
        return self.en if english else self.zh

    def meaning(self, *, english: bool) -> str:
        return self.meaning_en if english else self.meaning_zh


KINDS = {
    "no_plan": Word(
        "无要点",
        "no plan",
        "该市在本领域、前后两年内没有已导入的要点，无法判断。",
        "The city has no imported plan of this domain within two years; nothing can be said.",
    ),
    "other_period": Word(
        "非本年度",
        "other period",
        "该市只有其他年份的要点，仅供参考，不计入本年度。",
        "The city only has a plan of another year, which does not count for this one.",
    ),
    "not_judged": Word(
        "尚未比对",
        "not judged",
        "该市要点尚未与上级要点比对。",
        "The city's plan has not been linked to the upper plan yet.",
    ),
    "missing": Word(
        "未见承接",
        "missing",
        "在该市要点中没有找到承接这项任务的内容。",
        "Nothing in the city's plan takes the task up.",
    ),
    "partial": Word(
        "部分承接",
        "partial",
        "范围较窄、目标较低或缺失，或只承接了其中一部分。",
        "Narrower in scope, a weaker or missing target, or only a part of it.",
    ),
    "weaker_target": Word(
        "目标偏低",
        "weaker target",
        "同一指标、同一单位，数值低于上级要求。",
        "Same indicator and unit, and less of it.",
    ),
    "later_deadline": Word(
        "时限偏晚", "later deadline", "完成时限晚于上级要求。", "Due later than the upper plan asks for."
    ),
    "missing_deadline": Word(
        "未定时限",
        "missing deadline",
        "上级写明了时限，该市相应内容没有写明。",
        "The upper plan names a time, the city's commitment none.",
    ),
    "stale": Word(
        "待重新复核",
        "stale",
        "已复核的承接关系，其依据的文字后来有了变化。",
        "A text behind a reviewed link has changed since.",
    ),
    "unreviewed": Word(
        "待复核",
        "unreviewed",
        "有承接，但只是机器或人提出的建议，尚未经人确认。",
        "Taken up, but only by proposed links that nobody has confirmed.",
    ),
    "orphan": Word(
        "本地事项",
        "orphan",
        "该市自行安排、没有对应上级任务的条目，仅供了解。",
        "An item of the city's own that answers to nothing above; for information.",
    ),
}
SEVERITIES = {
    "high": Word(
        "高", "high", "没有承接，或目标低于要求，须处理。", "Nobody answers for it, or for less: somebody has to act."
    ),
    "medium": Word("中", "medium", "有承接但不够，须有人核实。", "Something is there that a person has to look at."),
    "low": Word("低", "low", "只差人工确认。", "Only a person's confirmation is wanting."),
    "info": Word("提示", "info", "不是问题，仅供了解。", "No fault: for information."),
}
VERDICTS = {
    "covered": Word(
        "已承接", "covered", "适用于市级的任务全部得到承接。", "All tasks that apply to cities are taken up."
    ),
    "partial": Word(
        "部分承接", "partial", "有的任务承接了，有的没有或不全。", "Some are taken up, some are not, or not wholly."
    ),
    "missing": Word("未见承接", "missing", "适用于市级的任务都没有找到承接内容。", "None of them is taken up."),
    "not_applicable": Word(
        "不适用", "not applicable", "这一条没有适用于市级的任务。", "The item has no task that applies to cities."
    ),
    "no_plan": KINDS["no_plan"],
    "other_period": KINDS["other_period"],
    "not_judged": KINDS["not_judged"],
}
COVERAGES = {
    "full": Word(
        "全部",
        "full",
        "承诺同一任务、同一对象，动作和目标相同或更高。",
        "The same task and object, with the same or a stronger action and target.",
    ),
    "partial": KINDS["partial"],
    "none": Word("无", "none", "没有承接内容。", "Nothing takes it up."),
}
APPLIES = {
    "city": Word("市级", "city", "须由各市承接的任务，计入统计。", "For the cities to take up; these are counted."),
    "province": Word("省级", "province", "由省级自行完成，不计入统计。", "The province's own; not counted."),
    "institution": Word(
        "学校、单位",
        "institution",
        "由高校和省直单位完成，不计入统计。",
        "Universities and what the province runs; not counted.",
    ),
}
TARGETS = {
    "weaker": Word("偏低", "weaker"),
    "equal": Word("相同", "equal"),
    "stronger": Word("更高", "stronger"),
    "not_comparable": Word("不可比", "not comparable"),
}
DEADLINES = {
    "later": Word("偏晚", "later"),
    "missing": Word("未写明", "missing"),
    "equal": Word("相同", "equal"),
    "earlier": Word("更早", "earlier"),
    "undetermined": Word("无法判断", "undetermined"),
}
STRENGTHS = {
    "implements": Word(
        "落实",
        "implements",
        "至少一项核心任务在该条中得到明确承接。",
        "At least one core task is taken up without doubt.",
    ),
    "contributes": Word(
        "促进",
        "contributes",
        "承接了次要任务，或间接有助于其目标。",
        "A minor task is taken up, or the goal indirectly.",
    ),
}
STATUSES = {
    "proposed": Word("建议", "proposed", "由机器或人提出，尚未复核。", "Proposed by the machine or a person."),
    "confirmed": Word("已确认", "confirmed", "经人复核确认。", "Confirmed by a person."),
    "stale": Word(
        "待重新复核", "stale", "复核之后文字有变化，按建议计。", "A text has changed since; counts as proposed."
    ),
    "rejected": Word("已否定", "rejected", "经人复核否定，不计入。", "Rejected by a person; not counted."),
    "withdrawn": Word(
        "已撤回", "withdrawn", "由提出者撤回，不计入。", "Taken back by whoever proposed it; not counted."
    ),
}
METHODS = {"machine": Word("机器", "machine"), "person": Word("人工", "person"), "import": Word("导入", "import")}
DECISIONS = {
    "confirmed": Word("属实", "confirmed", "经人核实，缺口存在。", "Somebody has confirmed that the gap is one."),
    "refuted": Word(
        "不属实", "refuted", "经人核实，缺口不存在，有承接关系为据。", "Somebody has found a link that says why."
    ),
    "waived": Word(
        "同意不承接", "waived", "缺口存在，经批准在到期日以前不要求承接。", "It is one, and let be until a day."
    ),
}
UNDECIDED = Word(
    "待核实",
    "to be verified",
    "尚无人对这一缺口作出决定，或原决定已失效。",
    "Nobody has decided on the gap, or has to once more.",
)
DUE = {
    "expired": Word("已到期", "expired"),
    "changed": Word("依据的文字已变化", "a text behind it has changed"),
    "link": Word("所依据的承接关系已失效", "its link counts no more"),
}
SCORE = Word(
    "把握",
    "confidence",
    "机器对这一判断的把握，0 至 1，不是完成程度。",
    "How sure the machine is of it, 0 to 1; no measure of progress.",
)


def name(words: dict[str, Word], code: str | None, *, english: bool) -> str:
    """What a code is called; nothing for None, a code that has no word stands for itself."""
    if code is None:
        return ""
    return words[code].name(english=english) if code in words else code
