"""Reads the markers of timelines with OpenTimelineIO and its adapters, in seconds of the timeline: python3 read_markers.py

The packages are those named in write_rates.py.
"""
import json
import pathlib

import opentimelineio as otio

HERE = pathlib.Path(__file__).resolve().parent.parent


def markers(path, rate):
    options = {"rate": rate, "ignore_timecode_mismatch": True} if path.suffix == ".edl" else {}
    timeline = otio.adapters.read_from_file(str(path), **options)
    if not isinstance(timeline, otio.schema.Timeline):
        timeline = list(timeline.find_children(descended_from_type=otio.schema.Timeline))[0]
    stack = timeline.tracks
    found = [(marker.name, marker.marked_range.start_time.to_seconds()) for marker in stack.markers]
    for item in stack.find_children():
        for marker in item.markers:
            # The adapter for lists leaves a locator's record timecode as it is.
            at = marker.marked_range.start_time
            at = at if path.suffix == ".edl" else item.transformed_time(at, stack)
            found.append((marker.name, at.to_seconds()))
    return [{"name": name, "start": start} for name, start in sorted(found, key=lambda pair: pair[1])]


plan = json.loads((HERE / "markers.json").read_text())
recorded = {}
for row in plan["files"]:
    rate = row["rate"]["numerator"] / row["rate"]["denominator"] if row["rate"] else 24
    recorded[row["output"]] = markers(HERE / "marked" / row["output"], rate)
(HERE / "otio-markers.json").write_text(json.dumps(recorded, indent="\t", ensure_ascii=False) + "\n")
