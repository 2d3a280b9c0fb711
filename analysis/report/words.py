"""The words that sections of a report share, by language."""

MONTHS = {"en": "{name} {year}", "zh": "{year}年{month}月"}

WORDS = {
    "en": {
        "undefined": "undefined", "percent": "%", "points": "percentage points", "span": "{low} to {high}",
        "comma": ", ", "stop": ". ", "colon": ": ", "baseline": "baseline", "everybody": "everybody",
        "relocated": "relocated", "stayers": "stayers", "hosts": "hosts", "age_band": "aged {ages}",
        "sex=male": "men", "sex=female": "women",
        "higher": "higher", "lower": "lower", "better": "better", "worse": "worse",
        "nothing": "no difference in any run", "within": "not told apart from no effect", "one_run": "one run only",
        "never": "undefined in every run", "outcome": "outcome", "arm": "arm", "arms": "arms", "unit": "unit",
        "effect": "effect", "interval": "95% interval", "over_draws": "5 to 95% of draws", "runs": "runs",
        "in_words": "in words", "month": "month", "place": "place", "people": "people",
        "all_places": "all places", "show_table": "Table of all figures", "held_fixed":
        "Parameters were held fixed: what isn't known about them is in no interval.",
        "registered": "counted where registered", "ever registered": "counted where they were registered",
        "present": "counted where they are that month", "of_place": "counted where the facility stands",
        "reads_only": "Text in English in the source.",
    },
    "zh": {
        "undefined": "无定义", "percent": "%", "points": "个百分点", "span": "{low}至{high}",
        "comma": "，", "stop": "。", "colon": "：", "baseline": "基准", "everybody": "全部人群",
        "relocated": "搬迁群众", "stayers": "留守群众", "hosts": "迁入地居民", "age_band": "{ages}岁",
        "sex=male": "男", "sex=female": "女",
        "higher": "升高", "lower": "降低", "better": "改善", "worse": "变差",
        "nothing": "各次运行均无差异", "within": "与无影响无法区分", "one_run": "只有一次运行",
        "never": "各次运行均无定义", "outcome": "指标", "arm": "方案", "arms": "方案", "unit": "单位",
        "effect": "影响", "interval": "95%区间", "over_draws": "参数抽样的5%至95%", "runs": "运行次数",
        "in_words": "结论", "month": "月份", "place": "地点", "people": "人群",
        "all_places": "各地合计", "show_table": "全部数值表",
        "held_fixed": "参数取固定值：对参数的不确定性不反映在任何区间内。",
        "registered": "按登记地统计", "ever registered": "按曾登记地统计",
        "present": "按当月所在地统计", "of_place": "按设施所在地统计",
        "reads_only": "原文为英文。",
    },
}  # fmt: skip

UNITS: dict[str, dict[str, str]] = {
    "en": {"a year": " a year"},
    "zh": {
        "persons": "人", "households": "户", "posts": "个岗位", "homes": "套", "schools": "所", "pairs": "对",
        "employers": "家", "seats": "个学位", "teachers": "名", "pupils": "人", "minutes": "分钟", "months": "个月",
        "years": "年", "yuan": "元", "fen": "分", "yuan a head and year": "元/人·年", "yuan a head": "元/人",
        "visits a year": "次/年", "births a year": "人/年", "deaths a year": "人/年", "SD": "个标准差", "index": "",
        "ratio": "", "a year": "/年", "persons a household": "人/户", "doctors per 1,000": "名/千人", "points": "个百分点",
        "months of age": "月龄", "hours a week": "小时/周", "days a month": "天/月", "yuan a month": "元/月",
        "yuan a day": "元/天", "share": "比重", "utility": "效用",
    },
}  # fmt: skip
"""Units of outcomes and parameters; `share a year` is written `%` and then `a year`."""
