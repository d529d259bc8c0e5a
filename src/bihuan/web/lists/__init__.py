"""The kernel's own tables: cases, organisation, customers, standards, calendar, audit, accounts."""
