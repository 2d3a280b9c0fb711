"""What this model leaves out: told in every report beside what it rests on."""

NOT_MODELLED: tuple[dict[str, str], ...] = (
    {
        "en": "Prices and rents: no market for food, homes or land clears; pay follows an index and unemployment.",
        "zh": "价格与租金：食品、住房和土地没有出清的市场；工资随指数和当地失业变动。",
    },
    {
        "en": "Marriage and divorce, and children who found households of their own: households grow by births alone.",
        "zh": "结婚、离婚和子女另立门户：家庭只因出生而增加人口。",
    },
    {
        "en": "Migration into the region: nobody comes but the starting population, its children and hired teachers.",
        "zh": "外来迁入：除初始人口、其子女和招聘的教师外，没有人迁入。",
    },
    {
        "en": "What public money would have done elsewhere: costs are added up, their financing isn't.",
        "zh": "财政资金的其他用途：只加总成本，不考虑资金来源。",
    },
    {
        "en": "Firms that bargain over subsidies: employers come, change and close by fixed rules.",
        "zh": "企业围绕补贴的讨价还价：用人单位按固定规则开办、变动和关闭。",
    },
    {
        "en": "How well offices carry out a decision: a measure does what its settings say, once its delay is over.",
        "zh": "部门执行力：措施在滞后期过后即按其设定执行。",
    },
    {
        "en": "Weather, harvests, landslides: the only shock from outside is the epidemic that a scenario names.",
        "zh": "天气、收成和滑坡：外部冲击只有情景写明的疫情。",
    },
)
"""A sentence each, by language."""
