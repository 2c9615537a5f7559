"""Convert the musicnn music taggers (PyPI musicnn 0.1.0, ISC) to ONNX.

Reads the TensorFlow 1 checkpoints MTT_musicnn and MSD_musicnn that lie inside
the installed package and writes two files:

  musicnn-track.onnx  log_mel [T,96], starts [N] -> tags and embeddings of both taggers for the
                      patches log_mel[s : s+187]; work that overlapping patches share is done once
  log-mel.onnx        samples [1,n] mono 16 kHz -> log_mel [1 + floor(n/256), 96]

Architecture source: musicnn/models.py (build_musicnn, num_filt_frontend 1.6,
num_filt_midend 64, num_units_backend 200); front-end source:
musicnn/configuration.py and musicnn/extractor.py (batch_data).

Needs: numpy, onnx, tensorflow (only its checkpoint reader), musicnn==0.1.0
(install it with --no-deps).  Usage:

  python musicnn.py OUT_DIR [--weights mixed|f16|f32] [--package DIR]

--weights mixed (default): tensors of more than 50 000 numbers (f74, f77, cnn1,
dense of each tagger: 89 % of all numbers) are stored as float16 and cast back to
float32 when the model is loaded; the small ones, whose rounding costs the most
accuracy for the fewest bytes, stay float32.  All arithmetic is float32.
"""

import argparse
import importlib.machinery
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FRAMES, MELS, TAGS, UNITS = 187, 96, 50, 200
SAMPLE_RATE, FFT, HOP = 16000, 512, 256
BN_EPS = 1e-3  # default epsilon of tf.compat.v1.layers.batch_normalization
HEADS = (("mtt", "MTT_musicnn"), ("msd", "MSD_musicnn"))
OPSET, IR = 17, 8
BIG = np.float32(3.4e38)
LANES = 16  # channels that ONNX Runtime computes side by side


# ---------------------------------------------------------------- checkpoint


def find_package():
    """Folder of the installed musicnn package, found without importing it.

    This script may itself be called musicnn.py, so its own folder is skipped.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    path = [p for p in sys.path if os.path.abspath(p or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("musicnn", path)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("musicnn is not installed: pip install --no-deps musicnn==0.1.0")
    return list(spec.submodule_search_locations)[0]


def read_checkpoint(folder):
    """All non-optimiser variables of one checkpoint: {name: float64 array}."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    reader = tf.compat.v1.train.NewCheckpointReader(folder + "/")
    shapes = reader.get_variable_to_shape_map()
    return {
        name: reader.get_tensor(name).astype(np.float64)
        for name in shapes
        if "Adam" not in name and not name.startswith("beta")
    }


def batch_norm(v, index):
    """Inference batch norm number `index` as (scale, shift): y = scale * x + shift."""
    p = "batch_normalization" + (f"_{index}" if index else "")
    scale = v[p + "/gamma"] / np.sqrt(v[p + "/moving_variance"] + BN_EPS)
    return scale, v[p + "/beta"] - v[p + "/moving_mean"] * scale


# --------------------------------------------------------------------- graph


def round_to_half(array):
    """float16 copy whose rounding errors cancel along the taps of each filter.

    Neighbouring inputs of a convolution [F,C,freq,time] are alike, so the error of
    one tap is carried over to the next one (back and forth through time, band by
    band) and the sum over any run of taps stays right.  Matrices are just rounded.
    """
    if array.ndim != 4:
        return np.ascontiguousarray(array, dtype=np.float16)
    half = np.empty(array.shape, np.float16)
    carry = np.zeros(array.shape[:2])
    for f in range(array.shape[2]):
        times = range(array.shape[3])
        for t in times if f % 2 == 0 else reversed(times):
            wanted = array[:, :, f, t] + carry
            half[:, :, f, t] = wanted
            carry = wanted - half[:, :, f, t]
    return half


class Graph:
    """Collects nodes and initialisers.

    half_above: weights with more numbers than this are stored as float16.
    """

    def __init__(self, half_above):
        self.half_above, self.nodes, self.inits = half_above, [], []

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def const(self, name, array):
        """A small float32 or int64 initialiser."""
        array = np.asarray(array)
        if array.dtype != np.int64:
            array = array.astype(np.float32)
        self.inits.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weight(self, name, array):
        """A big initialiser: float16 followed by a Cast, or float32."""
        if array.size <= self.half_above:
            return self.const(name, array)
        half = round_to_half(array)
        self.inits.append(numpy_helper.from_array(half, name + "_f16"))
        return self.node("Cast", [name + "_f16"], name, to=TensorProto.FLOAT)

    def model(self, inputs, outputs, doc, metadata):
        graph = helper.make_graph(self.nodes, doc.split("\n")[0][:60], inputs, outputs, self.inits)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR,
            producer_name="convert/musicnn.py", doc_string=doc)
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        return model


def value(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def frontend_block(g, head, name, kernel, bias, bn):
    """Conv -> ReLU -> batch norm -> max over frequency, as Conv -> MaxPool -> clip -> shift.

    kernel [time,freq,1,F] as in TF.  Returns apply(x, suffix, pads), which maps
    x [N,1,96,T] to [N,F,1,T'].

    With batch norm s*relu(c)+t the scale s is folded into the convolution
    (d = s*c).  Because max over frequency is monotonic,
      s >= 0: max(s*relu(c)) = max(max(d), 0)
      s <  0: max(s*relu(c)) = min(max(d), 0)
    so that the clip bounds depend on the channel only and nothing is computed
    on the large [F,freq,T] tensor except the convolution and its maximum.

    Filters of zeros fill up the last LANES, and are taken out again behind the maximum:
    the convolution costs the same, as it is computed in whole lanes anyway, but with a
    part of them used ONNX Runtime reorders its output for the maximum, which takes longer
    than the convolution itself.
    """
    p = f"{head}_{name}"
    scale, shift = bn
    w = kernel.transpose(3, 2, 1, 0) * scale[:, None, None, None]  # [F,1,freq,time]
    filters = len(w)
    missing = -filters % LANES
    w = np.pad(w, ((0, missing), (0, 0), (0, 0), (0, 0)))
    scale, bias, shift = (np.pad(one, (0, missing)) for one in (scale, bias, shift))
    column = (1, -1, 1, 1)
    positive = scale >= 0
    weight, offset = g.weight(p + "_w", w), g.const(p + "_b", bias * scale)
    low = g.const(p + "_low", np.where(positive, 0, -BIG).reshape(column))
    high = g.const(p + "_high", np.where(positive, BIG, 0).reshape(column))
    after = g.const(p + "_t", shift.reshape(column))
    ints = lambda name, number: g.const(p + name, np.array([number], np.int64))
    first, last, channels = ints("_first", 0), ints("_filters", filters), ints("_channels", 1)

    def apply(x, suffix, pads):
        q = p + suffix
        conv = g.node("Conv", [x, weight, offset], q + "_conv", kernel_shape=list(w.shape[2:]), pads=pads)
        pool = g.node("MaxPool", [conv], q + "_pool", kernel_shape=[MELS - w.shape[2] + 1, 1], strides=[1, 1])
        clipped = g.node("Max", [g.node("Min", [pool, high], q + "_min"), low], q + "_max")
        shifted = g.node("Add", [clipped, after], q + "_shifted")
        return g.node("Slice", [shifted, first, last, channels], q)

    return apply


def midend_block(g, head, name, x, kernel, bias, bn):
    """Conv over 7 frames -> ReLU -> batch norm.  x [N,C,1,187] -> [N,64,1,187]."""
    p = f"{head}_{name}"
    w = kernel.transpose(3, 1, 2, 0)  # TF [7,C,1,64] -> [64,C,1,7]
    # ONNX Runtime 1.30's WebGPU provider gives wrong numbers for 561 channels and right ones for a multiple of 4.
    missing = -w.shape[1] % 4
    if missing:
        pads = g.const(p + "_channels", np.array([0, 0, 0, 0, 0, missing, 0, 0], np.int64))
        x = g.node("Pad", [x, pads], p + "_padded")
        w = np.pad(w, ((0, 0), (0, missing), (0, 0), (0, 0)))
    conv = g.node("Conv", [x, g.weight(p + "_w", w), g.const(p + "_b", bias)], p + "_conv",
                  kernel_shape=[1, 7], pads=[0, 3, 0, 3])
    relu = g.node("Relu", [conv], p + "_relu")
    column = (1, -1, 1, 1)
    scaled = g.node("Mul", [relu, g.const(p + "_s", bn[0].reshape(column))], p + "_mul")
    return g.node("Add", [scaled, g.const(p + "_t", bn[1].reshape(column))], p)


def add_head(g, head, v, track):
    """One tagger -> <head>_tags, <head>_penultimate, <head>_mean_pool, <head>_max_pool.

    track: the nodes made by add_track.  The timbral convolutions run once over the whole track.
    """
    scale, shift = batch_norm(v, 0)
    s, t = g.const(head + "_in_s", scale.reshape(1, 1, 1, 1)), g.const(head + "_in_t", shift.reshape(1, 1, 1, 1))

    def normalised(x, name):
        return g.node("Add", [g.node("Mul", [x, s], f"{head}_{name}_mul"), t], f"{head}_{name}")

    def block(name, i):
        layer = "conv2d" + (f"_{i}" if i else "")
        return frontend_block(g, head, name, v[layer + "/kernel"], v[layer + "/bias"], batch_norm(v, i + 1))

    # front-end; pads are [freq begin, time begin, freq end, time end]; TF 'same'
    # with an even kernel k pads (k-1)//2 before and k//2 after
    x = normalised(track["patches_t"], "in")
    whole = normalised(track["whole"], "whole")  # [1,1,96,T]
    # zero frames are padded after the input batch norm
    edges = [g.node("Pad", [normalised(track[side], side), track[side + "_pads"]], f"{head}_{side}_padded")
             for side in ("left", "right")]  # [N,1,96,9]
    features = []
    for name, i in (("f74", 0), ("f77", 1)):
        apply = block(name, i)
        p = f"{head}_{name}"
        inner = g.node("Squeeze", [apply(whole, "_whole", [0, 0, 0, 0]), track["axes_02"]], p + "_line")  # [204,T-6]
        inner = g.node("Gather", [inner, track["inner_index"]], p + "_taken", axis=1)  # [204,N,181]
        inner = g.node("Transpose", [inner], p + "_turned", perm=[1, 0, 2])
        inner = g.node("Unsqueeze", [inner, track["axis_2"]], p + "_inner")  # [N,204,1,181]
        left, right = (apply(e, "_" + side, [0, 0, 0, 0]) for e, side in zip(edges, ("left", "right")))
        features.append(g.node("Concat", [left, inner, right], p, axis=3))
    for name, i, k in (("s128", 2, 128), ("s64", 3, 64), ("s32", 4, 32)):
        features.append(block(name, i)(x, "", [0, (k - 1) // 2, 0, k // 2]))
    front = g.node("Concat", features, head + "_front", axis=1)  # [N,561,1,187]

    # mid-end: three convolutions, the last two residual
    mid = lambda name, x, i: midend_block(g, head, name, x, v[f"conv2d_{i}/kernel"], v[f"conv2d_{i}/bias"],
                                          batch_norm(v, i + 1))
    cnn1 = mid("cnn1", front, 5)
    cnn2 = g.node("Add", [mid("cnn2", cnn1, 6), cnn1], head + "_res2")
    cnn3 = g.node("Add", [mid("cnn3", cnn2, 7), cnn2], head + "_res3")
    every = g.node("Concat", [front, cnn1, cnn2, cnn3], head + "_features", axis=1)  # [N,753,1,187]

    # back-end: max and mean over time, dense 200, dense 50
    maximum = g.node("ReduceMax", [every], head + "_max_pool", axes=[2, 3], keepdims=0)
    mean = g.node("ReduceMean", [every], head + "_mean_pool", axes=[2, 3], keepdims=0)
    pooled = g.node("Concat", [maximum, mean], head + "_pooled", axis=1)  # [N,1506]
    # TF flattens [753,2]: max and mean alternate; here all max, then all mean
    order = np.concatenate([np.arange(0, 1506, 2), np.arange(1, 1506, 2)])
    s, t = batch_norm(v, 9)
    w = v["dense/kernel"]
    b = v["dense/bias"] + t @ w
    w = (w * s[:, None])[order]
    dense = g.node("Gemm", [pooled, g.weight(head + "_dense_w", w), g.const(head + "_dense_b", b)], head + "_dense")
    relu = g.node("Relu", [dense], head + "_dense_relu")
    s, t = batch_norm(v, 10)
    scaled = g.node("Mul", [relu, g.const(head + "_pen_s", s)], head + "_pen_mul")
    penultimate = g.node("Add", [scaled, g.const(head + "_pen_t", t)], head + "_penultimate")
    logits = g.node("Gemm", [penultimate, g.weight(head + "_out_w", v["dense_1/kernel"]),
                             g.const(head + "_out_b", v["dense_1/bias"])], head + "_logits")
    g.node("Sigmoid", [logits], head + "_tags")


def add_track(g):
    """log_mel [T,96] and starts [N] -> the slices that add_head needs.

    A timbral convolution spans 7 frames and pads each patch with 3 zero frames.
    Its 181 inner frames are those of the whole track; only 3 frames at either
    end see the padding and are computed from 6 real and 3 zero frames.
    """
    ints = lambda name, array: g.const(name, np.array(array, np.int64))
    axis_1, axes_02 = ints("axis_1", [1]), ints("axes_02", [0, 2])
    column = g.node("Unsqueeze", ["starts", axis_1], "starts_column")

    def index(name, first, count):
        return g.node("Add", [column, ints(name + "_offsets", [np.arange(first, first + count)])], name)

    def slices(name, first, count):  # [N,1,96,count]
        taken = g.node("Gather", ["log_mel", index(name + "_index", first, count)], name + "_rows", axis=0)
        turned = g.node("Transpose", [taken], name + "_turned", perm=[0, 2, 1])
        return g.node("Unsqueeze", [turned, axis_1], name)

    turned = g.node("Transpose", ["log_mel"], "log_mel_ft", perm=[1, 0])
    return {
        "patches_t": slices("patches_t", 0, FRAMES),
        "whole": g.node("Unsqueeze", [turned, ints("axes_01", [0, 1])], "whole"),
        "left": slices("left", 0, 6), "left_pads": ints("left_pads", [0, 0, 0, 3, 0, 0, 0, 0]),
        "right": slices("right", FRAMES - 6, 6), "right_pads": ints("right_pads", [0, 0, 0, 0, 0, 0, 0, 3]),
        "inner_index": index("inner_index", 0, FRAMES - 6),
        "axes_02": axes_02, "axis_2": ints("axis_2", [2]),
    }


def build_taggers(package, weights="mixed", heads=HEADS):
    """log_mel [T,96] and starts [N] ->
    {mtt,msd}_{tags [N,50], penultimate [N,200], mean_pool [N,753], max_pool [N,753]}.
    """
    g = Graph({"mixed": 50_000, "f16": 0, "f32": np.inf}[weights])
    track = add_track(g)
    inputs = [value("log_mel", ["T", MELS]), helper.make_tensor_value_info("starts", TensorProto.INT64, ["N"])]
    outputs = []
    for head, name in heads:
        add_head(g, head, read_checkpoint(os.path.join(package, name)), track)
        outputs += [value(f"{head}_{n}", ["N", size]) for n, size in
                    (("tags", TAGS), ("penultimate", UNITS), ("mean_pool", 753), ("max_pool", 753))]
    doc = ("musicnn music taggers\n"
           "Converted from the checkpoints in the Python package musicnn 0.1.0 (ISC licence, "
           "Copyright (c) Music Technology Group, Universitat Pompeu Fabra 2019; code by Jordi Pons).")
    meta = {"source": "musicnn 0.1.0: " + ", ".join(n for _, n in heads), "license": "ISC", "weights": weights}
    return g.model(inputs, outputs, doc, meta)


# ------------------------------------------------------------------- log-mel


def mel_filters():
    """Triangular mel bank [257,96]: Slaney scale and Slaney area norm, 0..8000 Hz.

    Linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels per factor 6.4);
    each triangle is divided by half its width in Hz (2 / (right - left)).
    """
    top = 15 + np.log(SAMPLE_RATE / 2 / 1000) / (np.log(6.4) / 27)
    mels = np.linspace(0, top, MELS + 2)
    hz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))
    bins = np.linspace(0, SAMPLE_RATE / 2, FFT // 2 + 1)
    left, centre, right = hz[:-2], hz[1:-1], hz[2:]
    rise = (bins[:, None] - left) / (centre - left)
    fall = (right - bins[:, None]) / (right - centre)
    return np.maximum(0, np.minimum(rise, fall)) * 2 / (right - left)


def build_log_mel():
    """samples [1,n] float32, mono, 16 kHz (n >= 257) -> log_mel [1 + floor(n/256), 96].

    Periodic Hann window of 512, hop 256, frames centred on k*256 samples with
    reflected edges, power spectrum, mel bank, log10(10000 x + 1).

    As the hop is half the window, frames are pairs of neighbouring blocks of 256.
    A windowed real frame splits into the parts even and odd about its middle,
    so that two [frames,256] x [256,255] products give the whole transform
    (half the work of a plain 512-tap basis).  Bins 0 and 256 carry no mel weight.
    """
    g = Graph(np.inf)
    ints = lambda name, *values: g.const(name, np.array(values, np.int64))
    n = np.arange(FFT)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / FFT)  # window[0] = 0, symmetric about 256
    k = np.arange(1, FFT // 2)
    phase = 2 * np.pi * np.outer(np.arange(1, 257), k) / FFT  # samples 1..256
    half = window[1:257, None].copy()
    cosine, sine = half * np.cos(phase), half * np.sin(phase)
    cosine[255] /= 2  # sample 256 is its own mirror image: it is added to itself below

    # centre: 256 reflected samples on either side, then whole blocks of 256 only
    padded = g.node("Pad", ["samples", ints("edges", 0, 256, 0, 256)], "padded", mode="reflect")
    shape = g.node("Shape", [padded], "padded_shape", start=1, end=2)
    blocks_n = g.node("Div", [shape, ints("hop", HOP)], "blocks_n")
    length = g.node("Mul", [blocks_n, "hop"], "whole_length")
    whole = g.node("Slice", [padded, ints("zero", 0), length, ints("one", 1)], "whole")
    blocks = g.node("Reshape", [whole, ints("block_shape", -1, HOP)], "blocks")
    first = g.node("Slice", [blocks, "zero", ints("minus_one", -1), "zero"], "first")  # samples 0..255
    second = g.node("Slice", [blocks, "one", ints("end", 2**62), "zero"], "second")  # samples 256..511
    middle = g.node("Slice", [second, "zero", "one", "one"], "middle")
    # samples 1..256 and their mirror images 511..256
    rising = g.node("Concat", [g.node("Slice", [first, "one", "end", "one"], "first_tail"), middle], "rising", axis=1)
    falling = g.node("Slice", [second, "minus_one", ints("before", -(2**62)), "one", "minus_one"], "falling")
    even = g.node("Add", [rising, falling], "even")
    odd = g.node("Sub", [rising, falling], "odd")
    real = g.node("MatMul", [even, g.const("cosine", cosine)], "real")
    imaginary = g.node("MatMul", [odd, g.const("sine", sine)], "imaginary")
    power = g.node("Add", [g.node("Mul", [real, real], "real_2"),
                           g.node("Mul", [imaginary, imaginary], "imaginary_2")], "power")
    # log10(10000 x + 1) = ln(10000 x + 1) / ln(10); the factor 10000 sits in the mel bank
    mel = g.node("MatMul", [power, g.const("mel_bank", 10000 * mel_filters()[1:256])], "mel")
    log = g.node("Log", [g.node("Add", [mel, g.const("unit", np.float32(1))], "mel_1")], "ln_mel")
    g.node("Mul", [log, g.const("per_decade", np.float32(1 / np.log(10)))], "log_mel")
    doc = "log-mel front-end of the musicnn taggers\nMono 16 kHz samples to log10(10000 * mel power + 1)."
    return g.model([value("samples", [1, "n"])], [value("log_mel", ["frames", MELS])], doc, {"source": "own graph"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("--weights", choices=("mixed", "f16", "f32"), default="mixed")
    parser.add_argument("--package", help="folder of the musicnn package (default: the installed one)")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    package = options.package or find_package()
    for name, model in (("musicnn-track.onnx", build_taggers(package, options.weights)),
                        ("log-mel.onnx", build_log_mel())):
        path = os.path.join(options.out, name)
        with open(path, "wb") as f:
            f.write(model.SerializeToString(deterministic=True))
        print(name, os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
