"""Who a provincial task speaks to: tables of words, each with the reason it stands here.

They follow how work is divided between a province, its cities and the institutions above them, in any province and in
several fields; they hold no sentence of a plan. Patterns are searched in folded text.
"""

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


# Universities, colleges and hospitals that answer to the province or the ministry, by name. Such a name is a subject:
# it holds for the clauses behind it, too.
INSTITUTION_NAMES = _any(
    # not the colleges for the old and for neighbourhoods, nor 大学区, which are a city's; 大中小学 is everybody's
    "高校|高等学校|高等院校|高等教育|高职|高专|本专?科|(?<!老年)(?<!社区)(?<!社区教育)大学(?!区)|独立学院",
    "院系|院\\(系\\)|二级学院|研究生|硕士|博士|学位|双一流",
    # health: hospitals of the province and of the ministry, medical schools and their hospitals
    "省级医院|省直医院|省属医院|省属医疗|省立医院|委属|委管|委直属|部属|省部共建|医学院|医学高等|附属医院",
    # whatever the province runs itself
    "省属|省直(?:单位|机构|属)|厅直|厅属",
)

# What only such institutions do or have: it tells of the clause it stands in, no more.
INSTITUTION_AFFAIRS = _any(
    # their students' intake, counsellors, jobs and journeys
    "专升本|专转本|专接本|强基计划|辅导员|马克思主义学院|马院|学工(?:干部|队伍)|毕业生.{0,6}就业|就业指导|网上招聘|就业创业|访学|留校师生|归国",
    # their departments, subjects, courses and research
    "(?:一流|优势|高水平|重点)学科|学科(?:建设|领军)|产业学院|科研(?:平台|创新|评价)|科技成果|产学研|基础研究|协同创新中心|哲学社会科学|金课|课程思政",
    "孔子学院|中外合作办学|境外办学|国际学生|留学|校内巡察|双带头人",
    # their people, and the training of teachers and doctors before they serve
    "青年学者|学术英才|人才团队|青创人才|领军人才|师范(?:教育|院校|生|专业|实践)|专业课|军事课|函授|自学考试|医教协同|住院医师规范化培训|专科医师规范化培训",
)

# Whom cities answer for: a task that names them is the cities' too, even where it names universities beside them.
LOCAL = _any(
    # aid for poor pupils and students is paid out by every level, each for its own
    "学生资助|困难学生|中小学|小学|初中|普通高中|高中阶段|幼儿园|学前教育|义务教育|基础教育|特殊教育|特教|中职|中等职业|技工|社区教育|老年教育|大中小学",
    "各地|各市|各县|设区市|市县|县\\(市|县域|县级|县区|区县|市级|乡村|农村|乡镇|城镇|城乡|青少年|适龄儿童|随迁子女|教育局长?",
    # health: what cities, counties and townships run
    "基层医疗|基层卫生|乡村医生|家庭医生|社区卫生|县医院|医共体|医联体|卫生院|村卫生室|公共卫生服务|市\\(州\\)",
)

# A task handed on to the cities in so many words is theirs, whatever it is about.
HANDED_ON = _any(
    "(?:指导|督促|推动|支持|要求|部署|鼓励|组织)(?:并督促|和督促|有关|我省)?(?:各地|各市|各设区|各县|设区市|市县|县\\(市|市级政府)",
    "(?:指导|督促)[^,;]{0,24}设区市|以县.{0,10}为单位",
)

# Rules that hold for the whole province: drafting one is the province's work, carrying one out is everybody's.
_DRAFTING = "制定|制订|研制|拟订|拟定|修订|修改|起草|出台|印发"
_RULES = "意见|办法|条例|规定|规范|标准|细则|制度文件|政策|文件|规划|纲要|方案|指标|分工"

# 31 provinces' short names: a project that bears one is the province's own.
_PROVINCES = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|"
    "甘肃|青海|宁夏|新疆"
)

# What a province does itself, whoever it is for.
PROVINCE = _any(
    f"(?:{_DRAFTING})(?!落实)[^,;]*?(?:{_RULES})|条例(?:修改|修订|立法)|配套(?:文件|方案)|立法|指标体系修订|提出[^,;]*要求",
    # meetings and contests for the whole province, and whom it sends to the nation's
    "(?:召开|承办|举办)[^,;]*(?:会议|大会|推进会|视频会|座谈会|现场会|论坛|年会|运动会|博览会)|组队参加|全省.{0,16}(?:大赛|评选)",
    "在全省[^,;]{0,10}(?:实施|开展)",
    # its prizes, pilots, lists, centres and systems
    "评选|(?:认定|立项|命名|遴选|设立|重点指导).{0,14}(?:\\d+|一批|首批|省级|示范)|省级.{0,14}认定|[一二三四五]批.{0,8}(?:基地|试点|项目)",
    "(?:省级?|全省)[^,;的]{0,10}(?:平台|(?<!教育)(?<!健康)系统|专网|数据中心|数据库|宣传中心|机构)(?!互联)|第[一二三四五六七八九十\\d]+次全省",
    "省级.{0,6}(?:培训|委员会|示范市)|博物馆|[“《]省",
    f"(?:实施|开展|建好|完善|启动|打造|建设|发布).{{0,6}}(?:{_PROVINCES})",
    # its judgement of the cities' governments
    "对.{0,6}(?:设区市|市级|各市|地市).{0,6}(?:政府|党委).*(?:评价|考核|考评|督查|督导)|专业考核",
    # what it settles with its other departments, or within its own offices
    "(?:会同|与|配合|协调|商)(?:推动)?省[^,;]{0,12}(?:厅|委|局|办|部门)|协调推动|省有关部门|省委(?:编办|教育工作领导小组|巡视)",
    "厅机关|厅党组|厅直属|处室|公务员|模范机关|三个表率",
    # examinations, fees and intakes that the law gives to provinces
    "命题|试评|高考.{0,3}制度|(?:高考|招生考试制度).{0,6}(?:配套|方案)|再选科目|分类考试|招生考试有效接轨|学费标准|专项债券|公费师范生|公费医学生",
    # dealings beyond the province
    "长三角|京津冀|粤港澳|省际|教育外事|国际课程|外籍",
    "我省|行政执法",
)

# To study or carry out what the province laid down is no provincial business.
CARRYING_OUT = _any("^(?:认真|深入|全面|切实)?(?:学习|贯彻|落实)")

# A clause that only says after, by or in what the next one is done belongs to the next one.
LEADING = _any("^(?:认真)?(?:结合|围绕|按照|根据|针对|依托|通过|对照)|^贯彻中央")

# Item titles that set the stage for everything below them.
INSTITUTION_TITLE = _any("高等教育|高校|高等学校|大学|研究生|学位|毕业生|科研创新|医学院|省级医院|委属|委管")
PROVINCE_TITLE = _any("机关(?:自身|党|作风|建设)|厅机关|对外合作|干部队伍建设")
