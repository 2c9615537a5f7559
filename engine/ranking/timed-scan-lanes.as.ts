// asc: --disableWarning=235
/*
 * The timed distances for the scan of a whole catalogue: whole numbers, and boundaries rounded to a grid of time. Products
 * are int32. What that may cost in accuracy is said beside `distances` in kernel.ts.
 */
import { distance, SECTION, similarity16 } from './lanes.as';

/** 1.5 × 2^23: a number of magnitude below 2^22 that is added to it is rounded to a whole one, which its low bits hold. */
const ROUNDING: f32 = 12_582_912;

/**
 * Timed Best Trace where all boundaries lie on a grid, and with them all offsets at which the cost changes its slope. As in
 * `timedBestTrace`, changes of slope are added up on the grid and summed twice; being whole numbers, they come out exact.
 *
 * @param queryCells - rows + 1 boundaries as int32, in cells from the first one's 0, the last at least 1
 * @param times - length + 1 boundaries of the eight tracks of each group, float64, eight by eight
 * @param scratch - 64 bytes for each section and the end, then 32 for each cell of query and longest track together, and 32 more
 * @param cell - seconds
 * @param unit - what distances are counted in: less than 2^22 of them for any distance, and less than 2^30 in any sum
 */
@inline
export function timedBestTraceScan(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	queryNorms: usize, norms: usize, queryCells: usize, times: usize, scratch: usize, cell: f64, silenceCost: f32, unit: f32,
): void {
	const k = f32x4.splat(scale), perDistance = f32x4.splat(1 / unit);
	const rounding = f32x4.splat(ROUNDING - silenceCost / unit);
	const boundaries = scratch, previous = boundaries + <usize>(length + 1) * SECTION;
	const slopes = previous + <usize>(length + 1) * SECTION;
	const queryEnd = load<i32>(queryCells + (<usize>rows << 2));
	const zero = i32x4.splat(0), whole = i32x4.splat(reinterpret<i32>(ROUNDING));
	for (let group = 0; group < groups; group++) {
		const longest = placeBoundaries(boundaries, times, length, cell, SECTION);
		memory.fill(previous, 0, <usize>length * SECTION);
		memory.fill(slopes, 0, <usize>(queryEnd + longest + 1) * SECTION);
		for (let a = 0; a <= rows; a++) {
			const origin = slopes + <usize>(queryEnd - load<i32>(queryCells + (<usize>a << 2))) * SECTION;
			const q = a < rows ? v128.load32_splat(queryNorms + (<usize>a << 2)) : zero;
			let left0 = zero, left1 = zero;
			let at = products + <usize>a * stride, norm = norms, before = previous, boundary = boundaries;
			for (; before < slopes - SECTION; before += SECTION, boundary += SECTION) {
				let here0 = zero, here1 = zero;
				if (a < rows) {
					here0 = i32x4.sub(f32x4.add(f32x4.mul(distance<i32>(at, norm, q, k), perDistance), rounding), whole);
					here1 = i32x4.sub(f32x4.add(f32x4.mul(distance<i32>(at + 16, norm + 16, q, k), perDistance), rounding), whole);
					at += SECTION;
					norm += SECTION;
				}
				const change0 = i32x4.sub(v128.load(before), here0), change1 = i32x4.sub(v128.load(before, 16), here1);
				v128.store(before, here0);
				v128.store(before, here1, 16);
				addToLanes(origin, boundary, i32x4.sub(change0, left0), i32x4.sub(change1, left1));
				left0 = change0;
				left1 = change1;
			}
			addToLanes(origin, boundary, i32x4.sub(zero, left0), i32x4.sub(zero, left1));
		}

		const end = boundaries + <usize>length * SECTION, q = i32x4.splat(queryEnd);
		// A boundary's place in bytes holds its lane below its cell.
		const end0 = i32x4.shr_s(v128.load(end), 5), end1 = i32x4.shr_s(v128.load(end, 16), 5);
		const first0 = i32x4.min_s(q, end0), first1 = i32x4.min_s(q, end1);
		const last0 = i32x4.max_s(q, end0), last1 = i32x4.max_s(q, end1);
		const most = i32x4.splat(i32.MAX_VALUE);
		let slope0 = zero, slope1 = zero, value0 = zero, value1 = zero, least0 = most, least1 = most;
		let c = 0, at = slopes;
		for (const unwanted = least4(i32x4.min_s(first0, first1)); c < unwanted; c++, at += SECTION) {
			value0 = i32x4.add(value0, slope0);
			value1 = i32x4.add(value1, slope1);
			slope0 = i32x4.add(slope0, v128.load(at));
			slope1 = i32x4.add(slope1, v128.load(at, 16));
		}
		for (const to = max(queryEnd, longest); c <= to; c++, at += SECTION) {
			const here = i32x4.splat(c);
			value0 = i32x4.add(value0, slope0);
			value1 = i32x4.add(value1, slope1);
			slope0 = i32x4.add(slope0, v128.load(at));
			slope1 = i32x4.add(slope1, v128.load(at, 16));
			const inside0 = v128.and(i32x4.ge_s(here, first0), i32x4.le_s(here, last0));
			const inside1 = v128.and(i32x4.ge_s(here, first1), i32x4.le_s(here, last1));
			least0 = i32x4.min_s(least0, v128.bitselect(value0, most, inside0));
			least1 = i32x4.min_s(least1, v128.bitselect(value1, most, inside1));
		}
		const mean = f32x4.splat(unit / <f32>queryEnd), silence = f32x4.splat(silenceCost);
		v128.store(out, f32x4.add(silence, f32x4.mul(f32x4.convert_i32x4_s(least0), mean)));
		v128.store(out, f32x4.add(silence, f32x4.mul(f32x4.convert_i32x4_s(least1), mean)), 16);
		products += <usize>length * SECTION;
		norms += <usize>length * SECTION;
		times += <usize>(length + 1) << 6;
		out += SECTION;
	}
}

/**
 * Writes where in memory the boundaries of a group's tracks lie on a grid whose cells hold eight numbers, `bytes` in all.
 * Answers how many cells the longest track fills; every track fills one at least.
 */
@inline
function placeBoundaries(boundaries: usize, times: usize, length: i32, cell: f64, bytes: usize): i32 {
	let longest = 1;
	for (let lane: usize = 0; lane < 8; lane++) {
		const start = load<f64>(times + (lane << 3));
		for (let b = 0; b <= length; b++) {
			let at = <i32>Math.floor((load<f64>(times + (<usize>b << 6) + (lane << 3)) - start) / cell + 0.5);
			if (b == length) at = max(1, at);
			longest = max(longest, at);
			store<i32>(boundaries + (<usize>b << 5) + (lane << 2), at * <i32>bytes + <i32>(lane * (bytes >> 3)));
		}
	}
	return longest;
}

/** Adds a number to the cell of each lane. */
@inline
function addToLanes(origin: usize, places: usize, values0: v128, values1: v128): void {
	addTo(origin + load<u32>(places), i32x4.extract_lane(values0, 0));
	addTo(origin + load<u32>(places, 4), i32x4.extract_lane(values0, 1));
	addTo(origin + load<u32>(places, 8), i32x4.extract_lane(values0, 2));
	addTo(origin + load<u32>(places, 12), i32x4.extract_lane(values0, 3));
	addTo(origin + load<u32>(places, 16), i32x4.extract_lane(values1, 0));
	addTo(origin + load<u32>(places, 20), i32x4.extract_lane(values1, 1));
	addTo(origin + load<u32>(places, 24), i32x4.extract_lane(values1, 2));
	addTo(origin + load<u32>(places, 28), i32x4.extract_lane(values1, 3));
}

@inline
function addTo(address: usize, value: i32): void {
	store<i32>(address, load<i32>(address) + value);
}

@inline
function least4(values: v128): i32 {
	return min(
		min(i32x4.extract_lane(values, 0), i32x4.extract_lane(values, 1)),
		min(i32x4.extract_lane(values, 2), i32x4.extract_lane(values, 3)),
	);
}

/** Bytes of one step of eight tracks. */
const STEP: usize = 16;

/** Where a section does not change: the one before goes on. */
const AS_BEFORE: i16 = -32_768;

/** Similarity past a track's end: no alignment gains by going there. */
const NOWHERE: i16 = -32_767;

/**
 * Timed DTW in saturating int16, over steps of time as `timedLocal`. Similarities are rounded to units of 2^shift products, and
 * scores come out in those units a step, 16 bytes a group.
 *
 * The table holds no negative number, so subtracting without a sign, where less than nothing is 0, brings the free start of
 * a local alignment about by itself. Rows of one segment are alike, so two are computed at once.
 *
 * @param querySteps - one int32 for each row
 * @param times - as for Timed Best Trace
 * @param scratch - 32 bytes for each section and the end, then 48 for each step of the longest track, and 64 more
 * @param indelCost - of one step, in units
 */
@inline
export function timedLocal16(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize,
	querySteps: usize, times: usize, scratch: usize, step: f64, indelCost: i32, shift: i32,
): void {
	const indel = i16x8.splat(<i16>indelCost), zero = i16x8.splat(0), asBefore = i16x8.splat(AS_BEFORE);
	const half = i32x4.splat(shift > 0 ? 1 << (shift - 1) : 0);
	const boundaries = scratch, changes = boundaries + <usize>(length + 1) * SECTION;
	for (let group = 0; group < groups; group++) {
		const steps = placeBoundaries(boundaries, times, length, step, STEP);
		// Two more: one for the end of the longest track, and one for what sections without a step would write.
		const spread = changes + <usize>(steps + 2) * STEP, row = spread + <usize>steps * STEP;
		for (let at = changes; at < spread; at += STEP) v128.store(at, asBefore);
		for (let lane: usize = 0; lane < 8; lane++) {
			const end = load<u32>(boundaries + (<usize>length << 5) + (lane << 2));
			for (let j = 0; j < length; j++) {
				const start = boundaries + (<usize>j << 5) + (lane << 2);
				if (load<u32>(start) >= end) store<u32>(start, <u32>((<usize>steps + 1) * STEP));
			}
			store<i16>(changes + end, NOWHERE);
		}
		memory.fill(row, 0, <usize>steps * STEP);
		let best = zero;
		for (let i = 0; i < rows; i++) {
			const repeats = load<i32>(querySteps + (<usize>i << 2));
			if (repeats == 0) continue;
			let at = products + <usize>i * stride;
			for (let start = boundaries; start < changes - SECTION; start += SECTION, at += SECTION) {
				const similar = similarity16(at, shift, half);
				v128.store_lane<i16>(changes + load<u32>(start), similar, 0);
				v128.store_lane<i16>(changes + load<u32>(start, 4), similar, 1);
				v128.store_lane<i16>(changes + load<u32>(start, 8), similar, 2);
				v128.store_lane<i16>(changes + load<u32>(start, 12), similar, 3);
				v128.store_lane<i16>(changes + load<u32>(start, 16), similar, 4);
				v128.store_lane<i16>(changes + load<u32>(start, 20), similar, 5);
				v128.store_lane<i16>(changes + load<u32>(start, 24), similar, 6);
				v128.store_lane<i16>(changes + load<u32>(start, 28), similar, 7);
			}
			let playing = zero;
			for (let t = spread, change = changes; t < row; t += STEP, change += STEP) {
				const own = v128.load(change);
				playing = v128.bitselect(playing, own, i16x8.eq(own, asBefore));
				v128.store(t, playing);
			}
			let repeat = 0;
			for (; repeat + 1 < repeats; repeat += 2) {
				let diagonal0 = zero, diagonal1 = zero, left0 = zero, left1 = zero;
				for (let t = spread, h = row; t < row; t += STEP, h += STEP) {
					const up = v128.load(h), similar = v128.load(t);
					const here0 = i16x8.max_s(i16x8.add_sat_s(diagonal0, similar), i16x8.sub_sat_u(up, indel));
					const cell0 = i16x8.max_s(here0, left0);
					left0 = i16x8.sub_sat_u(cell0, indel);
					const here1 = i16x8.max_s(i16x8.add_sat_s(diagonal1, similar), left0);
					const cell1 = i16x8.max_s(here1, left1);
					left1 = i16x8.sub_sat_u(cell1, indel);
					diagonal0 = up;
					diagonal1 = cell0;
					v128.store(h, cell1);
					best = i16x8.max_s(best, i16x8.max_s(here0, here1));
				}
			}
			if (repeat < repeats) {
				let diagonal = zero, left = zero;
				for (let t = spread, h = row; t < row; t += STEP, h += STEP) {
					const up = v128.load(h);
					const here = i16x8.max_s(i16x8.add_sat_s(diagonal, v128.load(t)), i16x8.sub_sat_u(up, indel));
					const cell = i16x8.max_s(here, left);
					left = i16x8.sub_sat_u(cell, indel);
					diagonal = up;
					v128.store(h, cell);
					best = i16x8.max_s(best, here);
				}
			}
		}
		v128.store(out, best);
		products += <usize>length * SECTION;
		times += <usize>(length + 1) << 6;
		out += STEP;
	}
}
