"""
Writes shard.tfrecord with the Python package tfrecord (1.14.6, MIT), which has nothing in common with our reader: three
videos as YouTube-8M's frame-level files hold them, with codes that a formula gives, and half.safetensors with the
reference implementation of that format.

    pip install tfrecord numpy safetensors
    python make.py
"""
import numpy as np
from tfrecord.writer import TFRecordWriter
from safetensors.numpy import save_file


def codes(video, second, columns):
    return bytes((7 * video + 13 * second + 3 * column + (97 if second >= 20 else 0)) % 256 for column in range(columns))


writer = TFRecordWriter("shard.tfrecord")
for video, (seconds, labels) in enumerate([(40, [11, 3]), (25, [5]), (12, [3, 11])]):
    writer.write(
        {"id": (f"video-{video}".encode(), "byte"), "labels": (labels, "int")},
        {
            "rgb": ([[codes(video, second, 1024)] for second in range(seconds)], "byte"),
            "audio": ([[codes(video + 1, second, 128)] for second in range(seconds)], "byte"),
        },
    )
writer.close()

save_file(
    {"half": np.array([[0.1, -1.5, 65504.0], [6e-8, 0.0, 1 / 3]], dtype=np.float16), "whole": np.array([0.1], dtype=np.float32)},
    "half.safetensors",
)
