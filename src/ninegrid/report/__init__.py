"""Frames and findings to an Excel workbook; knows nothing of a subject beyond the policy and the declared tables."""

from ninegrid.report.book import Draft, write_workbook
from ninegrid.report.mark import is_own_workbook
from ninegrid.report.portrait.file import write_portrait
from ninegrid.report.privacy import presentable
from ninegrid.report.template import write_template

__all__ = ["Draft", "is_own_workbook", "presentable", "write_portrait", "write_template", "write_workbook"]
