"""The pages of the monthly report, one module each; `catalogue.PAGES` lists them in order."""
