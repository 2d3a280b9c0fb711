"""A study as one page for a meeting: English or Chinese, without network, for screen, paper and screen reader."""

from analysis.report.page import Report, page_of, report

__all__ = ["Report", "page_of", "report"]
