import { type Matrix, zeros } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/** A section with a name that says what it repeats. Upper and lower case are one. */
export type LabelledSpan = Span & { readonly label: string };

/** Labels are compared on a grid this fine, mir_eval's default. */
const SAMPLE_SECONDS = 0.1;

/**
 * How often each pair of labels meets: reference labels × estimated labels, counts of samples 0.1 s apart.
 *
 * @param reference - sections in order of time, without gap or overlap, from 0
 * @param estimated - likewise, to the same end
 * @throws RangeError where one of the two is no such list
 */
export const contingency = (reference: readonly LabelledSpan[], estimated: readonly LabelledSpan[]): Matrix => {
	const end = requireCover(reference, 'reference');
	if (Math.abs(requireCover(estimated, 'estimated') - end) > 1e-5 * end + 1e-8) {
		throw new RangeError(`estimated sections end at ${estimated.at(-1)?.end}, reference sections at ${end}`);
	}
	const left = sampleLabels(reference);
	const right = sampleLabels(estimated);
	const table = zeros(1 + Math.max(-1, ...left), 1 + Math.max(-1, ...right));
	// Ends may differ by a rounding error, so by one sample.
	for (let k = 0; k < Math.min(left.length, right.length); k++) {
		const cell = left[k]! * table.cols + right[k]!;
		table.data[cell] = table.data[cell]! + 1;
	}
	return table;
};

/** Numbers of samples by reference label and by estimated label, and in all. */
export const margins = (table: Matrix): { rows: Float64Array; cols: Float64Array; total: number } => {
	const rows = new Float64Array(table.rows);
	const cols = new Float64Array(table.cols);
	let total = 0;
	for (let r = 0; r < table.rows; r++) {
		for (let c = 0; c < table.cols; c++) {
			const count = table.data[r * table.cols + c]!;
			rows[r] = rows[r]! + count;
			cols[c] = cols[c]! + count;
			total += count;
		}
	}
	return { rows, cols, total };
};

/** One label number per sample; a sample right on a boundary belongs to the later section. */
const sampleLabels = (sections: readonly LabelledSpan[]): number[] => {
	const numbers = new Map<string, number>();
	const samples = Math.floor((sections.at(-1)?.end ?? 0) / SAMPLE_SECONDS);
	// mir_eval's sample times are float32: on boundaries at tenths of a second that decides the side.
	const times = Array.from({ length: samples }, (_, k) => Math.fround(k * Math.fround(SAMPLE_SECONDS)));
	let current = 0;
	return times.map(time => {
		while (current + 1 < sections.length && sections[current + 1]!.start <= time) current++;
		const name = sections[current]!.label.toLowerCase();
		const number = numbers.get(name) ?? numbers.size;
		numbers.set(name, number);
		return number;
	});
};

/** The end of sections that cover a track. */
const requireCover = (sections: readonly LabelledSpan[], name: string): number => {
	let end = 0;
	for (const section of sections) {
		if (Math.abs(section.start - end) > 1e-8 || !(section.end > section.start)) {
			throw new RangeError(`${name} sections must follow each other from 0; one is ${section.start} to ${section.end}`);
		}
		end = section.end;
	}
	return end;
};
