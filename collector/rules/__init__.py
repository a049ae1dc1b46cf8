"""The reconciliation rules, one module each; `catalogue.RULES` lists them in running order."""
