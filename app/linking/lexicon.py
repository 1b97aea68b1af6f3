"""Words of official Chinese that say little about *what* is to be done, whatever the domain.

The tables are about the language of work plans, not about any plan: they lower a word's weight, they never add a link.
A word missing here costs a little accuracy, never a wrong rule, so the tables stay short enough to be read.
"""

import re
from functools import cache

# Verbs that open nearly every commitment: 推进X and 加强X commit to X alike.
GENERIC_VERBS = frozenset(
    "推进 加强 开展 实施 完善 健全 建立 建立健全 健全完善 落实 做好 提升 提高 推动 深化 强化 加快 加大 促进 抓好 组织 制定 制订 "
    "出台 印发 研究 研制 修订 拟订 拟定 起草 编制 统筹 协调 指导 督促 引导 鼓励 支持 确保 保障 实现 完成 达到 启动 建设 打造 构建 "
    "形成 创新 探索 发挥 扩大 优化 规范 巩固 拓展 贯彻 贯彻落实 开好 办好 用好 建好 召开 举办 参加 明确 突出 坚持 围绕 结合 按照 "
    "依托 通过 狠抓 压实 夯实 筑牢 加以 进行 给予 提供 保证 保持 争取 力争 争创 创建 培育 培养 设立 成立 组建 建成 配备 配齐 增强 "
    "改进 改善 解决 治理 整治 检查 调整 纳入 列入 作为 成为 营造 树立 弘扬 注重 重视 聚焦 立足 着眼 面向 针对 根据 对照 参照 "
    "遴选 评选 推荐 申报 认定 试行 试点 推行 推广 普及 应用 运用 利用 使用 深入开展 持续推进 有序推进 全面推进 扎实推进 扎实开展 "
    "紧盯 盯紧 严格执行 执行 负责 承担 履行 配合 会同 联合 协同 融合 对接 衔接 总结 宣传 交流 发布 公布 通报 报告 提出 增加 新增 "
    "减少 降低 消除 杜绝 防止 防范 避免 严禁 查处 维护 保护 服务 满足 丰富 充实 整合 利于 有利于 助力 助推 带动 服从 牵头".split()
)

# How a thing is done: degree, manner and order.
MANNER = frozenset(
    "继续 持续 深入 全面 积极 大力 切实 着力 扎实 稳步 有序 认真 进一步 不断 努力 逐步 充分 有效 科学 精准 精细 重点 严格 坚决 坚定 "
    "全力 全力以赴 大幅 更加 更好 更大 更高 较大 合理 及时 尽快 加紧 抓紧 抓细 抓实 定期 常态 常态化 制度化 规范化 标准化 精细化 "
    "多样 多样化 多种 多种形式 各项 各类 各级 各种 各级各类 一批 系列 若干 相关 有关 相应 主要 关键 核心 突出 重大 重要 全部 所有 "
    "整体 总体 综合 专项 统一 同步 主动 自觉 广泛 广大 高水平 高标准 高质量 高起点 高品质 稳妥 顺利 圆满 有力 有力有效 分级 分类 "
    "分层 分步 逐项 逐一 逐校 牢牢 始终 长期 全程 实际 实际情况 工作实际 基本 初步 特别 尤其 其中 以及 并且 同时 此外 基础上 左右 以上 "
    "以下 不少 不低于 不少于 以内 方面 范围 方向 自主 新一轮 首批 第二批 第三批 新时代 新时期 今年 年内 全年 年底 年底前 年度 本年度 月底前".split()
)

# What plans call the thing once its real name has been said: 机制, 体系, 水平.
GENERIC_NOUNS = frozenset(
    "工作 机制 体系 制度 措施 举措 水平 能力 质量 发展 改革 管理 工程 计划 行动 项目 活动 方案 办法 意见 实施意见 指导意见 实施方案 "
    "任务 要求 责任 情况 问题 标准 力度 作用 环境 基础 条件 方式 模式 形式 内容 平台 政策 精神 部署 目标 成果 成效 领域 环节 难点 "
    "热点 堵点 痛点 长效 长效机制 工作机制 体制 体制机制 氛围 格局 品牌 特色 优势 经验 典型 资源 载体 渠道 途径 手段 技术 结构 布局 "
    "规划 事业 系统 队伍 人员 力量 主体 对象 群体 程度 比例 数量 规模 覆盖 覆盖面 覆盖率 全覆盖 满意 满意度 示范 引领 示范引领 先进 "
    "优秀 优质 现代化 专业化 一体化 信息化 规章 文件 规定 通知 清单 台账 档案 需要 需求 效益 效率 效能 实效 水准 素质 意识 思想 理念 "
    "主题 原则 导向 动力 活力 合力 贡献 支撑 支持 保障 服务 流程 事项 程序 建议 重要性 主线 底线 抓手 短板 弱项 差距 权益 利益 生命 "
    "省市 市县 部门 单位 机构 机关 组织 政府 各地 地方 地区 区域 全国 全省 全市 全县 我国 我省 我市 国家 中央 省委 省政府 市委 市政府 省级 "
    "市级 县级 省厅 县区 县市区 乡镇 街道 城乡 社会 群众 人民 人民群众 办学 现状 形势 主要负责人 负责人 领导 干部 十九大 全会 会议".split()
)

# Whom a commitment is for: it narrows a topic and is shared by many.
AUDIENCE = frozenset(
    "学生 师生 教师 教职工 教职员工 学校 中小学 中小学校 中小学生 幼儿园 幼儿 儿童 青少年 儿童青少年 适龄儿童 家长 家庭 校园 班级 "
    "小学 初中 高中 普通高中 高校 大学 大学生 院校 职业院校 党员 党员干部 党组织 医院 医疗机构 医务人员 患者 居民 老年人 妇女 企业 "
    "用人单位 农村 乡村 城镇 城区 教育局 教育厅 教育部 教育部门 教育行政部门 教育系统 卫生健康委 卫生健康部门 书记 校长 园长 局长 教育".split()
)

# Function characters jieba leaves alone; they never join a neighbouring word to form a unit.
FUNCTION_CHARACTERS = frozenset(
    "的地得和与及或等在以为把将对从向到由于并而且之其各该本此是有不也都又再被让使给用按就所个项年月日"
)

# The weights of the feasibility study on these plans: generic words .15, audience words .35; a number is the next
# word's quantity, and comparing quantities is a matter of its own, so numbers count little here.
GENERIC_WEIGHT = 0.15
AUDIENCE_WEIGHT = 0.35
NUMBER_WEIGHT = 0.35

GENERIC = GENERIC_VERBS | MANNER | GENERIC_NOUNS


# A clause that opens like this says after, by or for what the next one is done; it commits to nothing itself.
OPENING = re.compile(
    "^(?:围绕|按照|根据|依据|随着|针对|适应|聚焦|借助|依托|通过|结合|利用|对照|面对|立足|着眼|坚持|以.{1,20}为|在.{1,30}(?:下|中|基础上|方面|过程中)$)"
)

# Up to this factor a word names an act or a general thing (推进, 机制), not the matter itself.
GENERAL = 0.3


@cache
def word_factor(word: str) -> float:
    """How much of its rarity a word keeps: 0.15 generic, 0.35 audience or number, else 1.

    A compound of such words (管理工作, 广泛开展) is as generic as its halves are on average.
    """
    if word in GENERIC:
        return GENERIC_WEIGHT
    if word in AUDIENCE:
        return AUDIENCE_WEIGHT
    if any(character.isdigit() for character in word) and not any("一" <= c <= "鿿" for c in word):
        return NUMBER_WEIGHT
    if len(word) == 4 and (word[:2] in GENERIC or word[2:] in GENERIC):
        return (word_factor(word[:2]) + word_factor(word[2:])) / 2
    return 1.0
