"""The judge at work in a camera's reading process: one keyframe after another, told what is around.

Two threads meet here: the reader hands keyframes in, and whoever listens to the parent sets the
surroundings. Neither waits for the other.
"""

import time
from dataclasses import replace

from drivers.cameras.calibrated import area_of, calibration_of
from drivers.cameras.developing import Box
from drivers.cameras.judged import Around, Judged, Task
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.challenge import lamp_milli
from drivers.cameras.judging.facts import Keyframe, Surroundings
from drivers.cameras.judging.judge import interrupted, see
from drivers.cameras.judging.memory import Memory, Setting, begin
from drivers.cameras.judging.table import VIEW_ROWS
from drivers.cameras.judging.verdict import Values, Verdict

VIEW_CHECKS = frozenset(row.name for row in VIEW_ROWS)


class Eye:
    """One camera's judge of the picture, with its memory."""

    def __init__(
        self, setting: Setting, faults: frozenset[str] = frozenset(), clock: Box | None = None
    ) -> None:
        self._setting = setting
        self._clock = clock
        self._memory = begin(setting, faults)
        self._around = Surroundings(hour=time.localtime().tm_hour)

    def see(self, keyframe: Keyframe) -> bytes:
        """Judges it; what is said goes into the slot as it is."""
        if self._clock is not None:
            self._mask(self._clock, keyframe)
        self._memory, verdicts = see(self._memory, keyframe, self._around, self._setting)
        return judged(self._memory, verdicts, self._lamp(keyframe)).packed()

    def miss(self) -> None:
        """Pictures failed to come for a while."""
        self._memory = interrupted(self._memory)

    def hear(self, around: Around) -> None:
        """The surroundings from now on."""
        self._around = Surroundings(
            around.hour, around.deck_empty, around.swing_ms, around.others_dim
        )

    def _mask(self, clock: Box, keyframe: Keyframe) -> None:
        """The clock belongs to no scene, or it would vouch for a covered lens."""
        mask = area_of(clock, keyframe.width, keyframe.height)
        fixed = replace(self._setting.calibration, masks=(mask,))
        self._setting, self._clock = replace(self._setting, calibration=fixed), None

    def _lamp(self, keyframe: Keyframe) -> Values:
        lamp = self._setting.calibration.lamp
        return {} if lamp is None else {"lamp_milli": lamp_milli(keyframe.grey, lamp)}


def judged(memory: Memory, verdicts: tuple[Verdict, ...], more: Values) -> Judged:
    """The word on the picture alone: the stream is judged by whoever looks at its age."""
    measured = memory.measured
    at_ms, figures = (0, {}) if measured is None else (measured.at_ms, measured.figures())
    figures.pop("at_ms", None)
    seen = tuple(verdict for verdict in verdicts if verdict.check in VIEW_CHECKS)
    return Judged(at_ms, seen, figures | more)


def eye_of(task: Task) -> Eye:
    """Errors: ValueError or OSError, a calibration whose pictures are not there."""
    fixed = Calibration() if task.calibration is None else calibration_of(task.calibration)
    fixed = replace(fixed, lamp=fixed.lamp or task.lamp)
    bare = task.calibration is None and task.clock_box
    clock = Box.read(task.clock_box) if bare and task.clock_box else None
    return Eye(Setting(fixed, task.limits), frozenset(task.faults), clock)
