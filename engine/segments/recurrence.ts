import type { Matrix } from '../numeric/matrix.js';

/** For each row the rows that it resembles, ascending: the ones of a recurrence matrix. */
export type Recurrence = readonly Int32Array[];

/**
 * Which of each row's nearest others to link it to. Rows less than `width` rows away never count.
 *
 * @param k - links a row, ≥ 0; fewer where there are not so many rows
 * @param width - ≥ 1; 1 leaves out only the row itself
 */
export type Linking = (rows: Matrix, k: number, width: number) => Recurrence;

/** The k nearest rows by Euclidean distance; of equally near ones the earlier. */
export const linkNearest: Linking = (rows, k, width) => {
	const rank = ranker(rows);
	return Array.from({ length: rows.rows }, (_, i) =>
		rank(i, k + 2 * width)
			.filter(j => Math.abs(i - j) >= width)
			.slice(0, k)
			.sort(),
	);
};

/**
 * What librosa 0.8.1 did, and with it MSAF 0.1.80: it fetches the k + 2 · width nearest rows, leaves out those within
 * `width`, and then keeps k of them by sorting ones instead of distances, so by where they lie and not by how near they
 * are. Kept so that SF and OLDA can be held to MSAF's results. It pulls SF's boundaries towards the start of the track (of
 * two parts of 100 rows, it finds the second at row 91): {@link linkNearest} finds it at 100.
 */
export const linkAsReference: Linking = (rows, k, width) => {
	const rank = ranker(rows);
	return Array.from({ length: rows.rows }, (_, i) => {
		const candidates = rank(i, k + 2 * width)
			.filter(j => Math.abs(i - j) >= width)
			.sort();
		const order = orderOfEqualKeys(candidates.length);
		return Int32Array.from(order.slice(0, k), position => candidates[position]!).sort();
	});
};

/** Links that both rows agree on. */
export const mutual = (recurrence: Recurrence): Recurrence => {
	const links = recurrence.map(row => new Set(row));
	return recurrence.map((row, i) => row.filter(j => links[j]!.has(i)));
};

/** A function giving the `count` rows nearest to row i, itself left out, nearest first and earlier first among equals. */
const ranker = (rows: Matrix): ((i: number, count: number) => Int32Array) => {
	const n = rows.rows;
	const squared = new Float64Array(n);
	const scratch = new Float64Array(n);
	return (i, count) => {
		squaredDistances(rows, i, squared);
		squared[i] = Number.POSITIVE_INFINITY;
		const wanted = Math.min(count, n - 1);
		if (wanted <= 0) return new Int32Array(0);
		scratch.set(squared);
		const limit = smallest(scratch, wanted - 1);
		const near: number[] = [];
		for (let j = 0; j < n; j++) if (squared[j]! <= limit && j !== i) near.push(j);
		near.sort((a, b) => squared[a]! - squared[b]! || a - b);
		return Int32Array.from(near.slice(0, wanted));
	};
};

/** From row i to every row. Four sums at a time: one alone waits for each addition before the next. */
const squaredDistances = ({ rows, cols, data }: Matrix, i: number, out: Float64Array): void => {
	const own = data.subarray(i * cols, (i + 1) * cols);
	const whole = cols - (cols % 4);
	for (let j = 0; j < rows; j++) {
		const at = j * cols;
		let s0 = 0;
		let s1 = 0;
		let s2 = 0;
		let s3 = 0;
		for (let c = 0; c < whole; c += 4) {
			const d0 = own[c]! - data[at + c]!;
			const d1 = own[c + 1]! - data[at + c + 1]!;
			const d2 = own[c + 2]! - data[at + c + 2]!;
			const d3 = own[c + 3]! - data[at + c + 3]!;
			s0 += d0 * d0;
			s1 += d1 * d1;
			s2 += d2 * d2;
			s3 += d3 * d3;
		}
		for (let c = whole; c < cols; c++) s0 += (own[c]! - data[at + c]!) ** 2;
		out[j] = s0 + s1 + (s2 + s3);
	}
};

/** The value that would stand at `position` if the array were sorted (Hoare's quickselect). Reorders the array. */
const smallest = (values: Float64Array, position: number): number => {
	let low = 0;
	let high = values.length - 1;
	while (low < high) {
		const pivot = values[(low + high) >> 1]!;
		let i = low;
		let j = high;
		while (i <= j) {
			while (values[i]! < pivot) i++;
			while (values[j]! > pivot) j--;
			if (i <= j) {
				const kept = values[i]!;
				values[i++] = values[j]!;
				values[j--] = kept;
			}
		}
		if (position <= j) high = j;
		else if (position >= i) low = i;
		else break;
	}
	return values[position]!;
};

/**
 * The order in which NumPy 1.23's argsort leaves `count` equal keys: runs of up to 16 stay, longer ones are split by a
 * quicksort that swaps equals. (Its fall-back to heap sort needs more splits than equal keys ever cause.)
 */
const orderOfEqualKeys = (count: number): Int32Array => {
	const order = Int32Array.from({ length: count }, (_, k) => k);
	const swap = (a: number, b: number) => {
		const kept = order[a]!;
		order[a] = order[b]!;
		order[b] = kept;
	};
	const ranges: [number, number][] = [[0, count - 1]];
	for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
		const [left, right] = range;
		if (right - left <= 15) continue;
		swap(left + ((right - left) >> 1), right - 1);
		let i = left + 1;
		let j = right - 2;
		while (i < j) swap(i++, j--);
		swap(i, right - 1);
		ranges.push([left, i - 1], [i + 1, right]);
	}
	return order;
};
