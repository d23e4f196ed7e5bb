"""Frames and findings to an Excel workbook; knows nothing of a subject beyond the policy and the declared tables."""

from ninegrid.workbook.book import Draft, write_workbook
from ninegrid.workbook.mark import is_own_workbook
from ninegrid.workbook.portrait_file import write_portrait
from ninegrid.workbook.privacy import presentable
from ninegrid.workbook.template import write_template

__all__ = ["Draft", "is_own_workbook", "presentable", "write_portrait", "write_template", "write_workbook"]
