"""Headers as credit, accounting, data-warehouse and HR systems write them: other words, the same grammar."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.intake.headers.with_values import matched
from ninegrid.resources import relation as relation_of
from ninegrid.subjects.registry import relations

WORDS = {one.name: Vocabulary(one, {}) for subject in ("customers", "talent") for one in relations(subject)}
WORDS |= {name: Vocabulary(relation_of(name), {}) for name in ("deals", "prospects")}
CERTAIN = {
    "customers": {
        "客户识别号": "customer_id",
        "往来单位编码": "customer_id",
        "往来单位名称": "customer_name",
        "Officer Name": "relationship_manager",
        "TARGET.SEGMENT": "scale",
        "日均存(万元)": "deposit_avg",
        "日均贷(万元)": "loan_avg",
        "摊到的费用(万元)": "operating_cost",
        "存款|日均数": "deposit_avg",
        "营业收入贡献": "total_income",
        "存款|活期日均数": "demand_deposit_avg",
        "计提预期损失": "expected_loss",
        "持有产品条线数": "product_lines_active",
        "可签约产品数": "product_lines_eligible",
        "年交易笔数": "txn_count",
        "结算回款额(万元)": "settlement_credits",
        "fee_inc_y": "fee_income",
        "mgn_dep_dly_avg_bal_y": "margin_deposit_avg",
        "impair_charge_y": "impairment_loss",
        "company_size_cd": "scale",
        "存款FTP净收益": "deposit_ftp_income",
        "贷款|FTP收益": "loan_ftp_income",
        "营业净收入小计": "total_income",
        "Cpty Legal Name": "customer_name",
        "BP No.": "customer_id",
        "Global Parent Group": "group_name",
        "Next 12 months PD": "pd",
        "PD 1 Yr (%)": "pd",
        "Account opening": "opened_on",
        "Company branch": "branch",
        "kehu_quancheng": "customer_name",
        "GUANHU_ZHIHANG": "sub_branch",
        "jinglixishouru": "net_interest_income",
        "借款人名称": "customer_name",
        "单位名称": "customer_name",
        "管辖分行": "branch",
        "银行机构名称": "branch",
        "信贷员姓名": "relationship_manager",
        "管护经理编码": "relationship_manager_id",
        "企业规模（工信部口径）": "scale",
        "行业类型": "industry",
        "单位活期存款年日均": "demand_deposit_avg",
        "存款业务|日均余额": "deposit_avg",
        "存款业务|FTP利差收入": "deposit_ftp_income",
        "日均规模|贷款": "loan_avg",
        "平均占用经济资本": "economic_capital",
        "本年计提减值损失": "impairment_loss",
        "已提用额度": "credit_used",
        "Balance sheet (average)|Loans": "loan_avg",
        "Volumes (avg)|Deposits": "deposit_avg",
        "cust_nm": "customer_name",
        "curr_dpst_avg_bal": "demand_deposit_avg",
        "dmd_dep_avg_bal": "demand_deposit_avg",
        "mgn_dep_avg_bal": "margin_deposit_avg",
        "eco_cap": "economic_capital",
        "Prob_Of_Default": "pd",
        "Net_Int_Income_12M": "net_interest_income",
        "Avg Deposits (LTM)": "deposit_avg",
        "近12个月中间业务收入": "fee_income",
        "Facility_Utilised": "credit_used",
        "授信批复额度": "credit_limit",
        "所在行业": "industry",
        "NACE Section": "industry",
        "首次建立业务关系日期": "opened_on",
        "exp_loss": "expected_loss",
        "Fees & Commissions": "fee_income",
        "Net Interest Income (post FTP)": "net_interest_income",
        "Expected Credit Loss (12m)": "expected_loss",
        "Account Officer ID": "relationship_manager_id",
        "# Products": "product_lines_active",
        "CRM客户编号": "customer_id",
        "Customer Ref": "customer_id",
        "Account Owner ID": "relationship_manager_id",
        "企业规模名称": "scale",
        "收入|账面营业净收入": "total_income",
        "其中：手续费及佣金收入净额": "fee_income",
        "Avg Customer Deposits": "deposit_avg",
        "Avg Loans & Advances": "loan_avg",
        "Identity|NACE Sector": "industry",
        "Identity|Country Branch": "branch",
        "CIF_NAME": "customer_name",
        "org_lv2_name": "sub_branch",
        "ytd_nii_rev": "net_interest_income",
        "PD.PCT": "pd",
        "AVG.DD.BAL.YTD": "demand_deposit_avg",
        "dep_day_avg_bal": "deposit_avg",
        "Business Partner Name": "customer_name",
        "lvl1_org_nm": "branch",
        "indu_cls_nm": "industry",
        "ENT_SIZE": "scale",
        "Key Account Manager": "relationship_manager",
        "Banker ID": "relationship_manager_id",
        "客户信息|主管户客户经理": "relationship_manager",
        "经办分行": "branch",
        "投向行业（门类）": "industry",
        "行业门类（GB/T4754-2017）": "industry",
        "风险五级分类结果": "loan_class",
        "归属集团编号": "group_id",
        "内评PD(%)": "pd",
        "收入|营业净收入小计": "total_income",
        "NII Act. YTD": "net_interest_income",
        "成本|预期信用损失成本": "expected_loss",
        "资本|RWA（月末）": "rwa",
        "Avg. Deposit Volume": "deposit_avg",
        "loan_y_avg_bal": "loan_avg",
        "CR_USED_AMT": "credit_used",
        "授信已使用（万元）": "credit_used",
        "经济资本 EC (CNY k)": "economic_capital",
        "RAROC 资本收益率 (%)": "raroc",
        "②中间业务收入=③-④": "fee_income",
        "lvl1_brnch_nm": "branch",
        "int_net_incm_ytd": "net_interest_income",
        "ovrd_bal": "overdue_balance",
        "crdt_lmt_amt": "credit_limit",
        "mng_cust_mgr_no": "relationship_manager_id",
        "客戶關係經理": "relationship_manager",
        "帳戶所屬分行": "branch",
        "放款平均結餘（百萬港元）": "loan_avg",
        "營運支出（仟元）": "operating_cost",
        "預期信貸損失": "expected_loss",
        "經風險調整後資本回報率（%）": "raroc",
        "其他營運收入": "other_income",
        "費用及佣金淨收入": "fee_income",
        "已動用額度": "credit_used",
        "成员单位代码": "customer_id",
        "占用风险资本": "economic_capital",
        "利息净收入（扣FTP）": "net_interest_income",
        "今年存款日均": "deposit_avg",
        "归口管理分行": "branch",
        "行业投向（一级）": "industry",
        "企业规模（四部门）": "scale",
        "RWA (Basel III std.)": "rwa",
        "Other Non-Interest Revenue": "other_income",
        "Client Key": "customer_id",
        "求和项:存款日均余额": "deposit_avg",
        "减：营业费用（万元）": "operating_cost",
        "Utilized 已用额度 (RMB mn)": "credit_used",
        "往來分行": "branch",
        "AO姓名": "relationship_manager",
        "行業別": "industry",
        "風險性資產": "rwa",
        "逾放金額": "overdue_balance",
        "所属集团户名称": "group_name",
        "blng_brch_nm": "branch",
        "cur_cd": "currency",
        "crdt_used_bal": "credit_used",
        "tran_cnt": "txn_count",
        "1-10月中收": "fee_income",
        "授信限额": "credit_limit",
        "贷款五级形态": "loan_class",
        "客户归属人": "relationship_manager",
        "客户经理1": "relationship_manager",
    },
    "employees": {
        "人员编码": "employee_id",
        "Person ID External": "employee_id",
        "Pers. No.": "employee_id",
        "直线领导工号": "manager_id",
        "个人潜力等级": "potential",
        "直属主管UserID": "manager_id",
        "Onboard Date 入职日期": "hired_on",
        "Assignment Status Type": "employment_status",
        "Gender Code": "gender",
        "Job Level (Label)": "job_level",
        "岗位(Position)": "job_title",
        "潜力校准结果": "potential",
        "Potential Rating Value": "potential",
        "Review Rating - Current": "performance",
        "最终绩效结果（2025H2）": "performance",
        "离职风险评估": "flight_risk",
        "Impact Of Loss Value": "impact_of_loss",
        "直接主管编码": "manager_id",
        "行政组织": "department",
        "职务层级": "job_level",
        "到本单位时间": "hired_on",
        "年度考核等次": "performance",
        "潜能评估等级": "potential",
        "流失倾向": "flight_risk",
        "Manager's Employee ID": "manager_id",
        "Enterprise Hire Date": "hired_on",
        "用户标识": "employee_id",
        "经理用户标识": "manager_id",
        "实线上级员工编号": "manager_id",
        "雇用日期": "hired_on",
        "入行时间": "hired_on",
        "用工状态": "employment_status",
        "职位头衔": "job_title",
        "当前职位": "job_title",
        "现任职级": "job_level",
        "年龄(岁)": "age",
        "总体绩效评级(1-5分)": "performance",
        "终评绩效等级": "performance",
        "工作业绩(百分制)": "performance",
        "Annual Appraisal Grade": "performance",
        "潜力级别": "potential",
        "潜力等级(高/中/低)": "potential",
        "流失影响度": "impact_of_loss",
        "离职可能性": "flight_risk",
        "继任人选目标职位": "successor_for",
        "Nominated Successor To": "successor_for",
        "Successor for Role": "successor_for",
        "Participant ID": "employee_id",
        "Sys Employee ID": "employee_id",
        "隶属部门": "department",
        "部门（一级）": "department",
        "Named as successor to": "successor_for",
        "Critical Role Indicator": "critical_post",
        "Pers. No. of Supervisor": "manager_id",
    },
    "ratings": {
        "被评价者工号": "employee_id",
        "打分人工号": "rater_id",
        "与被评人关系": "source",
        "能力维度": "dimension",
        "评价题项": "item",
        "题项满分": "scale_max",
        "Provider ID": "rater_id",
        "Reviewer Role": "source",
    },
    "competencies": {"能力要求等级": "required", "能力实际等级": "score", "Assessed Proficiency": "score"},
    "kpis": {"指标权重(%)": "weight", "指标完成值": "actual", "指标方向(正向/反向)": "direction"},
    "statements": {
        "五、净利润（净亏损以“－”号填列）": "net_profit",
        "货币资金期末数(万元)": "cash",
        "资产总计(期末余额)": "total_assets",
        "是否经审计": "audited",
        "财务年份": "fiscal_year",
        "合并/单体": "consolidated",
    },
    "deals": {
        "期限(年)": "tenor_years",
        "Tenor (years)": "tenor_years",
        "申请编号": "deal_id",
        "申请金额（万元）": "amount",
        "FTP价格（%）": "ftp",
    },
    "prospects": {
        "企业名称": "name",
        "目标企业名称": "name",
        "拟归属分行": "branch",
        "商机编号": "prospect_id",
        "所在地": "region",
        "上年营业收入（万元）": "operating_revenue",
    },
    "products": {"产品贡献收入(万元)": "income", "签约状态": "active"},
    "contacts": {
        "拜访客户编号": "customer_id",
        "拜访时间": "on",
        "走访形式": "kind",
        "拜访人员": "by",
        "走访情况": "note",
    },
    "actions": {"任务事项": "matter", "任务状态": "status", "要求完成时间": "due_on", "实际完成日期": "done_on"},
    "targets": {
        "计划年度": "period",
        "责任单位": "name",
        "考核指标名称": "metric",
        "年度计划值": "target",
        "基期数": "base",
    },
}
NEVER = {
    "customers": [
        *(
            "贷款业务|时点余额",
            "Balance sheet (spot)|Loans",
            "Balance sheet (average)|Loans vs budget",
            "存款日均（上年）",
        ),
        *(
            "总收入_ly",
            "tot_inc_py",
            "户均贷款规模",
            "存款FTP利差(%)",
            "贷款(笔)",
            "Credit Cost (EL)",
            "Capital Charge 经济资本",
            "存款业务|较上年日均增量",
            "个人存款业务日均",
            "编码",
            "类型",
            "Net Rev vs Plan",
            "fee_inc_m",
            "贷款FTP收益率(%)",
            "CKYE",
            "Account opening branch",
            "Key Customer",
            "Credit Loss Provision",
            "客户经理2",
            "4-6月中收",
            "计数项:存款日均余额",
            "经济资本限额",
            "Transaction Amount",
            "bdgt_int_net_incm",
            "grs_int_incm",
            "LIMIT_USD_AVAIL",
            "风险资本成本",
            "放款餘額",
            "去年同期營運支出",
            "目标企业名称",
            "计划年度",
            "No.",
            "ID",
        ),
    ],
    "employees": [
        "上年度考核等次",
        "年中绩效",
        "评级",
        "编码",
        "绩效排名",
        "参加工作时间",
        "Prior Year Rating",
        "Job Classification",
        "自评等级",
        "初评等级",
        "Self Rating",
        "上周期绩效等级",
        "Last Year Appraisal Grade",
        "强制分布档位",
        "参加工作日期",
        "晋升意向",
        "离职意向日期",
        "留任意愿",
        "校准前绩效等级",
        "工号(导师)",
        "姓名(Manager Name)",
        "Performance Summary",
    ],
    "ratings": ["评价日期", "评语"],
    "deals": ["期限(月)", "期限（个月）", "Tenor (months)", "贷款期限(天)"],
}


def read(relation: str, header: str) -> str | None:
    group, _, cell = header.rpartition("|")
    found = WORDS[relation].match(readings(group, group, cell) if group else readings(None, None, cell))
    return found.column.name if isinstance(found, Match) else None


@pytest.mark.parametrize("relation", CERTAIN)
def test_the_same_in_other_words(relation: str) -> None:
    assert {header: read(relation, header) for header in CERTAIN[relation]} == CERTAIN[relation]


@pytest.mark.parametrize("relation", NEVER)
def test_another_measure_in_the_same_words(relation: str) -> None:
    assert not {header: got for header in NEVER[relation] if (got := read(relation, header))}


def test_a_bare_word_is_the_id_where_its_values_are_codes_and_no_other_column_is() -> None:
    group = {"客户号": "1", "Group Name": "甲集团", "Group": "G01"}
    assert by_values(group) == {"customer_id": "客户号", "group_name": "Group Name", "group_id": "Group"}
    assert by_values({"客户号": "1", "Group": "甲集团"}) == {"customer_id": "客户号", "group_name": "Group"}
    assert by_values({"Business Partner": "B0017", "Gross Income": "1"}) == {"customer_id": "Business Partner"}
    assert by_values({"Customer": "Acme Ltd", "Total income": "1"})["customer_name"] == "Customer"


def by_values(row: dict[str, str]) -> dict[str, str]:
    columns = [readings(None, None, header) for header in row]
    found = matched(columns, {}, [list(row.values())], WORDS["customers"])
    return {one.column.name: list(row)[index] for index, one in found.items() if isinstance(one, Match)}


def test_a_word_two_columns_would_share_names_neither() -> None:
    """员工评级 is a rating to one and a grade to another: 评级 and 等级 are the same word, 级别 is not."""
    assert read("employees", "员工评级") is None


def test_values_that_are_a_categorys_words_settle_a_header_that_may_mean_it() -> None:
    columns = [readings(None, None, header) for header in ("客户号", "企业类型（大中小微）", "客户分类")]
    below = [["1", "大型", "A"], ["2", "小型", "B"], ["3", "微型", "A"]]
    found = matched(columns, {}, below, WORDS["customers"])
    assert {index: match.column.name for index, match in found.items() if isinstance(match, Match)} == {
        0: "customer_id",
        1: "scale",
    }


@pytest.mark.parametrize("relation", sorted(WORDS))
@pytest.mark.parametrize("header", ["No.", "ID", "Number", "Code", "Value", "编号", "代码", "数值"])
def test_a_header_that_is_one_bare_word_of_an_id_or_a_figure_names_nothing(relation: str, header: str) -> None:
    assert not isinstance(WORDS[relation].match(readings(None, None, header)), Match)
