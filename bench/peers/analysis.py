"""Times music analysis by its usual Python libraries, for `npm run bench -- analysis`.

usage: analysis.py TRACK.wav SECONDS
  TRACK.wav  mono, 22,050 Hz
  SECONDS    length of a first run that is not counted, as libraries compile and plan when first used

Prints one line of JSON: for each part {"wall": s, "cpu": s}, or {"absent": why}. "cpu" counts all threads. MSAF starts
without cached features. The tagger is musicnn as its authors published it: both models, a patch a second, with features.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def cpu():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def librosa_part():
    import librosa

    def work(path):
        y, sr = librosa.load(path, sr=22050)
        librosa.beat.beat_track(y=y, sr=sr)
        librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr))
        librosa.feature.chroma_stft(y=y, sr=sr)

    return work, "librosa " + librosa.__version__


def msaf_part(algorithm):
    def load():
        import msaf

        def work(path):
            folder = tempfile.mkdtemp()
            before = os.getcwd()
            try:
                os.makedirs(os.path.join(folder, "audio"))
                os.chdir(folder)  # MSAF caches features in the current folder
                copy = shutil.copy(path, os.path.join(folder, "audio"))
                msaf.process(copy, boundaries_id=algorithm, feature="pcp")
            finally:
                os.chdir(before)
                shutil.rmtree(folder)

        return work, "MSAF " + msaf.__version__

    return load


def tagger_part():
    from musicnn.extractor import extractor

    def work(path):
        for model in ("MTT_musicnn", "MSD_musicnn"):
            extractor(path, model=model, input_length=3, input_overlap=2, extract_features=True)

    return work, "musicnn"


PARTS = {
    "librosa": librosa_part,
    "msaf-foote": msaf_part("foote"),
    "msaf-sf": msaf_part("sf"),
    "msaf-olda": msaf_part("olda"),
    "tagger": tagger_part,
}


def opening(path, seconds):
    import soundfile

    y, sr = soundfile.read(path, frames=int(22050 * seconds))
    short = os.path.join(tempfile.mkdtemp(), "short.wav")
    soundfile.write(short, y, sr)
    return short


def main(path, seconds):
    out = os.dup(1)
    os.dup2(2, 1)  # the libraries print to standard output
    short = opening(path, float(seconds))
    answer = {}
    for name, load in PARTS.items():
        try:
            work, version = load()
            work(short)
            wall, busy = time.perf_counter(), cpu()
            work(path)
            answer[name] = {"wall": time.perf_counter() - wall, "cpu": cpu() - busy, "version": version}
        except Exception as error:  # a peer that is not there, or does not run, is told by name
            answer[name] = {"absent": type(error).__name__ + ": " + str(error)}
    shutil.rmtree(os.path.dirname(short))
    os.write(out, (json.dumps(answer) + "\n").encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
