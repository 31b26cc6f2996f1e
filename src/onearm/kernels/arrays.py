"""The array types that kernels take: shapes are named in each docstring, C order throughout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints8 = npt.NDArray[np.int8]
Ints32 = npt.NDArray[np.int32]
Ints64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
