"""A report on the page, on paper and as a workbook, from what was frozen."""
