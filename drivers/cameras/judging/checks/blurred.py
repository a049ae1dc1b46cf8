"""Out of focus or dirty: the scene is there, its fine detail is not.

Dust and fog take contrast as well, and from every camera: then it is the weather for five minutes.
The side of a truck close by is smooth, too: while a known load hides the scene, this waits as long.
"""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.verdict import Grade, Sample


def blurred(view: View) -> Sample | None:
    seen, limits = view.measured, view.limits
    limit = {"sharp_share_milli": limits.blurred_milli, "back_milli": limits.sharp_milli}
    if seen.muted:
        return None
    if seen.sharp_share_milli is None:
        return Sample(Grade.IDLE, {}, limit)
    measured = {"sharp_share_milli": seen.sharp_share_milli}
    if seen.sharp_share_milli >= limits.blurred_milli:
        back = seen.sharp_share_milli > limits.sharp_milli
        return Sample(Grade.GOOD if back else Grade.FAIR, measured, limit)
    if seen.scene_milli is not None and seen.scene_milli < limits.scene_gone_milli:
        return None  # there is no scene to be sharp: another check's word
    dim = seen.contrast_share_milli is not None and seen.contrast_share_milli < limits.dim_milli
    weather = dim and view.around.others_dim
    hides = view.loaded and view.around.deck_empty is not None
    measured["visibility"] = int(weather)
    return Sample(Grade.BAD, measured, limit, patient=weather or hides)
