"""The scene is gone: covered, sprayed, turned away, or another picture altogether.

A truck close to the camera hides the scene as a cover does; only the scale tells them apart, so
with a load on the deck this waits. After an infrared switch only a scene of which nothing is left
counts.
"""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.verdict import Grade, Sample


def covered(view: View) -> Sample | None:
    seen, limits = view.measured, view.limits
    limit = {"scene_milli": limits.scene_gone_milli, "back_milli": limits.scene_back_milli}
    if seen.scene_milli is None:
        return Sample(Grade.IDLE, {}, limit)
    least = limits.scene_nothing_milli if seen.muted else limits.scene_gone_milli
    measured = {"scene_milli": seen.scene_milli, "loaded": int(view.loaded)}
    if seen.scene_milli < least:
        return Sample(Grade.BAD, measured, limit, patient=view.loaded)
    if seen.muted:
        return None
    back = seen.scene_milli > limits.scene_back_milli
    return Sample(Grade.GOOD if back else Grade.FAIR, measured, limit)
