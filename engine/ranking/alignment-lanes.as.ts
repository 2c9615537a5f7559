// asc: --disableWarning=235
import { SECTION, similarity, similarity16 } from './lanes.as';

/**
 * NW-DTW, or SW-DTW where `local`: segments before the first pair and after the last are then free. `row` has room for
 * `length` sections of float32.
 *
 * Two rows of the table are filled at once, the second a cell behind: a cell less the indel cost is then computed once for
 * its neighbour to the right and the one below, and half of the rows never go through memory. Where `local`, that is no less
 * than 0, and so no cell is. The maximum with what comes from the left is taken last, since that is the one value the next
 * cell waits for.
 */
@inline
export function alignment<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	row: usize, indelCost: f32, local: bool,
): void {
	const k = f32x4.splat(scale), indel = f32x4.splat(indelCost), zero = f32x4.splat(0);
	const rowEnd = row + <usize>length * SECTION;
	for (let group = 0; group < groups; group++) {
		for (let h = row, j = 1; h < rowEnd; h += SECTION, j++) {
			const border = local ? zero : f32x4.splat(0 - indelCost * <f32>j);
			v128.store(h, border);
			v128.store(h, border, 16);
		}
		let best0 = zero, best1 = zero, i = 0;
		for (; i + 1 < rows; i += 2) {
			let at = products + <usize>i * stride;
			let diagonal0 = local ? zero : f32x4.splat(0 - indelCost * <f32>i), diagonal1 = diagonal0;
			let above0 = local ? zero : f32x4.splat(0 - indelCost * <f32>(i + 1)), above1 = above0;
			let left0 = local ? zero : f32x4.sub(above0, indel), left1 = left0;
			let lower0 = local ? zero : f32x4.sub(left0, indel), lower1 = lower0;
			let here0 = zero, here1 = zero;
			for (let h = row; h < rowEnd; h += SECTION, at += SECTION) {
				const up0 = v128.load(h), up1 = v128.load(h, 16);
				const upper0 = larger(local, f32x4.add(diagonal0, similarity<P>(at, k)), f32x4.sub(up0, indel));
				const upper1 = larger(local, f32x4.add(diagonal1, similarity<P>(at + 16, k)), f32x4.sub(up1, indel));
				here0 = f32x4.add(above0, similarity<P>(at + stride, k));
				here1 = f32x4.add(above1, similarity<P>(at + stride + 16, k));
				above0 = larger(local, upper0, left0);
				above1 = larger(local, upper1, left1);
				left0 = f32x4.sub(above0, indel);
				left1 = f32x4.sub(above1, indel);
				if (local) {
					left0 = larger(local, left0, zero);
					left1 = larger(local, left1, zero);
					best0 = larger(local, best0, larger(local, upper0, here0));
					best1 = larger(local, best1, larger(local, upper1, here1));
				}
				here0 = larger(local, larger(local, here0, left0), lower0);
				here1 = larger(local, larger(local, here1, left1), lower1);
				lower0 = f32x4.sub(here0, indel);
				lower1 = f32x4.sub(here1, indel);
				diagonal0 = up0;
				diagonal1 = up1;
				v128.store(h, here0);
				v128.store(h, here1, 16);
			}
			if (!local) {
				best0 = here0;
				best1 = here1;
			}
		}
		if (i < rows) {
			let at = products + <usize>i * stride;
			let diagonal0 = local ? zero : f32x4.splat(0 - indelCost * <f32>i), diagonal1 = diagonal0;
			let left0 = local ? zero : f32x4.splat(0 - indelCost * <f32>(i + 1)), left1 = left0;
			for (let h = row; h < rowEnd; h += SECTION, at += SECTION) {
				const up0 = v128.load(h), up1 = v128.load(h, 16);
				let here0 = larger(local, f32x4.add(diagonal0, similarity<P>(at, k)), f32x4.sub(up0, indel));
				let here1 = larger(local, f32x4.add(diagonal1, similarity<P>(at + 16, k)), f32x4.sub(up1, indel));
				if (local) {
					here0 = larger(local, here0, zero);
					here1 = larger(local, here1, zero);
					best0 = larger(local, best0, here0);
					best1 = larger(local, best1, here1);
				}
				left0 = larger(local, here0, f32x4.sub(left0, indel));
				left1 = larger(local, here1, f32x4.sub(left1, indel));
				diagonal0 = up0;
				diagonal1 = up1;
				v128.store(h, left0);
				v128.store(h, left1, 16);
			}
			if (!local) {
				best0 = left0;
				best1 = left1;
			}
		}
		v128.store(out, f32x4.sub(zero, best0));
		v128.store(out, f32x4.sub(zero, best1), 16);
		products += <usize>length * SECTION;
		out += SECTION;
	}
}

/**
 * The larger of floats. Where `local`, of numbers that are compared with one that is not negative before they are used: their
 * bits compare as whole numbers do, in parts of the processor that additions of floats leave idle.
 */
@inline
function larger(local: bool, a: v128, b: v128): v128 {
	return local ? i32x4.max_s(a, b) : f32x4.pmax(a, b);
}

/**
 * The same in saturating int16, from int32 products only; `indelCost` is in units of 2^shift products. Writes the eight
 * scores of a group as int16 in those units, not yet as distances: 16 bytes a group.
 */
@inline
export function alignment16(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize,
	row: usize, indelCost: i32, shift: i32, local: bool,
): void {
	const indel = i16x8.splat(<i16>indelCost), zero = i16x8.splat(0);
	const half = i32x4.splat(shift > 0 ? 1 << (shift - 1) : 0);
	const rowEnd = row + <usize>length * 16;
	for (let group = 0; group < groups; group++) {
		for (let h = row, j = 1; h < rowEnd; h += 16, j++) {
			v128.store(h, local ? zero : i16x8.splat(<i16>(0 - indelCost * j)));
		}
		let best = zero;
		for (let i = 0; i < rows; i++) {
			let at = products + <usize>i * stride;
			let diagonal = local ? zero : i16x8.splat(<i16>(0 - indelCost * i));
			let left = local ? zero : i16x8.splat(<i16>(0 - indelCost * (i + 1)));
			for (let h = row; h < rowEnd; h += 16, at += SECTION) {
				const up = v128.load(h);
				let here = i16x8.add_sat_s(diagonal, similarity16(at, shift, half));
				here = i16x8.max_s(here, i16x8.sub_sat_s(up, indel));
				if (local) here = i16x8.max_s(here, zero);
				left = i16x8.max_s(here, i16x8.sub_sat_s(left, indel));
				diagonal = up;
				v128.store(h, left);
				if (local) best = i16x8.max_s(best, left);
			}
			if (!local) best = left;
		}
		v128.store(out, best);
		products += <usize>length * SECTION;
		out += 16;
	}
}
