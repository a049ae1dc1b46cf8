"""Is what the scale line says believable? Pure checks over one passage, one file each.

`checks.CHECKS` is the table of all of them in running order, with what each leads to. None of them
knows a clock, a device or a record: a `Trace` goes in, a `Suspicion` or None comes out.
"""
