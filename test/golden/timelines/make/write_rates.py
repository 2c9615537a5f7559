"""Writes small timelines at the NTSC rates with OpenTimelineIO, in every format, with the truth about them.

python3 -m pip install opentimelineio==0.18.1 otio-fcp-adapter==1.0.0 otio-fcpx-xml-adapter==1.0.0 otio-cmx3600-adapter==1.0.0
python3 write_rates.py ../rates
"""
import json
import pathlib
import sys

import opentimelineio as otio

OUT = pathlib.Path(sys.argv[1])
# Lengths in frames: the first runs over a minute, where drop-frame leaves labels out, the third over ten.
LENGTHS = [1850, 7, 18011, 1, 333]
RATES = {"23976": (24000, 1001, False), "2997": (30000, 1001, True), "5994": (60000, 1001, True)}


def timeline(name, rate, start):
    time = otio.opentime.RationalTime
    made = otio.schema.Timeline(name, global_start_time=time(start, rate))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    made.tracks.append(track)
    for index, length in enumerate(LENGTHS):
        track.append(
            otio.schema.Clip(
                f"shot {index + 1}",
                otio.schema.ExternalReference(
                    f"file:///media/shot%20{index + 1}.mov",
                    otio.opentime.TimeRange(time(0, rate), time(40000, rate)),
                ),
                otio.opentime.TimeRange(time(100 * index, rate), time(length, rate)),
            )
        )
    return made


truth = {}
for name, (numerator, denominator, drops) in RATES.items():
    rate = numerator / denominator
    # One hour of timecode: 01:00:00:00, or 01:00:00;00.
    nominal = round(rate)
    start = 3600 * nominal - (60 - 6) * (nominal // 15 if drops else 0)
    made = timeline(f"rate-{name}", rate, start)
    otio.adapters.write_to_file(made, str(OUT / f"{name}.otio"))
    otio.adapters.write_to_file(made, str(OUT / f"{name}.xml"), adapter_name="fcp_xml")
    try:
        otio.adapters.write_to_file(made, str(OUT / f"{name}.fcpxml"))
    except Exception as error:  # the adapter knows no format for some rates
        print(f"{name}.fcpxml: {error}")
    try:
        otio.adapters.write_to_file(made, str(OUT / f"{name}.edl"), rate=rate)
    except Exception as error:
        print(f"{name}.edl: {error}")
    starts = [sum(LENGTHS[:index]) for index in range(len(LENGTHS))]
    truth[name] = {
        "rate": [numerator, denominator],
        "dropFrame": drops,
        "startFrame": start,
        "duration": sum(LENGTHS),
        "starts": starts,
        "sources": [100 * index for index in range(len(LENGTHS))],
        "startTimecode": otio.opentime.to_timecode(otio.opentime.RationalTime(start, rate), rate, drops),
        "recordTimecodes": [
            otio.opentime.to_timecode(otio.opentime.RationalTime(start + at, rate), rate, drops) for at in starts
        ],
    }
(OUT / "truth.json").write_text(json.dumps(truth, indent="\t") + "\n")
