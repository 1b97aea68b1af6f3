"""Errors of asking for second opinions."""

from app.errors.kinds import Unprocessable


class OpinionsOff(Unprocessable):
    pointer = "/body/opinions"
    slug = "opinions-off"
    title = ("没有配置第二意见", "No second opinions")
    zh = (
        "没有配置可以征询第二意见的模型，因此没有开始比对。请管理员设置 LUOSHI_OPINION_URL 和 LUOSHI_OPINION_MODEL；"
        "或用 luoshi opinions export 导出问题，在别处回答后用 luoshi opinions import 导入；或去掉 opinions。"
    )
    en = (
        "No model is configured that could be asked for second opinions; no run was started. Set LUOSHI_OPINION_URL and "
        "LUOSHI_OPINION_MODEL, or export the questions (luoshi opinions export) and import the answers, or leave "
        "`opinions` out."
    )


class BadAnswers(Unprocessable):
    slug = "bad-answers"
    title = ("答复文件无法使用", "Unusable file of answers")
    zh = "文件中没有一行是批量答复（每行一个 JSON，含 custom_id 和 response），什么也没有存入。请使用模型服务给出的答复文件（JSON Lines）。"
    en = (
        "No line of the file is an answer of a batch (one JSON object a line, with custom_id and response); nothing was "
        "stored. Use the file of answers that the model's service gave (JSON Lines)."
    )
