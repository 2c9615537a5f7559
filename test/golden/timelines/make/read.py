"""Reads timelines with OpenTimelineIO and its adapters and records what they say, in seconds: python3 read.py

The packages are those named in write_rates.py. Clips of nested compositions are not opened.
"""
import json
import pathlib

import opentimelineio as otio

HERE = pathlib.Path(__file__).resolve().parent.parent


def clips(track, tracks, is_list):
    found = []
    for index, item in enumerate(track):
        if isinstance(item, (otio.schema.Gap, otio.schema.Transition)):
            continue
        here = item.transformed_time_range(item.trimmed_range(), tracks)
        media = getattr(item, "media_reference", None)
        available = getattr(media, "available_range", None)
        # The adapter for lists lets clips meet where a blend starts: seconds from there to its centre.
        shifts = [0.0, 0.0]
        for side, other in enumerate((index - 1, index + 1)):
            if is_list and 0 <= other < len(track) and isinstance(track[other], otio.schema.Transition):
                blend = track[other]
                shifts[side] = (blend.out_offset.to_seconds() - blend.in_offset.to_seconds()) / 2
        found.append(
            {
                "name": item.name,
                "start": here.start_time.to_seconds() + shifts[0],
                "end": here.end_time_exclusive().to_seconds() + shifts[1],
                "sourceStart": item.trimmed_range().start_time.to_seconds() + shifts[0],
                "mediaStart": available.start_time.to_seconds() if available else None,
                "url": getattr(media, "target_url", None),
            }
        )
    return found


def read(path, rate):
    options = {"rate": rate, "ignore_timecode_mismatch": True} if path.suffix == ".edl" else {}
    timeline = otio.adapters.read_from_file(str(path), **options)
    if not isinstance(timeline, otio.schema.Timeline):
        timeline = list(timeline.find_children(descended_from_type=otio.schema.Timeline))[0]
    tracks = [track for track in timeline.tracks if isinstance(track, otio.schema.Track)]
    read = [{"kind": track.kind, "name": track.name, "clips": clips(track, timeline.tracks, path.suffix == ".edl")} for track in tracks]
    if path.suffix == ".edl":
        # The adapter counts from 00:00:00:00 where the first event starts later.
        starts = [clip["start"] for track in read for clip in track["clips"]]
        for clip in (clip for track in read for clip in track["clips"]):
            clip["start"] -= min(starts)
            clip["end"] -= min(starts)
    return read


recorded = {}
rates = {row["output"]: row["rate"] for row in json.loads((HERE / "placements.json").read_text())["placements"]}
for folder in ("samples", "placed"):
    for path in sorted((HERE / folder).glob("*.*")):
        given = rates.get(path.name)
        rate = given["numerator"] / given["denominator"] if given else 25 if "25fps" in path.name else 24
        try:
            recorded[f"{folder}/{path.name}"] = read(path, rate)
        except otio.exceptions.OTIOError as error:
            print(f"{path.name}: OpenTimelineIO can't read it: {error}")
(HERE / "otio-reads.json").write_text(json.dumps(recorded, indent="\t", ensure_ascii=False) + "\n")
