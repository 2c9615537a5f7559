// Spectral kernels: WebAssembly with 4 × f32 SIMD. Pointers are byte offsets into this module's memory, 16-byte
// aligned;
// lengths count values. kernel.ts holds the plain twins and says what each function computes.

/** Makes room for `bytes` of working memory and says where it starts. Call once: growing again would detach views. */
export function reserve(bytes: usize): usize {
	const base = (__heap_base + 15) & ~15;
	const pages = <i32>((base + bytes + 0xffff) >>> 16);
	const missing = pages - memory.size();
	if (missing > 0) memory.grow(missing);
	return base;
}

@inline function at(base: usize, index: usize): usize { return base + (index << 2); }
@inline function get(base: usize, index: usize): v128 { return v128.load(base + (index << 2)); }
@inline function put(base: usize, index: usize, value: v128): void { v128.store(base + (index << 2), value); }
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline function reversed(v: v128): v128 { return v128.shuffle<f32>(v, v, 3, 2, 1, 0); }
// pmin and pmax are one instruction each on x86; min and max need several for NaN, which never occurs here.
@inline function lo(a: v128, b: v128): v128 { return f32x4.pmin(a, b); }
@inline function hi(a: v128, b: v128): v128 { return f32x4.pmax(a, b); }

/** Stores four vectors transposed: element k of a, b, c, d becomes the row `to` + k · stride (in bytes). */
@inline function putTransposed(to: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
	const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
	const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
	const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
	const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
	v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
	v128.store(to + stride, v128.shuffle<f64>(ab, cd, 1, 3));
	v128.store(to + 2 * stride, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
	v128.store(to + 3 * stride, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
}

/** First Stockham stage (stride 1): four neighbouring butterflies a vector, outputs interleaved. */
function firstStage(n: usize, w: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
	const m = n >> 2;
	for (let p: usize = 0; p < m; p += 4) {
		const ar = get(xr, p), br = get(xr, p + m), cr = get(xr, p + 2 * m), dr = get(xr, p + 3 * m);
		const ai = get(xi, p), bi = get(xi, p + m), ci = get(xi, p + 2 * m), di = get(xi, p + 3 * m);
		const sr = add(ar, cr), si = add(ai, ci), tr = sub(ar, cr), ti = sub(ai, ci);
		const ur = add(br, dr), ui = add(bi, di), vr = sub(br, dr), vi = sub(bi, di);
		const w1r = get(w, p), w1i = get(w, p + m), w2r = get(w, p + 2 * m);
		const w2i = get(w, p + 3 * m), w3r = get(w, p + 4 * m), w3i = get(w, p + 5 * m);
		// The second output is (a − c) − i(b − d), the fourth (a − c) + i(b − d).
		const er = add(tr, vi), ei = sub(ti, vr), fr = sub(sr, ur), fi = sub(si, ui), gr = sub(tr, vi), gi = add(ti, vr);
		putTransposed(at(yr, p << 2), 16, add(sr, ur), sub(mul(w1r, er), mul(w1i, ei)),
			sub(mul(w2r, fr), mul(w2i, fi)), sub(mul(w3r, gr), mul(w3i, gi)));
		putTransposed(at(yi, p << 2), 16, add(si, ui), add(mul(w1r, ei), mul(w1i, er)),
			add(mul(w2r, fi), mul(w2i, fr)), add(mul(w3r, gi), mul(w3i, gr)));
	}
}

/** A later Stockham stage: `s` independent transforms of length `n` side by side, s a multiple of 4. */
function laterStage(n: usize, s: usize, w: usize, xr: usize, xi: usize, yr: usize, yi: usize): void {
	const m = n >> 2;
	const quarter = s * m;
	for (let p: usize = 0; p < m; p++) {
		const w1r = v128.load32_splat(at(w, p)), w1i = v128.load32_splat(at(w, p + m));
		const w2r = v128.load32_splat(at(w, p + 2 * m)), w2i = v128.load32_splat(at(w, p + 3 * m));
		const w3r = v128.load32_splat(at(w, p + 4 * m)), w3i = v128.load32_splat(at(w, p + 5 * m));
		const to = (s * p) << 2;
		for (let q: usize = 0; q < s; q += 4) {
			const from = q + s * p;
			const ar = get(xr, from), br = get(xr, from + quarter);
			const cr = get(xr, from + 2 * quarter), dr = get(xr, from + 3 * quarter);
			const ai = get(xi, from), bi = get(xi, from + quarter);
			const ci = get(xi, from + 2 * quarter), di = get(xi, from + 3 * quarter);
			const sr = add(ar, cr), si = add(ai, ci), tr = sub(ar, cr), ti = sub(ai, ci);
			const ur = add(br, dr), ui = add(bi, di), vr = sub(br, dr), vi = sub(bi, di);
			const er = add(tr, vi), ei = sub(ti, vr), fr = sub(sr, ur), fi = sub(si, ui), gr = sub(tr, vi), gi = add(ti, vr);
			put(yr, to + q, add(sr, ur));
			put(yi, to + q, add(si, ui));
			put(yr, to + q + s, sub(mul(w1r, er), mul(w1i, ei)));
			put(yi, to + q + s, add(mul(w1r, ei), mul(w1i, er)));
			put(yr, to + q + (s << 1), sub(mul(w2r, fr), mul(w2i, fi)));
			put(yi, to + q + (s << 1), add(mul(w2r, fi), mul(w2i, fr)));
			put(yr, to + q + (s << 1) + s, sub(mul(w3r, gr), mul(w3i, gi)));
			put(yi, to + q + (s << 1) + s, add(mul(w3r, gi), mul(w3i, gr)));
		}
	}
}

/** The closing radix-2 stage of odd powers of two, in place. */
function lastStage2(s: usize, xr: usize, xi: usize): void {
	for (let q: usize = 0; q < s; q += 4) {
		const ar = get(xr, q), ai = get(xi, q), br = get(xr, q + s), bi = get(xi, q + s);
		put(xr, q, add(ar, br));
		put(xi, q, add(ai, bi));
		put(xr, q + s, sub(ar, br));
		put(xi, q + s, sub(ai, bi));
	}
}

/** Complex forward transform of length n ≥ 16 (Stockham, radix 4). 1: the result lies in y; 0: in x. */
function complexForward(n: usize, w: usize, xr: usize, xi: usize, yr: usize, yi: usize): bool {
	firstStage(n, w, xr, xi, yr, yi);
	let inY = true;
	let table = w + 6 * n;
	let s: usize = 4;
	for (let length = n >> 2; length >= 2; length >>= 2) {
		if (length == 2) {
			if (inY) lastStage2(s, yr, yi);
			else lastStage2(s, xr, xi);
		} else {
			if (inY) laterStage(length, s, table, yr, yi, xr, xi);
			else laterStage(length, s, table, xr, xi, yr, yi);
			inY = !inY;
			table += 6 * length;
			s <<= 2;
		}
	}
	return inY;
}

/** Spectrum of a windowed real frame, bins 0 … size / 2. `work` holds 2 × size values, `u` untangling factors. */
export function realForward(
	size: usize, frame: usize, window: usize, w: usize, u: usize, work: usize, re: usize, im: usize,
): void {
	const m = size >> 1;
	const xr = work, xi = at(work, m), yr = at(work, size), yi = at(work, size + m);
	for (let k: usize = 0; k < m; k += 4) {
		const a = mul(get(frame, 2 * k), get(window, 2 * k));
		const b = mul(get(frame, 2 * k + 4), get(window, 2 * k + 4));
		put(xr, k, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
		put(xi, k, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
	}
	const inY = complexForward(m, w, xr, xi, yr, yi);
	const zr = inY ? yr : xr, zi = inY ? yi : xi;
	const half = f32x4.splat(0.5);
	for (let k: usize = 1; k <= m >> 1; k += 4) {
		const mirror = m - k - 3;
		const a = get(zr, k), b = get(zi, k), c = reversed(get(zr, mirror)), d = reversed(get(zi, mirror));
		const er = mul(half, add(a, c)), ei = mul(half, sub(b, d));
		const or = mul(half, add(b, d)), oi = mul(half, sub(c, a));
		const cos = get(u, k), sin = get(u, k + m);
		const tr = add(mul(cos, or), mul(sin, oi)), ti = sub(mul(cos, oi), mul(sin, or));
		put(re, k, add(er, tr));
		put(im, k, add(ei, ti));
		put(re, mirror, reversed(sub(er, tr)));
		put(im, mirror, reversed(sub(ti, ei)));
	}
	const first = load<f32>(zr), second = load<f32>(zi);
	store<f32>(re, first + second);
	store<f32>(im, 0);
	store<f32>(at(re, m), first - second);
	store<f32>(at(im, m), 0);
}

/** The real frame of a one-sided spectrum; the inverse of realForward with a window of ones. */
export function realInverse(size: usize, re: usize, im: usize, w: usize, u: usize, work: usize, frame: usize): void {
	const m = size >> 1;
	// Real and imaginary parts change places: a forward transform of the swapped parts is the inverse, swapped.
	const xi = work, xr = at(work, m), yi = at(work, size), yr = at(work, size + m);
	const half = f32x4.splat(0.5);
	for (let k: usize = 1; k <= m >> 1; k += 4) {
		const mirror = m - k - 3;
		const a = get(re, k), b = get(im, k), c = reversed(get(re, mirror)), d = reversed(get(im, mirror));
		const er = mul(half, add(a, c)), ei = mul(half, sub(b, d));
		const dr = mul(half, sub(a, c)), di = mul(half, add(b, d));
		const cos = get(u, k), sin = get(u, k + m);
		const or = sub(mul(cos, dr), mul(sin, di)), oi = add(mul(cos, di), mul(sin, dr));
		put(xr, k, sub(er, oi));
		put(xi, k, add(ei, or));
		put(xr, mirror, reversed(add(er, oi)));
		put(xi, mirror, reversed(sub(or, ei)));
	}
	const first = load<f32>(re), last = load<f32>(at(re, m));
	store<f32>(xr, 0.5 * (first + last));
	store<f32>(xi, 0.5 * (first - last));
	const inY = complexForward(m, w, xi, xr, yi, yr);
	const zr = inY ? yr : xr, zi = inY ? yi : xi;
	const scale = f32x4.splat(1.0 / <f32>m);
	for (let k: usize = 0; k < m; k += 4) {
		const a = mul(scale, get(zr, k)), b = mul(scale, get(zi, k));
		put(frame, 2 * k, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
		put(frame, 2 * k + 4, v128.shuffle<f32>(a, b, 2, 6, 3, 7));
	}
}

export function powers(re: usize, im: usize, out: usize, n: usize): void {
	for (let k: usize = 0; k < n; k += 4) {
		const a = get(re, k), b = get(im, k);
		put(out, k, add(mul(a, a), mul(b, b)));
	}
}

export function squareRoots(values: usize, out: usize, n: usize): void {
	for (let k: usize = 0; k < n; k += 4) put(out, k, f32x4.sqrt(get(values, k)));
}

export function multiply(a: usize, b: usize, out: usize, n: usize): void {
	for (let k: usize = 0; k < n; k += 4) put(out, k, mul(get(a, k), get(b, k)));
}

/** Rows of (first value, count of values, both multiples of 4) followed in `weights` by the counted weights. */
export function bands(layout: usize, weights: usize, count: usize, spectrum: usize, out: usize): void {
	let w = weights;
	for (let band: usize = 0; band < count; band++) {
		let from = at(spectrum, load<u32>(at(layout, 2 * band)));
		const end = from + (load<u32>(at(layout, 2 * band + 1)) << 2);
		let sum = f32x4.splat(0);
		for (; from < end; from += 16, w += 16) sum = add(sum, mul(v128.load(from), v128.load(w)));
		const pair = add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
		store<f32>(at(out, band), f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1));
	}
}

/** 10 log10 max(floor, x), from log m = 2 artanh((m − 1) / (m + 1)) with the mantissa m in [√½, √2). */
export function decibels(values: usize, floor: f32, out: usize, n: usize): void {
	const least = f32x4.splat(floor), one = f32x4.splat(1);
	const sqrtHalf = i32x4.splat(0x3f3504f3), mantissa = i32x4.splat(0x007fffff);
	for (let k: usize = 0; k < n; k += 4) {
		const bits = i32x4.sub(hi(get(values, k), least), sqrtHalf);
		const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
		const m = i32x4.add(v128.and(bits, mantissa), sqrtHalf);
		const t = f32x4.div(sub(m, one), add(m, one));
		const t2 = mul(t, t);
		let series = add(f32x4.splat(1.0 / 7.0), mul(t2, f32x4.splat(1.0 / 9.0)));
		series = add(f32x4.splat(1.0 / 5.0), mul(t2, series));
		series = add(f32x4.splat(1.0 / 3.0), mul(t2, series));
		series = mul(mul(f32x4.splat(2), t), add(one, mul(t2, series)));
		put(out, k, add(mul(exponent, f32x4.splat(3.0102999566398)), mul(series, f32x4.splat(4.3429448190325))));
	}
}

/** Share of the harmonic part, h² / (h² + p²), a half where both are nothing. */
export function harmonicMask(harmonic: usize, percussive: usize, out: usize, n: usize): void {
	const tiny = f32x4.splat(1.17549435e-38), half = f32x4.splat(0.5), one = f32x4.splat(1);
	for (let k: usize = 0; k < n; k += 4) {
		const h = get(harmonic, k), p = get(percussive, k);
		const larger = hi(h, p);
		const none = f32x4.lt(larger, tiny);
		// Divided by the larger before squaring, as squares of small magnitudes leave the range of f32.
		const scale = v128.bitselect(one, larger, none);
		const a = f32x4.div(h, scale), b = f32x4.div(p, scale);
		const a2 = mul(a, a), b2 = mul(b, b);
		put(out, k, v128.bitselect(half, f32x4.div(a2, v128.bitselect(one, add(a2, b2), none)), none));
	}
}

const scratch = memory.data(16 * 40, 16);
@inline function slot(k: usize): v128 { return v128.load(scratch + (k << 4)); }
@inline function setSlot(k: usize, value: v128): void { v128.store(scratch + (k << 4), value); }

/** Sorts eight vectors lane by lane (the 19-comparator network) into the slots from `to`. */
function sort8(from: usize, stride: usize, to: usize): void {
	let a = v128.load(from), b = v128.load(from + stride);
	let c = v128.load(from + 2 * stride), d = v128.load(from + 3 * stride);
	let e = v128.load(from + 4 * stride), f = v128.load(from + 5 * stride);
	let g = v128.load(from + 6 * stride), h = v128.load(from + 7 * stride), t: v128;
	t = lo(a, c); c = hi(a, c); a = t; t = lo(b, d); d = hi(b, d); b = t;
	t = lo(e, g); g = hi(e, g); e = t; t = lo(f, h); h = hi(f, h); f = t;
	t = lo(a, e); e = hi(a, e); a = t; t = lo(b, f); f = hi(b, f); b = t;
	t = lo(c, g); g = hi(c, g); c = t; t = lo(d, h); h = hi(d, h); d = t;
	t = lo(a, b); b = hi(a, b); a = t; t = lo(c, d); d = hi(c, d); c = t;
	t = lo(e, f); f = hi(e, f); e = t; t = lo(g, h); h = hi(g, h); g = t;
	t = lo(c, e); e = hi(c, e); c = t; t = lo(d, f); f = hi(d, f); d = t;
	t = lo(b, e); e = hi(b, e); b = t; t = lo(d, g); g = hi(d, g); d = t;
	t = lo(b, c); c = hi(b, c); b = t; t = lo(d, e); e = hi(d, e); d = t; t = lo(f, g); g = hi(f, g); f = t;
	setSlot(to, a); setSlot(to + 1, b); setSlot(to + 2, c); setSlot(to + 3, d);
	setSlot(to + 4, e); setSlot(to + 5, f); setSlot(to + 6, g); setSlot(to + 7, h);
}

/** Sorts the bitonic eight slots from `k` (rising then falling, or a rotation of that). */
@inline function sortBitonic8(k: usize): void {
	let a = slot(k), b = slot(k + 1), c = slot(k + 2), d = slot(k + 3);
	let e = slot(k + 4), f = slot(k + 5), g = slot(k + 6), h = slot(k + 7), t: v128;
	t = lo(a, e); e = hi(a, e); a = t; t = lo(b, f); f = hi(b, f); b = t;
	t = lo(c, g); g = hi(c, g); c = t; t = lo(d, h); h = hi(d, h); d = t;
	t = lo(a, c); c = hi(a, c); a = t; t = lo(b, d); d = hi(b, d); b = t;
	t = lo(e, g); g = hi(e, g); e = t; t = lo(f, h); h = hi(f, h); f = t;
	setSlot(k, lo(a, b)); setSlot(k + 1, hi(a, b)); setSlot(k + 2, lo(c, d)); setSlot(k + 3, hi(c, d));
	setSlot(k + 4, lo(e, f)); setSlot(k + 5, hi(e, f)); setSlot(k + 6, lo(g, h)); setSlot(k + 7, hi(g, h));
}

/** The two outputs that share the sorted four slots at `k` and the pair (a, b); each adds one more value. */
@inline function lastTwo(k: usize, a: v128, b: v128, x: v128, y: v128, to: usize, stride: usize): void {
	const e0 = lo(a, b), e1 = hi(a, b);
	const d0 = slot(k), d1 = slot(k + 1), d2 = slot(k + 2), d3 = slot(k + 3);
	const f0 = lo(d2, lo(hi(d1, e0), hi(d0, e1)));
	const f1 = lo(d3, lo(hi(d2, e0), hi(d1, e1)));
	v128.store(to, lo(hi(x, f0), f1));
	v128.store(to + stride, lo(hi(y, f0), f1));
}

/** Ranks 4 to 7 of the sorted eight slots from 0 with four more values, into slots 32 to 35. */
@inline function addFour(p: v128, q: v128, r: v128, s: v128): void {
	let t = lo(p, q); q = hi(p, q); p = t;
	t = lo(r, s); s = hi(r, s); r = t;
	t = lo(p, r); r = hi(p, r); p = t;
	t = lo(q, s); s = hi(q, s); q = t;
	t = lo(q, r); r = hi(q, r); q = t;
	for (let k: usize = 0; k < 4; k++) {
		const fromBoth = lo(lo(hi(slot(k + 3), p), hi(slot(k + 2), q)), lo(hi(slot(k + 1), r), hi(slot(k), s)));
		setSlot(32 + k, lo(slot(k + 4), fromBoth));
	}
}

/**
 * Medians of 31 for eight neighbouring windows. They share 24 values, of which only the middle eight can be medians;
 * the other values are added in halves: four outputs share four, two of those share two, each adds its last one.
 */
@inline function medians8(from: usize, stride: usize, to: usize, toStride: usize): void {
	const core = from + 7 * stride, right = from + 31 * stride;
	sort8(core, stride, 0);
	sort8(core + 8 * stride, stride, 8);
	sort8(core + 16 * stride, stride, 16);
	// Lower and upper half of the first sixteen, each bitonic.
	for (let k: usize = 0; k < 8; k++) {
		const a = slot(k), b = slot(15 - k);
		setSlot(24 + k, lo(a, b));
		setSlot(k, hi(a, b));
	}
	sortBitonic8(24);
	sortBitonic8(0);
	// The eight lowest of all go here …
	for (let k: usize = 0; k < 8; k++) setSlot(8 + k, hi(slot(24 + k), slot(23 - k)));
	sortBitonic8(8);
	// … and the eight highest here: slots 0 to 7 keep the middle.
	for (let k: usize = 0; k < 8; k++) setSlot(24 + k, lo(slot(k), slot(15 - k)));
	sortBitonic8(24);
	for (let k: usize = 0; k < 8; k++) setSlot(k, slot(24 + k));

	const l0 = v128.load(from), l1 = v128.load(from + stride), l2 = v128.load(from + 2 * stride);
	const l3 = v128.load(from + 3 * stride), l4 = v128.load(from + 4 * stride);
	const l5 = v128.load(from + 5 * stride), l6 = v128.load(from + 6 * stride);
	const r0 = v128.load(right), r1 = v128.load(right + stride), r2 = v128.load(right + 2 * stride);
	const r3 = v128.load(right + 3 * stride), r4 = v128.load(right + 4 * stride);
	const r5 = v128.load(right + 5 * stride), r6 = v128.load(right + 6 * stride);
	addFour(l3, l4, l5, l6);
	lastTwo(32, l1, l2, l0, r0, to, toStride);
	lastTwo(32, r0, r1, l2, r2, to + 2 * toStride, toStride);
	addFour(r0, r1, r2, r3);
	lastTwo(32, l5, l6, l4, r4, to + 4 * toStride, toStride);
	lastTwo(32, r4, r5, l6, r6, to + 6 * toStride, toStride);
}

export function transpose(from: usize, stride: usize, rows: usize, columns: usize, to: usize, toStride: usize): void {
	for (let r: usize = 0; r < rows; r += 4) {
		const a = at(from, r * stride), b = at(a, stride), c = at(b, stride), d = at(c, stride);
		for (let k: usize = 0; k < columns; k += 4) {
			putTransposed(at(to, k * toStride + r), toStride << 2, get(a, k), get(b, k), get(c, k), get(d, k));
		}
	}
}

export function mediansOf31(
	from: usize, stride: usize, columns: usize, outputs: usize, to: usize, toStride: usize,
): void {
	for (let k: usize = 0; k < outputs; k += 8) {
		for (let c: usize = 0; c < columns; c += 4) {
			medians8(at(from, k * stride + c), stride << 2, at(to, k * toStride + c), toStride << 2);
		}
	}
}
