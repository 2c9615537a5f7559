// asc: --disableWarning=235
import { distance, SECTION, similarity, squaredDistance } from './lanes.as';

@inline
export function centroid<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	queryCentroid: f32, centroids: usize,
): void {
	const k = f32x4.splat(scale);
	const q = f32x4.splat(queryCentroid);
	const twice = f32x4.splat(2 / (<f32>rows * <f32>length));
	for (let group = 0; group < groups; group++) {
		let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0);
		for (let i = 0; i < rows; i++) {
			let at = products + <usize>i * stride;
			const end = at + <usize>length * SECTION;
			for (; at < end; at += SECTION) {
				sum0 = f32x4.add(sum0, similarity<P>(at, k));
				sum1 = f32x4.add(sum1, similarity<P>(at + 16, k));
			}
		}
		const squared0 = f32x4.sub(f32x4.add(q, v128.load(centroids)), f32x4.mul(sum0, twice));
		const squared1 = f32x4.sub(f32x4.add(q, v128.load(centroids, 16)), f32x4.mul(sum1, twice));
		v128.store(out, f32x4.sqrt(f32x4.pmax(f32x4.splat(0), squared0)));
		v128.store(out, f32x4.sqrt(f32x4.pmax(f32x4.splat(0), squared1)), 16);
		products += <usize>length * SECTION;
		centroids += SECTION;
		out += SECTION;
	}
}

/** The least, or the largest, distance of any two segments. */
@inline
export function linkage<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	queryNorms: usize, norms: usize, largest: bool,
): void {
	const k = f32x4.splat(scale);
	for (let group = 0; group < groups; group++) {
		let chosen0 = f32x4.splat(largest ? 0 : f32.MAX_VALUE), chosen1 = chosen0;
		for (let i = 0; i < rows; i++) {
			const q = v128.load32_splat(queryNorms + (<usize>i << 2));
			let at = products + <usize>i * stride, norm = norms;
			const end = at + <usize>length * SECTION;
			for (; at < end; at += SECTION, norm += SECTION) {
				const squared0 = squaredDistance<P>(at, norm, q, k);
				const squared1 = squaredDistance<P>(at + 16, norm + 16, q, k);
				chosen0 = largest ? f32x4.pmax(chosen0, squared0) : f32x4.pmin(chosen0, squared0);
				chosen1 = largest ? f32x4.pmax(chosen1, squared1) : f32x4.pmin(chosen1, squared1);
			}
		}
		v128.store(out, f32x4.sqrt(chosen0));
		v128.store(out, f32x4.sqrt(chosen1), 16);
		products += <usize>length * SECTION;
		norms += <usize>length * SECTION;
		out += SECTION;
	}
}

/** Trace where `shifts` is 1, Best Trace where it is all of |rows - length| + 1. */
@inline
export function diagonals<P>(
	products: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32,
	queryNorms: usize, norms: usize, shifts: i32,
): void {
	const k = f32x4.splat(scale);
	const steps = min(rows, length);
	const rowShift: usize = rows > length ? 1 : 0;
	const sectionShift: usize = 1 - rowShift;
	const mean = f32x4.splat(1 / <f32>steps);
	for (let group = 0; group < groups; group++) {
		let least0 = f32x4.splat(f32.MAX_VALUE), least1 = least0;
		for (let shift: usize = 0; shift < <usize>shifts; shift++) {
			let at = products + shift * (rowShift * stride + sectionShift * SECTION);
			let norm = norms + shift * sectionShift * SECTION;
			let queryNorm = queryNorms + ((shift * rowShift) << 2);
			let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0);
			for (let s = 0; s < steps; s++) {
				const q = v128.load32_splat(queryNorm);
				sum0 = f32x4.add(sum0, distance<P>(at, norm, q, k));
				sum1 = f32x4.add(sum1, distance<P>(at + 16, norm + 16, q, k));
				at += stride + SECTION;
				norm += SECTION;
				queryNorm += 4;
			}
			least0 = f32x4.pmin(least0, sum0);
			least1 = f32x4.pmin(least1, sum1);
		}
		v128.store(out, f32x4.mul(least0, mean));
		v128.store(out, f32x4.mul(least1, mean), 16);
		products += <usize>length * SECTION;
		norms += <usize>length * SECTION;
		out += SECTION;
	}
}
