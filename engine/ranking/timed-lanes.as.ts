// asc: --disableWarning=235
import { SECTION } from './lanes.as';

@inline
function distanceOf<P>(at: usize, norm: usize, queryNorm: f32, scale: f32): f64 {
	const product = isFloat<P>() ? load<f32>(at) : <f32>load<i32>(at) * scale;
	return Mathf.sqrt(max<f32>(0, queryNorm + load<f32>(norm) - product - product));
}

/**
 * Timed Best Trace on a grid of offsets. As a function of the offset, the cost changes its slope only where a boundary of
 * the query meets one of the track, by the second difference of the distances around it. So all changes of slope are
 * added up on the grid (each shared between its two neighbours, which leaves the cost at grid points exact), and summing
 * twice gives the cost everywhere: one pass over the segments and one over the grid, however many offsets there are.
 *
 * @param queryTimes - rows + 1 boundaries, float64
 * @param times - length + 1 boundaries of the eight tracks of each group, float64, eight by eight
 * @param scratch - length + 1 float64, then one for each `step` of query and longest track together, and 4 more
 */
@inline
export function timedBestTrace<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	queryNorms: usize, norms: usize, queryTimes: usize, times: usize, scratch: usize, step: f64, silenceCost: f64,
): void {
	const previous = scratch, rate = 1 / step;
	const slopes = scratch + (<usize>(length + 1) << 3);
	const queryStart = load<f64>(queryTimes), queryEnd = load<f64>(queryTimes + (<usize>rows << 3));
	for (let group = 0; group < groups; group++) {
		for (let lane: usize = 0; lane < 8; lane++) {
			const laneTimes = times + (lane << 3);
			const start = load<f64>(laneTimes), end = load<f64>(laneTimes + (<usize>length << 6));
			const first = min<f64>(start - queryStart, end - queryEnd), last = max<f64>(start - queryStart, end - queryEnd);
			const before = Math.ceil((first - (start - queryEnd)) / step);
			const origin = first - before * step;
			const size = <i32>Math.ceil((end - queryStart - origin) / step) + 2;
			memory.fill(previous, 0, <usize>(length + 1) << 3);
			memory.fill(slopes, 0, <usize>size << 3);
			for (let a = 0; a <= rows; a++) {
				const queryTime = load<f64>(queryTimes + (<usize>a << 3)) + origin;
				const queryNorm: f32 = a < rows ? load<f32>(queryNorms + (<usize>a << 2)) : 0;
				let at = products + <usize>a * stride + (lane << 2), norm = norms + (lane << 2);
				let left: f64 = 0, aboveLeft: f64 = 0;
				for (let b = 0; b <= length; b++) {
					const inside = a < rows && b < length;
					const here = inside ? distanceOf<P>(at, norm, queryNorm, scale) - silenceCost : 0;
					const above = load<f64>(previous + (<usize>b << 3));
					const change = above - here - aboveLeft + left;
					const position = max<f64>(0, (load<f64>(laneTimes + (<usize>b << 6)) - queryTime) * rate);
					const cell = <i32>position;
					const share = position - <f64>cell;
					const slope = slopes + (<usize>cell << 3);
					store<f64>(slope, load<f64>(slope) + change * (1 - share));
					store<f64>(slope + 8, load<f64>(slope + 8) + change * share);
					store<f64>(previous + (<usize>b << 3), here);
					left = here;
					aboveLeft = above;
					at += SECTION;
					norm += SECTION;
				}
			}
			let slope: f64 = 0, value: f64 = 0, least = f64.MAX_VALUE;
			const from = <i32>before, to = <i32>((last - origin) / step);
			for (let cell = 0; cell <= to; cell++) {
				value += slope;
				slope += load<f64>(slopes + (<usize>cell << 3));
				if (cell >= from) least = min<f64>(least, value);
			}
			store<f32>(out + (lane << 2), <f32>(silenceCost + (least * step) / (queryEnd - queryStart)));
		}
		products += <usize>length * SECTION;
		norms += <usize>length * SECTION;
		times += <usize>(length + 1) << 6;
		out += SECTION;
	}
}

/** Similarity past a track's end: no alignment gains by going there. */
const NOWHERE: f32 = -1e30;

/**
 * Timed DTW: the local alignment above over steps of time, of which section j of a track fills those between its rounded
 * boundaries, and query row i `querySteps[i]`. Products are spread over the steps once for each query row.
 *
 * @param querySteps - one int32 for each row
 * @param times - as for Timed Best Trace
 * @param scratch - 96 bytes for each step of the longest track, and 96 more
 * @param indelCost - of one step
 */
@inline
export function timedLocal<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	querySteps: usize, times: usize, scratch: usize, step: f64, indelCost: f32,
): void {
	const indel = f32x4.splat(indelCost), zero = f32x4.splat(0);
	for (let group = 0; group < groups; group++) {
		let steps = 1;
		for (let lane: usize = 0; lane < 8; lane++) {
			steps = max(steps, stepOf(times + (lane << 3), length, step));
		}
		const row = scratch, spread = row + <usize>steps * SECTION, sections = spread + <usize>steps * SECTION;
		for (let lane: usize = 0; lane < 8; lane++) {
			const laneTimes = times + (lane << 3);
			const end = max(1, stepOf(laneTimes, length, step));
			let section = 0;
			for (let t = 0; t < steps; t++) {
				while (section + 1 < length && stepOf(laneTimes, section + 1, step) <= t) section++;
				const offset = t < end ? section * <i32>SECTION + <i32>(lane << 2) : -1;
				store<i32>(sections + (<usize>t << 5) + (lane << 2), offset);
			}
		}
		memory.fill(row, 0, <usize>steps * SECTION);
		let best0 = zero, best1 = zero;
		for (let i = 0; i < rows; i++) {
			const repeats = load<i32>(querySteps + (<usize>i << 2));
			if (repeats == 0) continue;
			const at = products + <usize>i * stride;
			for (let cell: usize = 0; cell < <usize>steps << 5; cell += 4) {
				const offset = load<i32>(sections + cell);
				let value = NOWHERE;
				if (offset >= 0) {
					const product = isFloat<P>() ? load<f32>(at + offset) : <f32>load<i32>(at + offset) * scale;
					value = product * <f32>step;
				}
				store<f32>(spread + cell, value);
			}
			for (let repeat = 0; repeat < repeats; repeat++) {
				let diagonal0 = zero, diagonal1 = zero, left0 = zero, left1 = zero;
				for (let h = row; h < spread; h += SECTION) {
					const up0 = v128.load(h), up1 = v128.load(h, 16);
					const similar = spread + (h - row);
					let here0 = f32x4.add(diagonal0, v128.load(similar)), here1 = f32x4.add(diagonal1, v128.load(similar, 16));
					here0 = f32x4.pmax(f32x4.pmax(here0, f32x4.sub(up0, indel)), zero);
					here1 = f32x4.pmax(f32x4.pmax(here1, f32x4.sub(up1, indel)), zero);
					left0 = f32x4.pmax(here0, f32x4.sub(left0, indel));
					left1 = f32x4.pmax(here1, f32x4.sub(left1, indel));
					diagonal0 = up0;
					diagonal1 = up1;
					v128.store(h, left0);
					v128.store(h, left1, 16);
					best0 = f32x4.pmax(best0, left0);
					best1 = f32x4.pmax(best1, left1);
				}
			}
		}
		v128.store(out, f32x4.sub(zero, best0));
		v128.store(out, f32x4.sub(zero, best1), 16);
		products += <usize>length * SECTION;
		times += <usize>(length + 1) << 6;
		out += SECTION;
	}
}

/** The step nearest to a boundary of a track, counted from its first. */
@inline
function stepOf(laneTimes: usize, boundary: i32, step: f64): i32 {
	return <i32>Math.floor((load<f64>(laneTimes + (<usize>boundary << 6)) - load<f64>(laneTimes)) / step + 0.5);
}
