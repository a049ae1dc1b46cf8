"""T_DIVISION (C19): the weights lie on another grid than the division of the certificate.

Finer: `odd_frames` weights that are no multiple of it. Coarser: `coarse_values` different weights
that are all multiples of twice the division or more. Raises SCALE_SUSPECT.
"""

from math import gcd

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_DIVISION"


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    limit = f"{trace.division_kg} kg"
    if limits.odd_frames and trace.odd >= limits.odd_frames:
        return Suspicion(CODE, f"{trace.odd_kg} kg, {trace.odd} x", limit)
    values = {kg for _, kg in trace.samples}
    grid_kg = gcd(*values) if values else 0
    many = limits.coarse_values and len(values) >= limits.coarse_values
    if many and grid_kg >= 2 * trace.division_kg:
        return Suspicion(CODE, f"{grid_kg} kg", limit)
    return None
