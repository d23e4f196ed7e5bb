"""One row an employee in the sheet of a calibration meeting: where they were moved to, why, and who decided."""

from __future__ import annotations

import pandera.polars as pa

from .fields import employee_id, text


class Calibration(pa.DataFrameModel):
    """Decisions of a calibration meeting. An empty decided cell decides nothing."""

    employee_id: str = employee_id()
    name: str = text("姓名", "Name", example="示例甲", personal=("员工", "Employee"))
    department: str = text("部门", "Department", example="示例事业部")
    cell: str = text(
        "系统格",
        "System cell",
        "人才格",
        "talent cell",
        note_zh="决定所依据的系统格；系统格已变的决定不采用",
        note_en="the system's cell the decision is made on; one made on a cell that has changed since is not applied",
        example="P2T2 中坚力量",
    )
    decided_cell: str = text(
        "校准后格",
        "Decided cell",
        "校准格",
        "calibrated cell",
        note_zh="留空表示维持系统格",
        note_en="empty: the system's cell stays",
        example="P2T3 潜力之星",
    )
    reason: str = text("理由", "Reason", "校准理由", example="跨部门项目的主要负责人")
    decided_by: str = text("决定人", "Decided by", "decision by", example="示例乙", personal=("员工", "Employee"))
    evidence: str = text("依据", "Evidence", "证据", example="2026 年项目复盘")

    class Config:
        """The relation as a whole."""

        metadata = {
            "zh": "校准",
            "en": "Calibration",
            "key": ("employee_id",),
            "main": True,
            "recognised_by": ("decided_cell", "reason", "decided_by"),
        }
